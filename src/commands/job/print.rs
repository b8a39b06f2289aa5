//! Prints the end of a run: errors on stderr, each once; the jobs on stdout; the summary last.

use std::collections::HashMap;
use std::io::{self, Write};

use crate::cli::{Global, JobOutput, OutputArgs};
use crate::commands::job::no_verdict::Notes;
use crate::commands::{finish, is_colored};
use crate::context::{self, Context};
use crate::error::{Error, Kind};
use crate::exit::Exit;
use crate::job::{Entry, Stage, Status};
use crate::output::cells::Style;
use crate::output::fold::fold;
use crate::output::stream::Stream;
use crate::output::text::wrapped_with_indent;
use crate::output::{Report, failures, fields, json, stdio, table};

/// Different errors that are printed at most; a run with more has one cause.
const MOST_ERRORS: usize = 10;
/// Jobs that are named where many have the same error.
const MOST_NAMES: usize = 3;
/// Lines of the window beside the jobs and the groups of failures: the line about successes, the header, the summary
/// and the prompt.
const OTHER_LINES: usize = 4;

/// Errors and `notes` on stderr, the jobs on stdout, the summary last; returns the exit code.
pub(super) fn print(
    context: &Context,
    global: &Global,
    form: &OutputArgs,
    report: &Report<'_>,
    stream: Option<Stream>,
    notes: &Notes,
) -> Exit {
    report.errors.iter().for_each(|error| stdio::error(error));
    let groups = errors_of_jobs(report.entries);
    groups.iter().take(MOST_ERRORS).for_each(ErrorGroup::print);
    if let Some(more) = groups.get(MOST_ERRORS..).filter(|more| !more.is_empty()) {
        let jobs: usize = more.iter().map(|group| group.jobs + group.never_asked).sum();
        stdio::line(&format!("cph: {jobs} more jobs have other errors; -o json has them all"));
    }
    notes.lines.iter().for_each(|line| stdio::whole_line(line));
    if let Some(hint) = &notes.hint {
        stdio::hint(hint);
    }
    let summary = report.summary().filter(|_| !form.quiet);
    let failures = if summary.is_some() { failed(context, report) } else { Vec::new() };
    let exit = finish::answer(|out| answer(out, context, global, form, report, stream, failures.len()), report.exit);
    if let Some(summary) = summary {
        failures.iter().for_each(|line| stdio::line(line));
        stdio::line(&summary);
    }
    exit
}

/// The groups of failures, in lines of the window's width where stderr is a terminal.
fn failed(context: &Context, report: &Report<'_>) -> Vec<String> {
    let window = || context.columns().or(context::stderr_size().map(|(width, _)| width));
    let width = context.stderr_is_terminal.then(window).flatten();
    let lines = failures::lines(report.entries, context.language());
    lines.iter().flat_map(|line| wrapped_with_indent(line, width)).collect()
}

/// Names that are missing change nothing else: a warning, with what helps against it.
pub(super) fn missing_names(error: &Error) {
    let id = error.service.request_id.as_deref().map(|id| format!(" (request id {id})")).unwrap_or_default();
    stdio::warning(&format!("phone names are missing: {}{id}", error.message));
    if let Some(hint) = &error.hint {
        stdio::hint(hint);
    }
}

/// One error, and the jobs that have it.
struct ErrorGroup<'a> {
    error: &'a Error,
    jobs: usize,
    /// Those that were not asked for because of it.
    never_asked: usize,
    names: Vec<&'a str>,
}

