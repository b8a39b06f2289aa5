//! What an error code of Huawei Cloud means and what to do about it, in plain English and offline.
//!
//! It exists because the service's own texts are short, vary for one code, and mostly say "contact support".
//! PURE, and a leaf: it must not know jobs, requests, settings or output, and it never decides anything:
//! the service's text is shown first, a row of this table only explains it.
//!
//! Sources: `CPS.` is the CPH API reference, page `ErrorCode`; `APIGW.` is the API Request Signing Guide, page
//! `api-sign-errorcode`; `IAM.` is the IAM API reference, page `iam_02_0006`. Codes, HTTP statuses and `message` are
//! theirs, meanings and advice are `cph`'s. The CPS page of today could be read only in part, so most of its
//! statuses come from the page of 2021: see [`StatusBasis`].
//!
//! Meanings and advice are there in Chinese, too (`zh/`), chosen by a [`Language`] that the caller has.
//!
//! The tables are text, compiled in, and scanned only when someone asks: a run without an error pays nothing.

mod chinese;

use crate::language::Language;

/// What is known of one code, or of one code with one HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CodeEntry {
    /// The code in its canonical form: `CPS.0005`, `APIGW.0301`, `IAM.0067`.
    pub code: &'static str,
    /// HTTP status of an answer with this code; for a job's own error it says nothing.
    pub http_status: Option<u16>,
    /// How sure the HTTP status is.
    pub status_basis: StatusBasis,
    /// Whether the same request can succeed later.
    pub retry: Retry,
    /// The service's own documented text. Real answers vary, and `{0}` or `%s` in it stands for a value.
    pub message: Option<&'static str>,
    /// A phrase with a capital and without a final period: `No such cloud phone`.
    pub meaning: &'static str,
    /// What to do, a sentence with its period: `Check the phone id.`
    pub action: &'static str,
}

impl CodeEntry {
    /// The same with meaning and action in a language.
    #[must_use]
    pub(crate) fn in_language(self, language: Language) -> Self {
        match language {
            Language::English => self,
            Language::Chinese => match chinese::texts(self.code, self.http_status) {
                Some((meaning, action)) => Self { meaning, action, ..self },
                None => self,
            },
        }
    }
}

/// Whether the same request can succeed later, with nothing corrected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Retry {
    /// It will fail again.
    No,
    /// After a wait.
    Yes,
    /// With a new token or a new temporary key.
    AfterRenewal,
}

impl Retry {
    const ALL: [Self; 3] = [Self::No, Self::Yes, Self::AfterRenewal];

    /// The word for JSON: `no`, `yes`, `after_renewal`.
    #[must_use]
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Yes => "yes",
            Self::AfterRenewal => "after_renewal",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|retry| retry.word() == word)
    }
}

/// Where an [`CodeEntry`]'s HTTP status comes from.
///
/// In 2021 every CPS code had 400; the page of today is sorted by status and was seen only in part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StatusBasis {
    /// The service's present documentation.
    Current,
    /// The code is gone from the present page's 400 rows; the status is concluded from its neighbours.
    Inferred,
    /// The page of 2021.
    Dated,
    /// The page of 2021, and the text suggests that it is 404 today.
    DatedLikely404,
}

impl StatusBasis {
    const ALL: [Self; 4] = [Self::Current, Self::Inferred, Self::Dated, Self::DatedLikely404];

    /// The word for JSON: `current`, `inferred`, `dated`, `dated_likely_404`.
    #[must_use]
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Inferred => "inferred",
            Self::Dated => "dated",
            Self::DatedLikely404 => "dated_likely_404",
        }
    }

    /// What a reader must know beside the number, `None` when it is certain.
    #[must_use]
    pub(crate) const fn note(self, language: Language) -> Option<&'static str> {
        match (self, language) {
            (Self::Current, _) => None,
            (Self::Inferred, Language::English) => Some("inferred"),
            (Self::Inferred, Language::Chinese) => Some("推断值"),
            (Self::Dated, Language::English) => Some("as documented in 2021"),
            (Self::Dated, Language::Chinese) => Some("依据 2021 年的文档"),
            (Self::DatedLikely404, Language::English) => Some("as documented in 2021, perhaps 404 today"),
            (Self::DatedLikely404, Language::Chinese) => Some("依据 2021 年的文档，现在可能是 404"),
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|basis| basis.word() == word)
    }
}

