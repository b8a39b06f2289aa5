//! `cph explain`: what an error code means and what to do. Offline.

use serde::Serialize;

use crate::catalog::{self, CodeEntry, Retry};
use crate::cli::ExplainArgs;
use crate::commands::finish;
use crate::context::Context;
use crate::error::{Error, Kind};
use crate::exit::Exit;
use crate::language::Language;
use crate::output::table::Card;
use crate::output::text;

#[derive(Serialize)]
struct ExplainContent<'a> {
    /// The first of `entries`: nearly every code has one.
    entry: Option<&'a EntryView>,
    entries: &'a [EntryView],
}

#[derive(Serialize)]
struct EntryView {
    code: &'static str,
    http_status: Option<u16>,
    http_status_basis: &'static str,
    message: Option<&'static str>,
    meaning: &'static str,
    action: &'static str,
    retry: &'static str,
}

impl From<&CodeEntry> for EntryView {
    fn from(entry: &CodeEntry) -> Self {
        Self {
            code: entry.code,
            http_status: entry.http_status,
            http_status_basis: entry.status_basis.word(),
            message: entry.message,
            meaning: entry.meaning,
            action: entry.action,
            retry: entry.retry.word(),
        }
    }
}

pub(super) fn run(context: &Context, explain: &ExplainArgs) -> Exit {
    let entries = catalog::find(&explain.code);
    let error = entries.is_empty().then(|| unknown(&explain.code));
    let views: Vec<_> = entries.iter().map(EntryView::from).collect();
    let content = ExplainContent { entry: views.first(), entries: &views };
    let cards = || {
        let language = context.language();
        entries.iter().map(|entry| card(entry, context.width(), language)).collect::<Vec<_>>().join("\n")
    };
    finish::document(explain.output, &content, error.as_ref(), cards)
}

fn unknown(code: &str) -> Error {
    let shown = catalog::canonical(code).unwrap_or_else(|| text::cut(code, Some(80)));
    let error = Error::new(Kind::NotFound, format!("no code '{shown}' in the catalogue of CPS, APIGW and IAM codes"));
    let same_number = catalog::with_number(code);
    if same_number.is_empty() {
        return error.hint("codes newer than this cph are not in it; the service's own text says what happened");
    }
    error.hint(format!("give the service, too; codes with this number: {}", same_number.join(", ")))
}

/// For people, in their language; the labels are English.
fn card(entry: &CodeEntry, width: Option<usize>, language: Language) -> String {
    let mut card = Card::new(width);
    let entry = entry.in_language(language);
    card.text("Code", Some(entry.code));
    card.text(
        "Meaning",
        Some(&match language {
            Language::English => format!("{}.", entry.meaning),
            Language::Chinese => format!("{}。", entry.meaning),
        }),
    );
    card.text("Do", Some(entry.action));
    card.text("Retry", Some(retry(entry.retry, language)));
    let status = entry.http_status.map(|status| match (entry.status_basis.note(language), language) {
        (Some(note), Language::English) => format!("{status} ({note})"),
        (Some(note), Language::Chinese) => format!("{status}（{note}）"),
        (None, _) => status.to_string(),
    });
    card.text("HTTP", status.as_deref());
    card.text("Text", entry.message);
    card.into_string()
}

fn retry(retry: Retry, language: Language) -> &'static str {
    match (retry, language) {
        (Retry::No, Language::English) => "no, the same call fails again",
        (Retry::No, Language::Chinese) => "否，重试仍会失败",
        (Retry::Yes, Language::English) => "yes, after a pause",
        (Retry::Yes, Language::Chinese) => "是，请稍后重试",
        (Retry::AfterRenewal, Language::English) => "yes, with a new token or temporary key",
        (Retry::AfterRenewal, Language::Chinese) => "更新令牌或临时密钥后可以重试",
    }
}
