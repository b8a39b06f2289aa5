//! Runs the scripts that readers copy, in the shells that will run them, with jobs that end in each way: a script must
//! end with the exit code of `cph`.

use crate::common::in_parallel;
use crate::common::{Run, cph, path_with_cph, program, simulator};
use crate::document::blocks;

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

pub(crate) fn is_installed(name: &str) -> bool {
    std::env::split_paths(&path_with_cph()).any(|folder| folder.join(name).exists())
}

const ENDS: [(&str, i32); 5] = [("sim-running", 8), ("sim-ok", 0), ("sim-fail", 1), ("sim-401", 4), ("sim-empty", 7)];

/// A test has no twenty minutes, and this job does not end before. A busy machine may need seconds for an answer.
fn hurried(script: &str, job: &str) -> String {
    let limit = if job.contains("sim-running") { "9s" } else { "60s" };
    script.replace("--timeout 20m", &format!("--timeout {limit}"))
}

/// Shell scripts about `$job` with the language of their block.
fn scripts_with(words: &str) -> Vec<(&'static str, String)> {
    let blocks =
        ["sh", "bash"].into_iter().flat_map(|language| blocks(language).into_iter().map(move |b| (language, b)));
    blocks.filter(|(_, block)| block.contains(words) && (block.contains("$job") || block.contains("${job"))).collect()
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
    let mut runs = Vec::new();
    for (job, exit) in ENDS {
        for (language, script) in &scripts {
            for name in shells(language) {
                runs.extend(["-u", "-eu"].map(|options| (*name, options, hurried(script, job), job, exit)));
            }
        }
    }
    in_parallel(24, &runs, |(name, options, script, job, exit)| {
        let run = shell(name, options, script, job);
        assert_eq!(run.exit(), *exit, "{name} {options}: {script}{run}");
        if script.contains("restart") {
            let restarted = "restart 00000000000000000000000000f0e001\n";
            assert_eq!(run.stdout, if *exit == 1 { restarted } else { "" }, "{run}");
        }
        if script.contains("$line") {
            assert_eq!(run.stdout.lines().count(), usize::from(*exit == 1), "{run}");
        }
    });
}

#[test]
fn recipes_keep_the_exit_code() {
    let scripts = scripts_with("job show");
    assert_eq!(scripts.len(), 3);
    let mut runs = Vec::new();
    for (language, script) in &scripts {
        for name in shells(language) {
            let ends = ENDS.into_iter().chain([("sim-404", 5)]);
            runs.extend(ends.map(|(job, exit)| (*name, script, job, exit)));
        }
    }
    in_parallel(24, &runs, |(name, script, job, exit)| {
        let forgiving = script.contains("--exit-zero") && [1, 8].contains(exit);
        let run = shell(name, "-u", script, job);
        assert_eq!(run.exit(), if forgiving { 0 } else { *exit }, "{name}: {script}{run}");
    });
}

#[test]
fn scripts_parse() {
    let mut scripts = Vec::new();
    for language in ["sh", "bash"] {
        for block in blocks(language) {
            scripts.extend(shells(language).iter().map(|shell| (*shell, block.clone())));
        }
    }
    scripts.extend(ci_parts().into_iter().map(|part| ("bash", part)));
    in_parallel(24, &scripts, |(shell, script)| parses(shell, script));
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

fn ci_parts() -> Vec<String> {
    let parts: Vec<String> = blocks("yaml").iter().flat_map(|block| shell_parts(block)).collect();
    assert_eq!(parts.len(), 2);
    parts
}

#[test]
fn ci_recipes_keep_the_exit_code_and_annotate() {
    let mut runs = Vec::new();
    for part in ci_parts() {
        runs.extend(ENDS.into_iter().chain([("sim-escape", 1)]).map(|(job, exit)| (hurried(&part, job), job, exit)));
    }
    in_parallel(24, &runs, |(part, job, exit)| {
        // GitHub's and GitLab's runners both stop at the first command that fails.
        let run = bash("-eo pipefail", part, job);
        assert_eq!(run.exit(), *exit, "{part}{run}");
        let commands = run.stdout.lines().filter(|line| line.trim_start().starts_with("::")).count();
        if part.contains("::$level") {
            assert_eq!(run.stdout.contains("::error "), ![0, 8].contains(exit), "{run}");
            assert_eq!(run.stdout.contains("::warning "), *exit == 8, "{run}");
            assert_eq!(run.stdout.lines().count(), usize::from(*exit != 0), "{run}");
        } else {
            assert_eq!(commands, 0, "{run}");
        }
        assert!(commands <= 1, "one command, and it is ours: {run}");
    });
}

#[test]
fn several_jobs_are_one_annotation_and_rows_of_the_summary() {
    let step = ci_parts().into_iter().find(|part| part.contains("GITHUB_STEP_SUMMARY")).unwrap();
    // `exit` ends the step: its summary is shown after that.
    let run = |jobs| bash("-eo pipefail", &format!("trap 'cat summary.md >&2' EXIT; {}", hurried(&step, jobs)), jobs);
    let wrong = run("sim-cjk sim-ok\nsim-escape 100%41 sim-running");
    assert_eq!(wrong.exit(), 2, "an id has no such form: {wrong}");
    assert_eq!(wrong.stdout, "::error title=CPH jobs::exit code 2, see the log\n");
    let run = run("sim-cjk sim-ok\nsim-escape sim-running");
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

/// An example of the config file is read without an error, with each profile that it has.
#[test]
fn config_files_are_understood() {
    let mut profiles = 0;
    for block in blocks("toml") {
        let content = block.replace('…', "x");
        for profile in content.split("[profiles.").skip(1).filter_map(|rest| rest.split(']').next()) {
            let run = cph(["config", "--profile", profile, "-o", "json"]).config(&content).run();
            assert_eq!((run.exit(), run.stderr.as_str()), (0, ""), "{profile}: {block}{run}");
            profiles += 1;
        }
    }
    assert!(profiles >= 2, "{profiles}");
}