const CPS: &str = include_str!("cps.tsv");
const APIGW: &str = include_str!("apigw.tsv");
const IAM: &str = include_str!("iam.tsv");

/// The one spelling of a code: `cps0005`, `CPS0005` and ` CPS.0005 ` are `CPS.0005`.
///
/// The gateway writes its own codes with three prefixes, `APIG.0301` and `APIC.0301` are `APIGW.0301`; from 1000 on
/// those two belong to other services' tables and stay. A code of an unknown service has a canonical form too;
/// `None` is for text that is no code at all.
#[must_use]
pub(crate) fn canonical(code: &str) -> Option<String> {
    let code = code.trim();
    let (prefix, number) = match code.split_once(['.', '_', '-']) {
        Some(parts) => parts,
        None => code.split_at_checked(code.find(|c: char| c.is_ascii_digit())?)?,
    };
    let named = prefix.starts_with(|c: char| c.is_ascii_alphabetic())
        && prefix.len() <= 16
        && prefix.bytes().all(|b| b.is_ascii_alphanumeric());
    // Four digits everywhere in the tables; some other services write up to eight.
    let numbered = (4..=8).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    if !(named && numbered) {
        return None;
    }
    let prefix = prefix.to_ascii_uppercase();
    let gateway = matches!(prefix.as_str(), "APIG" | "APIC") && number.len() == 4 && number.starts_with('0');
    Some(format!("{}.{number}", if gateway { "APIGW" } else { &prefix }))
}

/// All rows of a code in any spelling; empty when it is unknown. Only `APIGW.0201` has several, by HTTP status.
#[must_use]
pub(crate) fn find(code: &str) -> Vec<CodeEntry> {
    let Some(code) = canonical(code) else { return Vec::new() };
    let table = match code.split_once('.') {
        Some(("CPS", _)) => CPS,
        Some(("APIGW", _)) => APIGW,
        Some(("IAM", _)) => IAM,
        _ => return Vec::new(),
    };
    lines(table).filter(|line| line.split('\t').next() == Some(code.as_str())).filter_map(parse).collect()
}

/// All rows of all tables.
pub(crate) fn all() -> impl Iterator<Item = CodeEntry> {
    [CPS, APIGW, IAM].into_iter().flat_map(lines).filter_map(parse)
}

/// The codes of all tables that have this number, for a number that was typed without its service.
#[must_use]
pub(crate) fn with_number(number: &str) -> Vec<&'static str> {
    let mut codes: Vec<_> = [CPS, APIGW, IAM]
        .into_iter()
        .flat_map(lines)
        .filter_map(|line| line.split('\t').next())
        .filter(|code| code.split_once('.').is_some_and(|(_, its)| its == number.trim()))
        .collect();
    codes.dedup();
    codes
}

/// The one row that explains a code.
///
/// A code with one row is explained by it whatever the status, since documented statuses have changed. Among several
/// rows the status decides, or else its class (503 is read as the first 5xx row). When that does not decide either,
/// there is no answer: the rows contradict each other, and a guess would mislead.
#[must_use]
pub(crate) fn find_for(code: &str, http_status: Option<u16>) -> Option<CodeEntry> {
    let rows = find(code);
    if let [only] = rows.as_slice() {
        return Some(*only);
    }
    let status = http_status?;
    let class = |status: u16| status / 100;
    rows.iter()
        .find(|row| row.http_status == Some(status))
        .or_else(|| rows.iter().find(|row| row.http_status.map(class) == Some(class(status))))
        .copied()
}

/// What a code means: `No such cloud phone`. `None` when it is unknown or means several things.
#[must_use]
pub(crate) fn meaning(code: &str) -> Option<&'static str> {
    find_for(code, None).map(|entry| entry.meaning)
}

/// The rows of a table, without its heading.
fn lines(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().skip(1)
}

fn parse(line: &'static str) -> Option<CodeEntry> {
    let mut cells = line.split('\t');
    let entry = CodeEntry {
        code: cells.next()?,
        http_status: match cells.next()? {
            "" => None,
            status => Some(status.parse().ok()?),
        },
        status_basis: StatusBasis::from_word(cells.next()?)?,
        retry: Retry::from_word(cells.next()?)?,
        message: cells.next().map(|text| (!text.is_empty()).then_some(text))?,
        meaning: cells.next()?,
        action: cells.next()?,
    };
    cells.next().is_none().then_some(entry)
}

#[cfg(test)]
mod tests;
