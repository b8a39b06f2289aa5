//! The tables as they are, and what is found in them.

use super::*;

const TABLES: [(&str, &str); 3] = [("CPS", CPS), ("APIGW", APIGW), ("IAM", IAM)];

/// Every row; fails on one that does not parse.
fn rows(table: &'static str) -> Vec<CodeEntry> {
    lines(table).map(|line| parse(line).unwrap_or_else(|| panic!("does not parse: {line}"))).collect()
}

fn codes(table: &'static str, wanted: impl Fn(&CodeEntry) -> bool) -> Vec<&'static str> {
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
        let CodeEntry { code, meaning, action, .. } = row;
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
    assert_eq!(
        find("CPS.0050")[0].status_basis.note(Language::English),
        Some("as documented in 2021, perhaps 404 today")
    );
    assert_eq!(find("CPS.0005")[0].status_basis.note(Language::English), None);
}

#[test]
fn retryable_codes_are_these() {
    let (yes, renewed) =
        (|row: &CodeEntry| row.retry == Retry::Yes, |row: &CodeEntry| row.retry == Retry::AfterRenewal);
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
        [CodeEntry {
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
    assert_eq!(parse("CPS.1\t\tcurrent\tno\t\tM\tA.").map(|row| (row.http_status, row.message)), Some((None, None)));
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

#[test]
fn a_number_alone_finds_the_codes_that_have_it() {
    assert!(with_number("0005").contains(&"CPS.0005"));
    assert_eq!(with_number(" 0201 ").iter().filter(|code| **code == "APIGW.0201").count(), 1);
    for none in ["", "5", "CPS.0005", "99999"] {
        assert!(with_number(none).is_empty(), "{none}");
    }
}