/// The errors of jobs in the order of the jobs, each once: what it is about and the service's request id apart.
fn errors_of_jobs(entries: &[Entry]) -> Vec<ErrorGroup<'_>> {
    let mut groups: Vec<ErrorGroup<'_>> = Vec::new();
    let mut known: HashMap<(Kind, &str, &str), usize> = HashMap::new();
    for entry in entries {
        let Some(error) = entry.error.as_deref() else { continue };
        let at = *known.entry((error.kind, error.message.as_str(), error.next_step())).or_insert(groups.len());
        if at == groups.len() {
            groups.push(ErrorGroup { error, jobs: 0, never_asked: 0, names: Vec::new() });
        }
        let Some(group) = groups.get_mut(at) else { continue };
        if entry.stage == Stage::NeverAsked && group.jobs > 0 {
            group.never_asked += 1;
            continue;
        }
        group.jobs += 1;
        group.names.extend(entry.job.job_id.as_deref().filter(|_| group.jobs <= MOST_NAMES));
    }
    groups
}

impl ErrorGroup<'_> {
    fn print(&self) {
        if self.jobs <= 1 {
            stdio::error(self.error);
        } else {
            let more = if self.jobs > self.names.len() { ", …" } else { "" };
            let about = format!("{} jobs ({}{more})", self.jobs, self.names.join(", "));
            stdio::error(&Error { about: Some(about), ..self.error.clone() });
        }
        match self.never_asked {
            0 => {}
            1 => stdio::line("cph: 1 other job was not asked for"),
            n => stdio::line(&format!("cph: {n} other jobs were not asked for")),
        }
    }
}

fn answer(
    out: &mut dyn Write,
    context: &Context,
    global: &Global,
    form: &OutputArgs,
    report: &Report<'_>,
    stream: Option<Stream>,
    lines_after: usize,
) -> io::Result<()> {
    if form.quiet {
        return Ok(());
    }
    if !form.field.is_empty() {
        return fields::jobs(out, report.listed(), &form.field);
    }
    match (form.output, stream) {
        (JobOutput::Json, _) => json::jobs(out, report),
        (_, Some(stream)) => stream.end(out, report),
        (_, None) => listing(out, context, global, report, lines_after),
    }
}

fn listing(
    out: &mut dyn Write,
    context: &Context,
    global: &Global,
    report: &Report<'_>,
    lines_after: usize,
) -> io::Result<()> {
    if let [only] = report.entries
        && only.job.status == Status::Unknown
    {
        // Its error on stderr is all there is to say.
        return Ok(());
    }
    let style = Style {
        width: context.width(),
        color: is_colored(&context.env, global.color, context.stdout_is_terminal),
        now: context.stdout_is_terminal.then(|| (context.now)()),
        language: context.language(),
    };
    // `--only` is the reader's own choice of what to list.
    let height = context.terminal_height.map(usize::from).filter(|_| report.only.is_empty());
    let rows = height.map(|height| height.saturating_sub(OTHER_LINES + lines_after));
    let folded = fold(report.listed().collect(), rows, table::is_narrow(style));
    if let Some(line) = folded.line() {
        writeln!(out, "{line}")?;
    }
    table::jobs(out, &folded.entries, style)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::Job;

    #[test]
    fn each_job_counts_once() {
        let refused = |id: &str, stage| {
            let error = Error::new(Kind::HttpTimeout, "timed out before it was asked for").about(format!("job {id}"));
            Entry { error: Some(error.into()), stage, ..Entry::never_asked(Job::unanswered(id), Exit::Unreachable) }
        };
        for (stages, jobs, never_asked) in [
            (&[Stage::NeverAsked][..], 1, 0),
            (&[Stage::NeverAsked, Stage::NeverAsked], 1, 1),
            (&[Stage::NeverSeen, Stage::NeverAsked, Stage::NeverAsked], 1, 2),
            (&[Stage::NeverSeen, Stage::NeverSeen], 2, 0),
        ] {
            let entries: Vec<Entry> =
                stages.iter().enumerate().map(|(n, stage)| refused(&format!("j{n}"), *stage)).collect();
            let groups = errors_of_jobs(&entries);
            let counts: Vec<_> = groups.iter().map(|group| (group.jobs, group.never_asked)).collect();
            assert_eq!(counts, [(jobs, never_asked)], "{stages:?}");
        }
    }
}
