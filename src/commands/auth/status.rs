//! `cph auth status`: which credential is used, where it is from, and whether it works; the exit code shows the last.

use serde::Serialize;

use super::check::{Checked, Verdict, check};
use crate::cli::{AuthStatusArgs, Global};
use crate::commands::connect::Connector;
use crate::commands::{finish, overrides};
use crate::config::value::Origin;
use crate::config::{Settings, foreign};
use crate::context::Context;
use crate::credentials::{self, FoundCredential};
use crate::error::{Error, Kind};
use crate::exit::Exit;
use crate::file;
use crate::output::stdio;
use crate::output::table::Card;

#[derive(Serialize)]
struct StatusContent<'a> {
    auth: &'a AuthView,
}

/// Everything but the secrets; each value with its source.
#[derive(Serialize, Default)]
struct AuthView {
    profile: Option<String>,
    profile_source: Option<String>,
    region: Option<String>,
    region_source: Option<String>,
    endpoint: Option<String>,
    endpoint_source: Option<String>,
    iam_endpoint: Option<String>,
    iam_endpoint_source: Option<String>,
    project_id: Option<String>,
    project_id_source: Option<String>,
    kind: Option<&'static str>,
    sources: Vec<SourceView>,
    expires_at: Option<String>,
    iam: Verdict,
    cph: Verdict,
    notes: Vec<String>,
    ignored_variables: Vec<String>,
}

/// One part of the credential.
#[derive(Serialize)]
struct SourceView {
    name: &'static str,
    source: String,
}

pub(super) fn run(context: &Context, global: &Global, status: &AuthStatusArgs) -> Exit {
    let mut view = AuthView { ignored_variables: foreign::ignored(context), ..AuthView::default() };
    let error = collect(context, global, status, &mut view).err();
    let card = || card(&view, error.as_ref().map(|error| error.kind), context.width());
    finish::document(status.output, &StatusContent { auth: &view }, error.as_ref(), card)
}

fn collect(context: &Context, global: &Global, status: &AuthStatusArgs, view: &mut AuthView) -> Result<(), Error> {
    let overrides = overrides(global, &status.place);
    let settings = Settings::resolve(context, &overrides)?;
    settings.warnings.iter().for_each(|warning| stdio::warning(warning));
    view.settings(&settings);
    let found = credentials::find(&settings)?;
    view.found(&found);
    let connector = Connector::new(context, global, &overrides, settings);
    let mut checked = Checked::default();
    let ended = check(&connector, found, &mut checked);
    view.checked(checked);
    ended
}

impl AuthView {
    fn settings(&mut self, settings: &Settings) {
        let text = |source: &Origin| source.to_string();
        if let Some((name, source)) = &settings.profile {
            (self.profile, self.profile_source) = (Some(name.clone()), Some(text(source)));
        }
        if let Some(region) = &settings.region {
            (self.region, self.region_source) = (Some(region.shown().to_owned()), Some(text(&region.source)));
        }
        if let Some((endpoint, source)) = &settings.endpoint {
            (self.endpoint, self.endpoint_source) = (Some(endpoint.as_str().to_owned()), Some(text(source)));
        }
        if let Some((endpoint, source)) = &settings.iam_endpoint {
            (self.iam_endpoint, self.iam_endpoint_source) = (Some(endpoint.as_str().to_owned()), Some(text(source)));
        }
        if let Some(project) = &settings.project_id {
            (self.project_id, self.project_id_source) = (Some(project.shown().to_owned()), Some(text(&project.source)));
        }
        self.notes.clone_from(&settings.notes);
        if let Some(pipe) = settings.file.as_ref().filter(|path| file::was_pipe(path)) {
            self.notes.push(format!("config file {} is a pipe: it can't be read again", pipe.display()));
        }
    }

    fn found(&mut self, found: &FoundCredential) {
        self.kind = Some(found.kind.word());
        self.sources = found.sources.iter().map(|(name, source)| SourceView { name, source: source.clone() }).collect();
    }

    fn checked(&mut self, checked: Checked) {
        if self.project_id.is_none() && checked.project_id.is_some() {
            (self.project_id, self.project_id_source) = (checked.project_id, Some("asked of IAM".to_owned()));
        }
        (self.iam, self.cph) = (checked.iam, checked.cph);
        self.expires_at = checked.expires_at.map(|end| format!("{end:.0}"));
        self.notes.extend(checked.notes);
    }
}

/// Whether the credential works, and each service's answer. A service that could not be asked is no refusal.
fn works(view: &AuthView, error: Option<Kind>) -> String {
    let word = match error.map(Kind::exit) {
        None => "yes",
        Some(Exit::Unreachable | Exit::BadAnswer) => "unknown",
        Some(_) => "no",
    };
    match (view.iam, view.cph) {
        (Verdict::Accepted, Verdict::Accepted) => format!("{word}: IAM and CPH accept it"),
        (Verdict::NotAsked, Verdict::NotAsked) => format!("{word}: see the error"),
        (iam, cph) => format!("{word}: IAM {}, CPH {}", iam.text(), cph.text()),
    }
}

fn card(view: &AuthView, error: Option<Kind>, width: Option<usize>) -> String {
    let mut card = Card::new(width);
    let sourced = |value: &Option<String>, source: &Option<String>| match (value, source) {
        (Some(value), Some(source)) => Some(format!("{value}  ({source})")),
        (value, _) => value.clone(),
    };
    card.text("Works", Some(&works(view, error)));
    card.text("Kind", view.kind);
    let mut label = "Origin";
    for part in &view.sources {
        card.text(label, Some(&format!("{} from {}", part.name, part.source)));
        label = "";
    }
    card.text("Expires", view.expires_at.as_deref());
    card.text("Profile", sourced(&view.profile, &view.profile_source).as_deref());
    card.text("Region", sourced(&view.region, &view.region_source).as_deref());
    card.sourced_id("Project", view.project_id.as_deref(), view.project_id_source.as_deref());
    card.text("CPH", sourced(&view.endpoint, &view.endpoint_source).as_deref());
    card.text("IAM", sourced(&view.iam_endpoint, &view.iam_endpoint_source).as_deref());
    for note in &view.notes {
        card.text("Note", Some(note));
    }
    if !view.ignored_variables.is_empty() {
        card.text("Ignored", Some(&view.ignored_variables.join(" ")));
    }
    card.into_string()
}
