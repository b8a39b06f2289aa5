//! Runs the README: every console block is run and must show the printed output, every recipe is run or at least
//! parsed, every table is compared with the code.

// A test fails by panicking, in its helpers, too.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

#[path = "common/mod.rs"]
mod common;

use cph::error::Kind;
use cph::{cli, exit, simulator};

const README: &str = include_str!("../README.md");

/// Rows of all tables, cells trimmed.
fn rows() -> Vec<Vec<String>> {
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
    README.lines().filter(|line| line.starts_with('|')).map(cells).collect()
}

#[test]
fn the_exit_table_is_the_codes() {
    for line in exit::TABLE.lines().filter_map(|line| line.strip_prefix("  ")) {
        let row: Vec<_> = line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
        assert_eq!(row.len(), 3, "{line}");
        assert!(rows().iter().any(|cells| *cells == row), "{line}");
    }
    let last = exit::TABLE.lines().last().unwrap();
    assert!(README.replace('\n', " ").contains(last), "{last}");
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
    for name in cli::FIELDS.into_iter().chain(settings).chain(simulated) {
        assert!(README.contains(&format!("`{name}`")) || README.contains(&format!("\"{name}\"")), "{name}");
    }
}

#[test]
fn the_simulators_ids_end_as_their_table_says() {
    let rows: Vec<_> = rows().into_iter().filter(|cells| cells[0].starts_with("`sim-")).collect();
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

#[test]
fn files_that_are_linked_are_there() {
    for link in README.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(link);
        assert!(path.exists(), "{link}");
    }
}

#[cfg(unix)]
mod run {
    use super::*;
    use crate::common::{Run, path_with_cph, program, simulator};

    /// Fenced blocks of this language.
    fn blocks(language: &str) -> Vec<String> {
        let mut blocks = Vec::new();
        let mut lines = README.lines();
        while let Some(line) = lines.next() {
            if let Some(fence) = line.strip_prefix("```") {
                let block: String =
                    lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect();
                if fence == language {
                    blocks.push(block);
                }
            }
        }
        assert!(!blocks.is_empty(), "{language}");
        blocks
    }

    /// A script as a CI runs it, against a simulator of its own.
    fn shell(shell: &str, options: &str, script: &str, jobs: &str) -> Run {
        let server = simulator();
        program(shell, options.split_whitespace().chain(["-c", script]))
            .on(&server)
            .env("PATH", path_with_cph())
            .env("job", jobs)
            .env("JOBS", jobs)
            .env("GITHUB_STEP_SUMMARY", "summary.md")
            .run()
    }

    fn bash(options: &str, script: &str, jobs: &str) -> Run {
        shell("bash", &format!("--noprofile --norc {options}"), script, jobs)
    }

    fn parses(shell: &str, script: &str) {
        let run = program(shell, ["-n", "-c", script]).env("PATH", path_with_cph()).run();
        assert_eq!((run.exit(), run.stderr.as_str()), (0, ""), "{script}");
    }

