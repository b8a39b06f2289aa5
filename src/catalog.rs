//! What an error code of Huawei Cloud means and what to do about it, in plain English and offline.
//!
//! It exists because the service's own texts are short, vary for one code, and mostly say "contact support".
//! Pure and a leaf: it must not know jobs, requests, settings or output, and it never decides anything:
//! the service's text is shown first, a row of this table only explains it.
//!
//! Sources: `CPS.` is the CPH API reference, page `ErrorCode`; `APIGW.` is the API Request Signing Guide, page
//! `api-sign-errorcode`; `IAM.` is the IAM API reference, page `iam_02_0006`. Codes, HTTP statuses and `message` are
//! theirs, meanings and advice are `cph`'s. The CPS page of today could be read only in part, so most of its
//! statuses come from the page of 2021: see [`StatusBasis`].
//!
//! The tables are text, compiled in, and scanned only when someone asks: a run without an error pays nothing.

/// What is known of one code, or of one code with one HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
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

/// Whether the same request can succeed later, with nothing corrected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
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
    pub const fn word(self) -> &'static str {
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

/// Where an [`Entry`]'s HTTP status comes from.
///
/// In 2021 every CPS code had 400; the page of today is sorted by status and was seen only in part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusBasis {
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
    pub const fn word(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Inferred => "inferred",
            Self::Dated => "dated",
            Self::DatedLikely404 => "dated_likely_404",
        }
    }

    /// What a reader must know beside the number, `None` when it is certain.
    #[must_use]
    pub const fn note(self) -> Option<&'static str> {
        match self {
            Self::Current => None,
            Self::Inferred => Some("inferred"),
            Self::Dated => Some("as documented in 2021"),
            Self::DatedLikely404 => Some("as documented in 2021, perhaps 404 today"),
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|basis| basis.word() == word)
    }
}

const CPS: &str = include_str!("catalog/cps.tsv");
const APIGW: &str = include_str!("catalog/apigw.tsv");
const IAM: &str = include_str!("catalog/iam.tsv");

