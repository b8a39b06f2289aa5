//! `cph job`: what its commands share. Where ids come from, and how a run is told at its end.

mod ending;
mod request;
mod show;
mod wait;
mod watch;

use std::io::Read as _;

use crate::cli::{Color, Form, Global, Jobs};
use crate::commands::written;
use crate::context::Context;
use crate::error::{Error, Kind};
use crate::exit::Exit;
use crate::ids::{self, Asked};
use crate::job::{Entry, Job, Status};
use crate::output::table::Style;
use crate::output::{Report, console, fields, json, table};

pub(super) use show::run as show;
pub(super) use wait::run as wait;

/// 10,000 ids, or the answers that name them, are far below this.
const LONGEST_STDIN: u64 = 64 << 20;
/// So many troubles are told one by one; a run with more has one cause.
const MOST_TROUBLES: usize = 10;
/// A table with more rows than this begins with the jobs that went wrong: the window shows its end or its begin.
const LONG_TABLE: usize = 20;

/// What a run is about: jobs by their ids, or whole requests.
struct Subject {
    asked: Vec<Asked>,
    requests: Vec<String>,
}

impl Subject {
    /// Reads the command line, and stdin where it says so.
    fn read(jobs: &Jobs) -> Result<Self, Error> {
        if jobs.request_id.is_empty() {
            return Ok(Self { asked: asked(&jobs.ids)?, requests: Vec::new() });
        }
        let requests = ids::from_arguments(&jobs.request_id)?;
        let requests = requests.iter().filter_map(Asked::id).map(str::to_owned).collect();
        Ok(Self { asked: Vec::new(), requests })
    }

    /// The ids to ask about.
    fn ids(&self) -> Vec<&str> {
        self.asked.iter().filter_map(Asked::id).collect()
    }

    /// Whether there is anything to ask the service.
    fn is_known_already(&self) -> bool {
        self.requests.is_empty() && self.ids().is_empty()
    }
}

fn asked(arguments: &[String]) -> Result<Vec<Asked>, Error> {
    if !arguments.iter().any(|id| id == "-") {
        return ids::from_arguments(arguments);
    }
    if arguments.len() > 1 {
        return Err(Error::new(Kind::Usage, "- (ids from stdin) stands alone, not beside other ids"));
    }
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().take(LONGEST_STDIN + 1).read_to_end(&mut bytes);
    read.map_err(|reason| Error::new(Kind::Io, format!("stdin can't be read: {reason}")))?;
    if bytes.len() as u64 > LONGEST_STDIN {
        return Err(Error::new(Kind::Usage, "stdin holds more than 64 MiB: these are no job ids"));
    }
    ids::from_stdin(&bytes)
}

/// An entry for each that was asked, in that order: refused ones as they are, unanswered ones unknown.
fn in_order(asked: &[Asked], answers: Vec<Entry>) -> Vec<Entry> {
    let mut answers = answers.into_iter();
    let never = |job: Job| Entry { job, observed_at: None, error: None };
    let entry = |asked: &Asked| match asked {
        Asked::Refused(job) => never((**job).clone()),
        Asked::Id(id) => answers.next().unwrap_or_else(|| never(Job::unanswered(id))),
    };
    asked.iter().map(entry).collect()
}

/// Troubles on stderr, what is to be said besides, the answer on stdout, the summary last; gives the exit code.
fn tell(context: &Context, global: &Global, form: &Form, report: &Report<'_>, besides: &[String]) -> Exit {
    troubles(report);
    besides.iter().for_each(|line| console::paragraph(&format!("{line}\n")));
    let exit = written(&answer(context, global, form, report), report.exit);
    if let Some(summary) = report.summary().filter(|_| !form.quiet) {
        console::line(&summary);
    }
    exit
}

fn troubles(report: &Report<'_>) {
    let mut told: Vec<&Error> = Vec::new();
    for error in report.before.into_iter().chain(report.entries.iter().filter_map(|entry| entry.error.as_ref())) {
        // Jobs that were never asked repeat the trouble that stopped the run.
        if !told.contains(&error) {
            told.push(error);
        }
    }
    told.iter().take(MOST_TROUBLES).for_each(|error| console::error(error));
    if let Some(more) = told.len().checked_sub(MOST_TROUBLES).filter(|more| *more > 0) {
        console::line(&format!("cph: {more} more jobs had trouble; -o json has them all"));
    }
}

fn answer(context: &Context, global: &Global, form: &Form, report: &Report<'_>) -> Vec<u8> {
    if form.quiet {
        return Vec::new();
    }
    if !form.field.is_empty() {
        return fields::jobs(report, &form.field);
    }
    if form.output == crate::cli::Output::Json {
        return json::jobs(report);
    }
    let style = Style {
        width: context.width(),
        color: match global.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => context.wants_color(context.stdout_is_terminal),
        },
        now: context.stdout_is_terminal.then(|| (context.now)()),
    };
    if report.entries.len() <= LONG_TABLE {
        return table::jobs(report, style);
    }
    let mut entries = report.entries.to_vec();
    entries.sort_by_key(|entry| match entry.job.status {
        Status::Failure => 0,
        Status::Unknown => 1,
        Status::Running => 2,
        Status::Success => 3,
    });
    table::jobs(&Report { entries: &entries, ..*report }, style)
}
