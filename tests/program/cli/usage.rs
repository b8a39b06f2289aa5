//! Help, and wrong command lines.

use clap::{Command, CommandFactory as _};
use cph::cli::Cli;
use snapbox::str;

use crate::common::{cph, shows};

fn help(arguments: &[&str]) -> String {
    let run = cph(arguments).run();
    assert_eq!((run.exit(), run.stderr.as_str()), (0, ""), "{run}");
    run.shown()
}

/// The text without the sequences of help.
fn without_colours(text: &str) -> String {
    ["1;32", "1;36", "36", "1;31", "0"]
        .iter()
        .fold(text.to_owned(), |text, code| text.replace(&format!("\u{1b}[{code}m"), ""))
}

const HELP_AND_ERRORS: [&[&str]; 4] =
    [&["job", "show", "--help"], &["help", "job"], &["job"], &["job", "show", "--bogus"]];

fn is_coloured(text: &str) -> bool {
    text.contains("[1;32mUsage:")
}

#[test]
fn help_and_usage_errors_have_colours_where_they_are_wanted() {
    let run = |arguments: &[&str], variable: &str| {
        let run = cph(arguments).env(variable, "1").run();
        is_coloured(&run.stdout) || is_coloured(&run.stderr)
    };
    for arguments in HELP_AND_ERRORS {
        let typed = |value| run(&[arguments, &[value]].concat(), "X");
        assert!(!run(arguments, "X") && !run(arguments, "NO_COLOR"), "{arguments:?}");
        assert!(run(arguments, "FORCE_COLOR") && run(arguments, "CLICOLOR_FORCE"), "{arguments:?}");
        if arguments[0] != "help" {
            assert!(typed("--color=always") && !typed("--color=auto"), "{arguments:?}");
        }
    }
}

#[cfg(unix)]
#[test]
fn help_and_usage_errors_have_colours_on_a_terminal() {
    for arguments in HELP_AND_ERRORS {
        for (name, value, coloured) in [("TERM", "xterm", true), ("TERM", "dumb", false), ("NO_COLOR", "1", false)] {
            let (shown, _) = cph(arguments).env(name, value).on_terminal(80, 24);
            assert_eq!(is_coloured(&shown), coloured, "{arguments:?} {name}={value} {shown}");
        }
        let (shown, _) = cph([arguments, &["--color", "never"]].concat()).env("FORCE_COLOR", "1").on_terminal(80, 24);
        assert!(!is_coloured(&shown) || arguments[0] == "help", "{shown}");
    }
}

/// The words of all other help texts are in `man/`, which is compared with the same definition.
#[test]
fn help_of_every_command_is_its_definition() {
    fn check(command: &mut Command, path: &[String]) {
        let short = command.render_help().to_string();
        let long = command.render_long_help().to_string();
        for (flag, expected) in [("-h", short), ("--help", long)] {
            let arguments: Vec<&str> = path.iter().map(String::as_str).chain([flag]).collect();
            let text = help(&arguments);
            assert_eq!(text, format!("{expected}[exit status: 0]\n"), "{path:?}");
            assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
            let coloured = cph([&arguments[..], &["--color", "always"]].concat()).run().stdout;
            assert!(coloured.contains("\u{1b}[1;32mUsage:\u{1b}[0m"), "{coloured}");
            assert_eq!(without_colours(&coloured), expected, "{path:?}");
        }
        for command in command.get_subcommands_mut().filter(|command| command.get_name() != "help") {
            let path = [path, &[command.get_name().to_owned()]].concat();
            check(command, &path);
        }
    }
    let mut root = Cli::command().term_width(100);
    root.build();
    check(&mut root, &[]);
}

