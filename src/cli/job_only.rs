//! `job show` and `job wait` by themselves: the commands that run thousands of times. The tree of all commands takes a
//! quarter of the instructions of such a run, so it is built only where this small one fails: for help, errors and the
//! other commands. Must accept nothing that the whole tree does not, nor read it differently.

use std::ffi::OsString;
use std::mem::ManuallyDrop;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use super::{Cli, Command, Global, JobCommand, ShowArgs, WaitArgs};

/// The command line, where it is a correct one of `job show` or `job wait`.
pub(super) fn parsed(arguments: &[OsString]) -> Option<Cli> {
    let mut words = arguments.iter().skip_while(|argument| *argument != "job").skip(1);
    let (global, command) = match words.find(|word| *word == "show" || *word == "wait")?.to_str()? {
        "show" => {
            let Line { global, command: JobOnly::Job(ShowOnly::Show(args)) } = line(arguments)?;
            (global, JobCommand::Show(args))
        }
        _ => {
            let Line { global, command: JobOnly::Job(WaitOnly::Wait(args)) } = line(arguments)?;
            (global, JobCommand::Wait(args))
        }
    };
    Some(Cli { global, command: Command::Job(command) })
}

/// The tree is left to the end of the process: taking it down costs half as much as building it.
fn line<T: Subcommand>(arguments: &[OsString]) -> Option<Line<T>> {
    let mut tree = ManuallyDrop::new(Line::<T>::command());
    let mut matches = ManuallyDrop::new(tree.try_get_matches_from_mut(arguments).ok()?);
    Line::from_arg_matches_mut(&mut matches).ok()
}

#[derive(Parser)]
#[command(name = "cph", disable_help_flag = true, disable_help_subcommand = true)]
struct Line<T: Subcommand> {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: JobOnly<T>,
}

#[derive(Subcommand)]
enum JobOnly<T: Subcommand> {
    #[command(subcommand, disable_help_flag = true, disable_help_subcommand = true)]
    Job(T),
}

#[derive(Subcommand)]
enum ShowOnly {
    #[command(disable_help_flag = true)]
    Show(ShowArgs),
}

#[derive(Subcommand)]
enum WaitOnly {
    #[command(disable_help_flag = true)]
    Wait(WaitArgs),
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How both trees read a command line: the same values, or the same text for the reader.
    fn assert_same(arguments: &[OsString]) -> bool {
        let shown = |parsed: Result<Cli, clap::Error>| match parsed {
            Ok(cli) => format!("{cli:?}"),
            Err(error) => format!("{}\n{}", error.exit_code(), error.render()),
        };
        let whole = Cli::try_parse_from(arguments);
        let is_job = whole.is_ok();
        assert_eq!(shown(Cli::parse_arguments(arguments)), shown(whole), "{arguments:?}");
        is_job
    }

    #[test]
    fn both_trees_read_a_command_line_alike() {
        let before =
            ["", "-v ", "--profile ci ", "--profile=job -vv ", "--color never ", "--color x ", "--help ", "-V "];
        let commands = [
            "job show",
            "job wait",
            "job",
            "job -q show",
            "job --profile show wait",
            "job --profile show show",
            "job help show",
            "show",
            "explain job",
            "config",
            "auth status",
            "jobs show",
            "job shw",
            "simulator -- job show",
            "help job",
        ];
        let after = [
            "",
            "a",
            "a b",
            "-",
            "-- -a",
            "-q a",
            "a -q",
            "--request-id r",
            "--request-id r --request-id s",
            "--request-id r a",
            "-o json a",
            "-ojson a",
            "--output=jsonl a",
            "-o xml a",
            "--field status,job_id a",
            "--field nope a",
            "--field status -q a",
            "--only failure,success a",
            "--only no a",
            "--junit out.xml a",
            "--junit - a",
            "--exit-zero a",
            "--exit-zer a",
            "--timeout 10m a",
            "--timeout 0 a",
            "--timeout none a",
            "--interval 2s a",
            "--interval 0 a",
            "--fail-fast a",
            "--fail-fast --fail-fast a",
            "--region r --project-id p a",
            "--profile ci a",
            "--color always a",
            "-vvv a",
            "--verbose -v a",
            "--help",
            "-h",
            "a --help",
            "-V",
            "--version",
            "--",
            "-x a",
            "--profile",
            "--request-id",
            "job show a",
            "show wait",
            "help",
        ];
        let mut accepted = 0;
        for (before, command) in before.iter().flat_map(|before| commands.map(|command| (before, command))) {
            for after in after {
                let line = format!("cph {before}{command} {after}");
                let arguments: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
                accepted += usize::from(assert_same(&arguments));
            }
        }
        assert!(accepted > 300, "{accepted}");
        for odd in [
            &["cph"][..],
            &[],
            &["cph", "job", "show", ""],
            &["cph", "", "job", "show", "a"],
            &["cph", "job", "show", "a b"],
        ] {
            assert_same(&odd.iter().map(OsString::from).collect::<Vec<_>>());
        }
    }

    #[cfg(unix)]
    #[test]
    fn bytes_that_are_no_text_are_read_alike() {
        use std::os::unix::ffi::OsStringExt as _;
        let odd = || OsString::from_vec(vec![b'a', 0xff]);
        for place in 1..4 {
            let mut arguments: Vec<OsString> = ["cph", "job", "show", "a"].map(OsString::from).to_vec();
            arguments.insert(place, odd());
            assert_same(&arguments);
            arguments.insert(place, "--profile".into());
            assert_same(&arguments);
        }
        assert_same(&["cph".into(), "job".into(), "wait".into(), "--junit".into(), odd(), "a".into()]);
    }

    #[test]
    fn the_small_tree_serves_what_is_correct() {
        for line in ["cph job show a", "cph -v --profile ci job wait --timeout 1m -", "cph job show -q a --color never"]
        {
            assert!(parsed(&line.split(' ').map(OsString::from).collect::<Vec<_>>()).is_some(), "{line}");
        }
    }
}