    /// What blocks of this language are run by: `sh` is dash on Debian and Ubuntu, whose agents run Jenkins' steps.
    fn shells(language: &str) -> &'static [&'static str] {
        if language == "bash" { &["bash"] } else { &["bash", "sh"] }
    }

    fn is_installed(name: &str) -> bool {
        std::env::split_paths(&path_with_cph()).any(|folder| folder.join(name).exists())
    }

    /// Both streams in the order in which they came, as in a terminal.
    #[test]
    fn console_blocks_show_what_happens() {
        for block in blocks("console") {
            let mut commands: Vec<(String, String)> = Vec::new();
            for line in block.lines() {
                match (line.strip_prefix("$ "), commands.last_mut()) {
                    (Some(command), _) => commands.push((command.to_owned(), String::new())),
                    (None, Some((_, output))) => *output += &format!("{line}\n"),
                    (None, None) => panic!("a console block begins with a command: {block}"),
                }
            }
            for (command, expected) in commands {
                let built = command.replace("cargo run --release -- ", "cph ");
                let run = bash("-u", &format!("exec 2>&1\n{built}\n"), "");
                snapbox::assert_data_eq!(run.stdout, expected);
            }
        }
    }

    const ENDS: [(&str, i32); 6] =
        [("sim-ok", 0), ("sim-fail", 1), ("sim-running", 8), ("sim-404", 5), ("sim-401", 4), ("sim-empty", 7)];

    /// A test has no twenty minutes; a busy machine may need seconds for a first answer.
    fn hurried(script: &str) -> String {
        script.replace("--timeout 20m", "--timeout 6s")
    }

    /// Shell scripts with the language of their block.
    fn scripts_with(words: &str) -> Vec<(&'static str, String)> {
        let blocks =
            ["sh", "bash"].into_iter().flat_map(|language| blocks(language).into_iter().map(move |b| (language, b)));
        blocks.filter(|(_, block)| block.contains(words)).collect()
    }

    #[test]
    fn waiting_recipes_keep_the_exit_code() {
        let mut scripts = scripts_with("job wait");
        for block in blocks("groovy") {
            let script = |line: &str| Some(line.split_once("script: '")?.1.split_once('\'')?.0.to_owned());
            scripts.extend(block.lines().filter_map(script).map(|script| ("sh", script)));
        }
        assert_eq!(scripts.len(), 6);
        if !is_installed("jq") {
            eprintln!("left out: recipes with jq, which is not installed");
            scripts.retain(|(_, script)| !script.contains("jq "));
        }
        let run = |name: &str, script: &str, job: &str, exit: i32| {
            for options in ["-u", "-eu"] {
                let run = shell(name, options, script, job);
                assert_eq!(run.exit(), exit, "{name} {options}: {script}{run}");
                if script.contains("restart") {
                    let restarted = "restart 00000000000000000000000000f0e001\n";
                    assert_eq!(run.stdout, if exit == 1 { restarted } else { "" }, "{run}");
                }
                if script.contains("$line") {
                    assert_eq!(run.stdout.lines().count(), usize::from(exit == 1), "{run}");
                }
            }
        };
        // At once: a wait for a job that is not found takes its time.
        std::thread::scope(|scope| {
            for (language, script) in &scripts {
                let script = hurried(script);
                for name in shells(language) {
                    parses(name, &script);
                    let (script, run) = (script.clone(), &run);
                    scope.spawn(move || ENDS.iter().for_each(|(job, exit)| run(name, &script, job, *exit)));
                }
            }
        });
    }

    #[test]
    fn recipes_keep_the_exit_code() {
        for block in blocks("sh") {
            parses("bash", &block);
            parses("sh", &block);
        }
        let scripts = scripts_with("job show");
        assert_eq!(scripts.len(), 3);
        for (language, block) in scripts {
            for (job, exit) in ENDS {
                let forgiving = block.contains("--exit-zero") && [1, 8].contains(&exit);
                for name in shells(language) {
                    let run = shell(name, "-u", &block, job);
                    assert_eq!(run.exit(), if forgiving { 0 } else { exit }, "{name}: {block}{run}");
                }
            }
        }
    }

    /// The shell parts of a YAML block.
    fn shell_parts(block: &str) -> Vec<String> {
        let indent = |line: &str| line.len() - line.trim_start().len();
        let mut parts = Vec::new();
        let mut lines = block.lines().peekable();
        while let Some(line) = lines.next() {
            let deeper = indent(line);
            if line.trim() == "run: |" {
                let mut part = String::new();
                while let Some(line) = lines.next_if(|line| line.trim().is_empty() || indent(line) > deeper) {
                    part += &format!("{}\n", line.get(deeper + 2..).unwrap_or_default());
                }
                parts.push(part);
            } else if line.trim() == "script:" {
                let mut part = String::new();
                while let Some(line) = lines.next_if(|line| line.trim().starts_with("- ")) {
                    part += &format!("{}\n", line.trim().trim_start_matches("- "));
                }
                parts.push(part);
            }
        }
        parts
    }

    #[test]
    fn ci_recipes_keep_the_exit_code_and_annotate() {
        let parts: Vec<String> = blocks("yaml").iter().flat_map(|block| shell_parts(block)).collect();
        assert_eq!(parts.len(), 2);
        for part in parts.iter().map(|part| hurried(part)) {
            parses("bash", &part);
            for (job, exit) in ENDS {
                // GitHub's and GitLab's runners both stop at the first command that fails.
                let run = bash("-eo pipefail", &part, job);
                assert_eq!(run.exit(), exit, "{part}{run}");
                if part.contains("::$level") {
                    assert_eq!(run.stdout.contains("::error "), ![0, 8].contains(&exit), "{run}");
                    assert_eq!(run.stdout.contains("::warning "), exit == 8, "{run}");
                    assert_eq!(run.stdout.lines().count(), usize::from(exit != 0), "{run}");
                }
            }
            let run = bash("-eo pipefail", &part, "sim-escape");
            let commands = run.stdout.lines().filter(|line| line.trim_start().starts_with("::")).count();
            assert!(run.exit() == 1 && commands <= 1, "one command, and it is ours: {run}");
        }
    }

    #[test]
    fn several_jobs_are_one_annotation_and_rows_of_the_summary() {
        let parts: Vec<String> = blocks("yaml").iter().flat_map(|block| shell_parts(block)).collect();
        let step = parts.iter().find(|part| part.contains("GITHUB_STEP_SUMMARY")).unwrap();
        // `exit` ends the step: its summary is shown after that.
        let step = format!("trap 'cat summary.md >&2' EXIT; {}", hurried(step));
        let run = bash("-eo pipefail", &step, "sim-cjk sim-ok\nsim-escape 100%41 sim-running");
        assert_eq!(run.exit(), 2, "an id has no such form: {run}");
        assert_eq!(run.stdout, "::error title=CPH jobs::exit code 2, see the log\n");
        let run = bash("-eo pipefail", &step, "sim-cjk sim-ok\nsim-escape sim-running");
        assert_eq!((run.exit(), run.stdout.lines().count()), (1, 1), "{run}");
        let text = run.stdout.strip_prefix("::error title=CPH jobs::").unwrap();
        let jobs: Vec<&str> = text.split("%0A").map(|line| line.split('\t').next().unwrap()).collect();
        assert_eq!(jobs, ["sim-cjk", "sim-escape", "sim-running"], "{run}");
        assert_eq!(text.matches('%').count(), 2);
        let rows: Vec<&str> = run.stderr.lines().filter(|line| line.starts_with('|')).collect();
        assert_eq!(rows.len(), 5, "{run}");
        // Only our own bars are bars, and no sign but them has a meaning in Markdown.
        for row in rows.iter().skip(2) {
            let signs = row.char_indices().filter(|(_, c)| c.is_ascii_punctuation() && *c != '\\').map(|(at, _)| at);
            let bare = signs.filter(|at| !row[..*at].ends_with('\\')).map(|at| &row[at..=at]);
            assert_eq!(bare.collect::<String>(), "|||||", "{row}");
        }
        assert!(rows[2].contains("云手机任务处理超时，请稍后重试。"), "{run}");
    }
}
