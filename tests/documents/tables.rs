//! Tables and lists of names, compared with the code they are about, wherever they stand.

use cph::error::Kind;
use cph::{cli, exit, simulator};

use crate::common;
use crate::document::{all, read};

/// Rows of all documents.
fn rows() -> Vec<Vec<String>> {
    all().iter().flat_map(|document| document.rows()).collect()
}

#[test]
fn the_exit_table_is_the_codes() {
    let readme = read("README.md").unwrap();
    for line in exit::TABLE.lines().filter_map(|line| line.strip_prefix("  ")) {
        let row: Vec<_> = line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
        assert_eq!(row.len(), 3, "{line}");
        assert!(readme.rows().iter().any(|cells| *cells == row), "{line}");
    }
    for line in exit::TABLE.lines().skip(1).filter(|line| !line.starts_with(' ')) {
        assert!(readme.text.replace('\n', " ").contains(line), "{line}");
    }
}

#[test]
fn every_error_word_has_a_row() {
    use Kind::*;
    let kinds = [
        ConfigInvalid,
        Io,
        AuthMissing,
        AuthRejected,
        Forbidden,
        NotFound,
        Unreachable,
        Tls,
        HttpTimeout,
        RateLimited,
        ServiceError,
        BadAnswer,
        UnknownStatus,
        WrongJob,
    ];
    for kind in kinds {
        let start = [format!("`{}`", kind.word()), kind.exit().code().to_string()];
        assert!(rows().iter().any(|cells| cells.starts_with(&start)), "{start:?}");
    }
}

#[test]
fn every_field_setting_and_made_up_credential_is_named() {
    let settings =
        cph::config::setting::ALL.into_iter().flat_map(|setting| std::iter::once(setting.name).chain(setting.variable));
    let simulated =
        [simulator::ACCESS_KEY, simulator::SECRET_KEY, simulator::TOKEN, simulator::PROJECT_ID, simulator::REGION];
    let documents = all();
    for name in cli::FIELDS.into_iter().chain(settings).chain(simulated) {
        let named = [format!("`{name}`"), format!("\"{name}\"")];
        let is_named = documents.iter().any(|document| named.iter().any(|named| document.text.contains(named)));
        assert!(is_named, "{name}");
    }
}

#[test]
fn the_simulators_ids_end_as_their_table_says() {
    let page = read("docs/simulator.md").unwrap();
    let rows: Vec<_> = page.rows().into_iter().filter(|cells| cells[0].starts_with("`sim-")).collect();
    assert!(rows.len() > 14, "{rows:?}");
    std::thread::scope(|scope| {
        for cells in &rows {
            scope.spawn(move || {
                let server = common::simulator();
                let id = cells[0].trim_matches('`');
                let request = if id.starts_with("sim-req-") { &["--request-id"][..] } else { &[] };
                let arguments = [&["job", "show", "-q"], request, &[id]].concat();
                let run = common::cph(arguments).on(&server).run();
                assert_eq!(run.exit().to_string(), cells[2], "{cells:?}: {run}");
            });
        }
    });
}