#[test]
fn help_of_cph() {
    shows(
        help(&["--help"]),
        str![[r#"
Learn what became of your Huawei Cloud Phone (CPH) jobs

Examples:
  cph job show 6837531fd3f54550927b930180a706bf    one look, as a card
  cph job show -q "$job" && echo done              the exit code alone
  cph job wait "$job" && ./deploy.sh               go on when it has succeeded
  hcloud CPH RestartCloudPhone … | cph job wait -  the jobs of a call's answer
  cph explain CPS.0005                             what an error code means
  cph simulator -- cph job show sim-fail           try it without an account

Usage: cph [OPTIONS] <COMMAND>

Commands:
  job         What became of jobs
  explain     What an error code means and what to do about it (offline)
  auth        Log in, check, or log out
  config      Every setting in effect and where it comes from (offline)
  completion  Print a completion script for a shell
  simulator   Run a local CPH to test scripts against; needs no account

Options:
      --profile <NAME>
          The profile of the config file to use

  -v, --verbose...
          Log each request on stderr; twice: more

      --color <WHEN>
          When to use colour

          Possible values:
          - auto:   On a terminal; NO_COLOR, TERM=dumb, CLICOLOR_FORCE and FORCE_COLOR change that
          - always: Everywhere
          - never:  Nowhere
          
          [default: auto]

  -h, --help
          Print help (see a summary with '-h')

  -V, --version
          Print version
[exit status: 0]

"#]],
    );
}

/// Examples, commands and exit codes, one a line.
#[test]
fn lines_of_help_fit_80_columns() {
    for command in [
        "",
        "job",
        "job show",
        "job wait",
        "explain",
        "auth",
        "auth login",
        "auth status",
        "auth logout",
        "config",
        "completion",
        "simulator",
    ] {
        let at = |columns| cph(command.split_whitespace().chain(["-h"])).env("COLUMNS", columns).run().stdout;
        let (narrow, wide) = (at("80"), at("200"));
        let listed = |line: &&str| line.strip_prefix("  ").is_some_and(|text| text.starts_with(char::is_alphanumeric));
        for line in wide.lines().filter(listed) {
            assert!(narrow.contains(line), "cph {command} -h: {line}");
        }
    }
}

#[test]
fn short_help_of_job_show() {
    let text = help(&["job", "show", "-h"]);
    assert!(text.contains(cph::exit::TABLE), "{text}");
    shows(
        text,
        str![[r#"
One look at each job

Examples:
  cph job show 6837531fd3f54550927b930180a706bf
  cph job show -q "$job"; case $? in 0) … ;; 1) … ;; 8) … ;; esac
  cph job show --field status,error_code "$job"
  cph job show -o json "$first" "$second"
  cph job show --request-id 2676a3b4f7df49c297c6775989806d32
  hcloud CPH RestartCloudPhone … | cph job show -

Usage: cph job show [OPTIONS] <JOB_ID>... | - | --request-id <REQUEST_ID>...

Arguments:
  [JOB_ID]...  Job ids, or - for stdin: ids split on white space, or the JSON answer of a call that
               starts jobs

Options:
      --request-id <REQUEST_ID>  All jobs of this request, instead of ids; repeatable
      --region <REGION>          Region, such as cn-north-4
      --project-id <PROJECT_ID>  Project id; without it the token's own or the region's is looked up
  -o, --output <FORMAT>          Output format [default: table] [possible values: table, json,
                                 jsonl]
      --field <NAME[,NAME…]>     Only these values, tab-separated, one line per job [possible
                                 values: job_id, request_id, status, status_code, phone_id,
                                 phone_name, server_id, begin_time, end_time, duration_seconds,
                                 error_code, error_msg, error_meaning, execute_msg, observed_at,
                                 error, error_message, error_hint]
      --only <STATUS[,STATUS…]>  List only jobs with these statuses; the exit code and the counts
                                 are about all of them [possible values: success, failure, running,
                                 unknown]
      --junit <FILE>             Also write a JUnit XML report to this file, with a test case for
                                 each job
      --names                    Also show the names of the phones; if they can't be read within
                                 30s, only they are missing
  -q, --quiet                    Nothing on stdout: the exit code is the answer
      --exit-zero                Exit 0 instead of 1 (failed) and 8 (running), for set -e scripts
      --profile <NAME>           The profile of the config file to use
  -v, --verbose...               Log each request on stderr; twice: more
      --color <WHEN>             When to use colour [default: auto] [possible values: auto, always,
                                 never]
  -h, --help                     Print help (see more with '--help')

Exit codes:
  0  ok           every job succeeded (show --exit-zero: every job was answered)
  1  failed       at least one job is known to have failed; nothing else exits 1
  2  usage        the command line or the ids are wrong; nothing was sent
  3  local        config, a credential's form, stdin or stdout, on this machine
  4  auth         no credentials, refused (401), forbidden (403)
  5  not found    the service knows no such job, or the request has no jobs
  6  unreachable  network, TLS, timeout, 429, 5xx, service busy, after retries
  7  bad answer   an answer without a usable status, or about another job
  8  running      at least one job is still running
A signal kills it as any program: 130 after SIGINT (Ctrl-C), 143 after SIGTERM.
Several jobs: the lowest non-zero number that applies. The output form never changes it.
[exit status: 0]

"#]],
    );
}

#[test]
fn help_and_version_read_no_setting() {
    let os = if cfg!(target_os = "macos") { "darwin" } else { std::env::consts::OS };
    for flag in ["--version", "-V"] {
        let run = cph([flag]).config("not toml").env("CPH_REGION", "NOT A REGION").run();
        let target = run.stdout.strip_prefix(concat!("cph ", env!("CARGO_PKG_VERSION"), " (")).unwrap_or_default();
        let target = target.strip_suffix(")\n").unwrap_or_default();
        assert!(target.starts_with(std::env::consts::ARCH) && target.contains(os), "{run}");
        assert_eq!((run.stderr.as_str(), run.exit()), ("", 0));
    }
    let run = cph(["job", "show", "-h"]).config("not toml").run();
    assert_eq!((run.exit(), run.stderr.as_str()), (0, ""));
}

#[test]
fn help_as_a_command_is_the_flag() {
    let run = cph(["help", "job", "wait"]).config("not toml").env("CPH_REGION", "NOT A REGION").run();
    assert_eq!((run.exit(), run.stderr.as_str()), (0, ""));
    assert_eq!(run.stdout, cph(["job", "wait", "--help"]).run().stdout);
    let run = cph(["login"]).run();
    assert_eq!((run.exit(), run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("tip: the command is 'cph auth login'"), "{run}");
}

#[test]
fn a_command_is_needed() {
    let none: [&str; 0] = [];
    let run = cph(none).run();
    assert_eq!((run.exit(), run.stdout.as_str()), (2, ""), "{run}");
    assert!(run.stderr.contains("Usage: cph"), "{run}");
    let run = cph(["job"]).run();
    assert_eq!((run.exit(), run.stdout.as_str()), (2, ""), "{run}");
}

#[test]
fn typed_wrongly() {
    shows(
        cph(["jobs"]).run().shown(),
        str![[r#"
------- stderr -------
error: unrecognized subcommand 'jobs'

  tip: a similar subcommand exists: 'job'

Usage: cph [OPTIONS] <COMMAND>

For more information, try '--help'.
[exit status: 2]

"#]],
    );
    shows(
        cph(["job", "show", "--colour", "x"]).run().shown(),
        str![[r#"
------- stderr -------
error: unexpected argument '--colour' found

  tip: a similar argument exists: '--color'

Usage: cph job show [OPTIONS] <JOB_ID>... | - | --request-id <REQUEST_ID>...

For more information, try '--help'.
[exit status: 2]

"#]],
    );
    shows(
        cph(["job", "show", "-q", "-o", "json", "x"]).run().shown(),
        str![[r#"
------- stderr -------
error: the argument '--quiet' cannot be used with '--output <FORMAT>'

Usage: cph job show [OPTIONS] <JOB_ID>... | - | --request-id <REQUEST_ID>...

For more information, try '--help'.
[exit status: 2]

"#]],
    );
    shows(
        cph(["job", "show", "-q", "--field", "status", "x"]).run().shown(),
        str![[r#"
------- stderr -------
error: the argument '--quiet' cannot be used with '--field <NAME[,NAME…]>'

Usage: cph job show [OPTIONS] <JOB_ID>... | - | --request-id <REQUEST_ID>...

For more information, try '--help'.
[exit status: 2]

"#]],
    );
    shows(
        cph(["job", "show", "-o", "table", "--field", "status", "x"]).run().shown(),
        str![[r#"
------- stderr -------
error: the argument '--output <FORMAT>' cannot be used with '--field <NAME[,NAME…]>'

Usage: cph job show [OPTIONS] <JOB_ID>... | - | --request-id <REQUEST_ID>...

For more information, try '--help'.
[exit status: 2]

"#]],
    );
    shows(
        cph(["explain", "a", "b"]).run().shown(),
        str![[r#"
------- stderr -------
error: unexpected argument 'b' found

Usage: cph explain [OPTIONS] <ERROR_CODE>

For more information, try '--help'.
[exit status: 2]

"#]],
    );
    shows(
        cph(["completion", "tcsh"]).run().shown(),
        str![[r#"
------- stderr -------
error: invalid value 'tcsh' for '<SHELL>'
  [possible values: bash, zsh, fish, powershell, elvish]

  tip: a similar value exists: 'zsh'

For more information, try '--help'.
[exit status: 2]

"#]],
    );
}

#[test]
fn what_was_typed_is_echoed_inert() {
    let evil = "--x\u{1b}[31m\r\n::error::y\u{202e}\u{9b}";
    shows(
        cph(["job", "show", evil]).run().shown(),
        str![[r#"
------- stderr -------
error: unexpected argument '--x\u{1b}[31m\r\n::error::y\u{202e}\u{9b}' found

  tip: to pass '--x\u{1b}[31m\r\n::error::y\u{202e}\u{9b}' as a value, use '-- --x\u{1b}[31m\r\n::error::y\u{202e}\u{9b}'

Usage: cph job show [OPTIONS] <JOB_ID>... | - | --request-id <REQUEST_ID>...

For more information, try '--help'.
[exit status: 2]

"#]],
    );
    for arguments in [
        &[evil][..],
        &["job", evil],
        &["job", "show", "-o", evil, "x"],
        &["job", "show", "--field", evil, "x"],
        &["job", "show", "--color", evil, "x"],
        &["explain", "x", evil],
        &["simulator", "--listen", evil],
        &["\n::error::y"],
    ] {
        let run = cph(arguments).run();
        assert_eq!((run.exit(), run.stdout.as_str()), (2, ""), "{run}");
        for line in run.stderr.lines() {
            assert!(!line.trim_start().starts_with("::"), "{run}");
            assert!(!line.chars().any(|c| c.is_control() || c == '\u{202e}'), "{line:?}");
        }
    }
}