/// The one spelling of a code: `cps0005`, `CPS0005` and ` CPS.0005 ` are `CPS.0005`.
///
/// The gateway writes its own codes with three prefixes, `APIG.0301` and `APIC.0301` are `APIGW.0301`; from 1000 on
/// those two belong to other services' tables and stay. A code of an unknown service has a canonical form too;
/// `None` is for text that is no code at all.
#[must_use]
pub fn canonical(code: &str) -> Option<String> {
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
pub fn find(code: &str) -> Vec<Entry> {
    let Some(code) = canonical(code) else { return Vec::new() };
    let table = match code.split_once('.') {
        Some(("CPS", _)) => CPS,
        Some(("APIGW", _)) => APIGW,
        Some(("IAM", _)) => IAM,
        _ => return Vec::new(),
    };
    lines(table).filter(|line| line.split('\t').next() == Some(code.as_str())).filter_map(parse).collect()
}

/// The one row that explains a code.
///
/// A code with one row is explained by it whatever the status, since documented statuses have changed. Among several
/// rows the status decides, or else its class (503 is read as the first 5xx row). When that does not decide either,
/// there is no answer: the rows contradict each other, and a guess would mislead.
#[must_use]
pub fn find_for(code: &str, http_status: Option<u16>) -> Option<Entry> {
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
pub fn meaning(code: &str) -> Option<&'static str> {
    find_for(code, None).map(|entry| entry.meaning)
}

/// The rows of a table, without its heading.
fn lines(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().skip(1)
}

fn parse(line: &'static str) -> Option<Entry> {
    let mut cells = line.split('\t');
    let entry = Entry {
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
mod tests {
    use super::*;

    const TABLES: [(&str, &str); 3] = [("CPS", CPS), ("APIGW", APIGW), ("IAM", IAM)];

    /// Every row; fails on one that does not parse.
    fn rows(table: &'static str) -> Vec<Entry> {
        lines(table).map(|line| parse(line).unwrap_or_else(|| panic!("does not parse: {line}"))).collect()
    }

    fn codes(table: &'static str, wanted: impl Fn(&Entry) -> bool) -> Vec<&'static str> {
        rows(table).into_iter().filter(wanted).map(|row| row.code).collect()
    }

    #[test]
    fn the_tables_are_whole() {
        assert_eq!([CPS, APIGW, IAM].map(|table| rows(table).len()), [251, 40, 18]);
        assert_eq!(
            codes(IAM, |_| true).iter().map(|code| code.trim_start_matches("IAM.")).collect::<Vec<_>>(),
            [
                "0001", "0002", "0003", "0004", "0006", "0007", "0011", "0012", "0061", "0062", "0066", "0067", "0080",
                "0081", "0082", "0083", "1108", "1109"
            ]
        );
    }

    #[test]
    fn each_table_has_its_heading_is_sorted_and_names_a_row_once() {
        for (prefix, table) in TABLES {
            assert_eq!(
                table.lines().next(),
                Some("code\thttp_status\tstatus_basis\tretry\tmessage\tmeaning\taction"),
                "{prefix}"
            );
            assert!(table.ends_with('\n') && !table.ends_with("\n\n"), "{prefix}");
            let keys: Vec<_> = rows(table).iter().map(|row| (row.code, row.http_status)).collect();
            assert!(keys.is_sorted_by(|a, b| a < b), "{prefix} is not sorted, or repeats a row");
            for pair in keys.windows(2) {
                assert!(pair[0].0 != pair[1].0 || pair[0].0 == "APIGW.0201", "{} is there twice", pair[0].0);
            }
            for (code, _) in keys {
                assert_eq!(canonical(code).as_deref(), Some(code));
                assert!(code.starts_with(&format!("{prefix}.")), "{code} is in the table of {prefix}");
            }
        }
    }

    #[test]
    fn wording_follows_one_form() {
        for row in TABLES.into_iter().flat_map(|(_, table)| rows(table)) {
            let Entry { code, meaning, action, .. } = row;
            let message = row.message.unwrap_or_default();
            assert!(row.http_status.is_some_and(|status| (400..600).contains(&status)), "{code}: status");
            assert!(!message.is_empty(), "{code}: message");
            for text in [message, meaning, action] {
                assert!(text.chars().all(|c| c.is_ascii_graphic() || c == ' '), "{code}: {text}");
                assert!(text.trim() == text && !text.contains("  "), "{code}: {text}");
            }
            assert!(meaning.starts_with(|c: char| c.is_ascii_uppercase()), "{code}: {meaning}");
            assert!(meaning.ends_with(|c: char| c.is_ascii_alphanumeric() || c == ')'), "{code}: {meaning}");
            assert!(meaning.len() <= 72, "{code}: long meaning");
            assert!(action.starts_with(|c: char| c.is_ascii_uppercase()), "{code}: {action}");
            assert!(action.ends_with('.') && !action.ends_with(".."), "{code}: {action}");
            assert!(action.len() <= 160, "{code}: long action");
        }
    }

    #[test]
    fn uncertain_statuses_are_marked() {
        let count = |basis| rows(CPS).iter().filter(|row| row.status_basis == basis).count();
        assert_eq!(StatusBasis::ALL.map(count), [24, 7, 202, 18]);
        assert_eq!(
            codes(CPS, |row| row.status_basis == StatusBasis::Inferred),
            ["CPS.0001", "CPS.0006", "CPS.0011", "CPS.0015", "CPS.0017", "CPS.0018", "CPS.0019"]
        );
        assert!(rows(APIGW).iter().chain(&rows(IAM)).all(|row| row.status_basis == StatusBasis::Current));
        assert_eq!(find("CPS.0050")[0].status_basis.note(), Some("as documented in 2021, perhaps 404 today"));
        assert_eq!(find("CPS.0005")[0].status_basis.note(), None);
    }

    #[test]
    fn retryable_codes_are_these() {
        let (yes, renewed) = (|row: &Entry| row.retry == Retry::Yes, |row: &Entry| row.retry == Retry::AfterRenewal);
        assert_eq!(codes(CPS, yes), ["CPS.0003", "CPS.0042", "CPS.0054", "CPS.0061", "CPS.0062"]);
        assert_eq!(codes(IAM, yes), ["IAM.0006", "IAM.0012"]);
        assert_eq!(codes(CPS, renewed), [""; 0]);
        assert_eq!(codes(APIGW, renewed), ["APIGW.0307"]);
        assert_eq!(codes(IAM, renewed), ["IAM.0066", "IAM.0067", "IAM.1108"]);
        for row in rows(APIGW).into_iter().chain(rows(IAM)) {
            assert!(row.retry != Retry::Yes || matches!(row.http_status, Some(429 | 500..)), "{}", row.code);
        }
    }

    #[test]
    fn codes_that_answer_a_job_read_come_with_real_advice() {
        let codes = [
            "CPS.0001",
            "CPS.0002",
            "CPS.0003",
            "CPS.0006",
            "CPS.0008",
            "CPS.0011",
            "CPS.0042",
            "CPS.0046",
            "CPS.0048",
            "CPS.0049",
            "CPS.0050",
            "CPS.0161",
            "APIGW.0101",
            "APIGW.0301",
            "APIGW.0307",
            "APIGW.0308",
        ];
        for code in codes {
            let entry = find_for(code, None).unwrap();
            assert!(!entry.action.starts_with("Contact Huawei Cloud support"), "{code}");
        }
        assert!(find("CPS.0011")[0].action.contains("a request id is not a job id"));
    }

    #[test]
    fn spellings() {
        for (given, expected) in [
            ("CPS.0005", "CPS.0005"),
            ("CPS0005", "CPS.0005"),
            ("cps0005", "CPS.0005"),
            ("cps_0005", "CPS.0005"),
            ("cps-0005", "CPS.0005"),
            (" \tCPS.0005\n", "CPS.0005"),
            ("APIG.0301", "APIGW.0301"),
            ("APIC.0301", "APIGW.0301"),
            ("apigw0301", "APIGW.0301"),
            ("APIG.3412", "APIG.3412"),
            ("iam.0067", "IAM.0067"),
            ("VPC.0101", "VPC.0101"),
            ("SMN.00011001", "SMN.00011001"),
            ("PAP5.0010", "PAP5.0010"),
        ] {
            assert_eq!(canonical(given).as_deref(), Some(expected), "{given:?}");
        }
        for given in [
            "",
            " ",
            ".",
            "0005",
            ".0005",
            "CPS",
            "CPS.",
            "CPS.5",
            "CPS.000x",
            "CPS..0005",
            "CPS.0005.",
            "CPS 0005",
            "5CPS.0005",
            "CPS.00050005x",
            "CPS.000500050",
            "CPS.٠٠٠٥",
            "ÇPS.0005",
            "CPS.0005\u{1b}[31m",
            "CPS.0005\nCPS.0011",
            "9b28fbe50ded4060b8149a47e55dba82",
            "01b2c3d4e5f60718293a4b5c6d7e8f90",
        ] {
            assert_eq!(canonical(given), None, "{given:?}");
        }
    }

    #[test]
    fn look_up() {
        assert_eq!(meaning("CPS0005"), Some("No such cloud phone"));
        assert_eq!(
            find("cps0005"),
            [Entry {
                code: "CPS.0005",
                http_status: Some(404),
                status_basis: StatusBasis::Current,
                retry: Retry::No,
                message: Some("Phone is not found."),
                meaning: "No such cloud phone",
                action: "Check the phone id.",
            }]
        );
        for unknown in ["CPS.9999", "VPC.0101", "APIG.3412", "CPS", "nonsense", ""] {
            assert_eq!(find(unknown), [], "{unknown}");
            assert_eq!(find_for(unknown, Some(400)), None, "{unknown}");
            assert_eq!(meaning(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn the_status_picks_among_several_rows_only() {
        let found = |code, status| find_for(code, status).and_then(|entry| entry.http_status);
        assert_eq!(find("APIG.0201").len(), 6);
        assert_eq!(found("APIGW.0201", Some(414)), Some(414));
        assert_eq!(found("APIGW.0201", Some(504)), Some(504));
        assert_eq!(found("APIGW.0201", Some(503)), Some(502));
        assert_eq!(found("APIGW.0201", Some(431)), Some(400));
        assert_eq!(found("APIGW.0201", Some(200)), None);
        assert_eq!(found("APIGW.0201", None), None);
        assert_eq!(meaning("APIGW.0201"), None);
        assert_eq!(found("CPS.0005", Some(400)), Some(404));
    }

    #[test]
    fn a_damaged_row_is_no_row() {
        let good = "CPS.1\t400\tcurrent\tno\tText.\tMeaning\tAction.";
        assert!(parse(good).is_some());
        assert_eq!(
            parse("CPS.1\t\tcurrent\tno\t\tM\tA.").map(|row| (row.http_status, row.message)),
            Some((None, None))
        );
        for bad in [
            "",
            "CPS.1",
            "CPS.1\t400\tcurrent\tno\tText.\tMeaning",
            "CPS.1\t400\tcurrent\tno\tText.\tMeaning\tAction.\tmore",
            "CPS.1\tx\tcurrent\tno\tText.\tMeaning\tAction.",
            "CPS.1\t400\tperhaps\tno\tText.\tMeaning\tAction.",
            "CPS.1\t400\tcurrent\tmaybe\tText.\tMeaning\tAction.",
        ] {
            assert_eq!(parse(bad), None, "{bad:?}");
        }
    }
}
