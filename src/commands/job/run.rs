//! One run about jobs, from the ids to the exit code.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::no_verdict::{self, Notes};
use super::selection::{Selection, is_from_stdin};
use super::watch::Watch;
use super::{junit, mistaken_request_ids, print, workers};
use crate::api::client::Client;
use crate::cli::{Global, JobArgs, JobOutput, ListedStatus, LocationArgs, OutputArgs};
use crate::commands::{ProcessExit, connect, is_colored, overrides, usage};
use crate::context::{self, Context};
use crate::credentials::process;
use crate::error::{Error, Kind};
use crate::exit::Exit;
use crate::job::{self, Entry, Job, Status};
use crate::output::Report;
use crate::output::progress::connecting::Connecting;
use crate::output::progress::{Progress, Size};
use crate::output::stream::Stream;
use crate::output::text::span;
use crate::poll::{Engine, Outcome, Policy};

/// The arguments, and the policy they give.
pub(super) struct Run<'a> {
    pub(super) command: [&'static str; 2],
    pub(super) jobs: &'a JobArgs,
    pub(super) place: &'a LocationArgs,
    pub(super) form: &'a OutputArgs,
    /// Where the JUnit report goes; none where that was refused.
    pub(super) report_file: Option<&'a Path>,
    pub(super) exit_zero: bool,
    pub(super) policy: Policy,
}

impl Run<'_> {
    pub(super) fn run(mut self, context: &Context, global: &Global) -> ProcessExit {
        let started = Instant::now();
        let mut stream = (self.form.output == JobOutput::Jsonl).then(|| Stream::new(self.only()));
        // Before stdin is read: whatever ends this run, the report of an earlier one is gone.
        if let Some(path) = self.report_file
            && let Err(error) = junit::prepare(path)
        {
            self.report_file = None;
            return self.end(context, global, unasked(Vec::new(), error), stream, started);
        }
        let selection = match Selection::read(self.jobs, started, self.policy.timeout) {
            Ok(selection) => selection,
            Err(error) if error.kind == Kind::Usage => {
                usage::print(&error, &self.command);
                return ProcessExit::Exit(Exit::Usage);
            }
            Err(error) => return self.end(context, global, unasked(Vec::new(), error), stream, started),
        };
        let outcome = self.ask(context, global, selection, stream.as_mut(), started);
        self.end(context, global, outcome, stream, started)
    }

    /// Sends requests until the engine has decided everything.
    fn ask(
        &self,
        context: &Context,
        global: &Global,
        selection: Selection,
        stream: Option<&mut Stream>,
        started: Instant,
    ) -> Outcome {
        let title = selection.title();
        let Selection { jobs, request_ids, .. } = selection;
        if request_ids.is_empty() && jobs.iter().all(|job| job.status != Status::Unknown) {
            return Engine::new(self.policy.clone(), jobs, &[]).into_outcome(Duration::ZERO);
        }
        let limit = self.policy.timeout.and_then(|timeout| started.checked_add(timeout));
        let mut waiting = match self.window(context, global) {
            Some(size) => Connecting::terminal(started, size),
            None => Connecting::silent(),
        };
        let connected = connect::client(context, global, &overrides(global, self.place), limit, &mut waiting);
        drop(waiting);
        let (client, contact_until) = match connected {
            Ok(client) => client,
            Err(error) => {
                // A program is killed a little before.
                let end = Instant::now() + process::KILLED_BEFORE;
                let timed_out = error.kind == Kind::HttpTimeout && limit.is_some_and(|limit| end >= limit);
                return Outcome { timed_out, ..unasked(jobs, error) };
            }
        };
        let policy = self.policy.clone().with_contact_until(contact_until.saturating_duration_since(started));
        let engine = Engine::new(policy, jobs, &request_ids);
        let client = Arc::new(client);
        let progress = self.progress(context, global, &title, &client);
        let mut outcome = workers::run(&client, engine, started, Watch { progress, stream });
        // After a refused credential nothing is sent, and what ends fast does not wait for a better hint.
        if !outcome.stopped && !outcome.failed_fast {
            let until = mistaken_request_ids::until(&self.policy, started, Instant::now());
            mistaken_request_ids::recognise(&context.args, &client, &mut outcome.entries, until);
        }
        outcome
    }

    /// Prints the end and returns the exit code.
    fn end(
        &self,
        context: &Context,
        global: &Global,
        mut outcome: Outcome,
        stream: Option<Stream>,
        started: Instant,
    ) -> ProcessExit {
        let took = self.policy.repeat.then(|| started.elapsed());
        let only = self.only();
        if let Some(path) = self.report_file {
            let suite = format!("cph {}", self.command.join(" "));
            let written = junit::write(path, &suite, &self.report(&outcome, &only, took));
            outcome.errors.extend(written.err().map(Arc::new));
        }
        if let Some(error) = &outcome.missing_names {
            print::missing_names(error);
        }
        let report = self.report(&outcome, &only, took);
        let notes = if self.policy.repeat {
            no_verdict::notes(context, &self.policy, &outcome, report.verdict, is_from_stdin(self.jobs))
        } else {
            Notes::default()
        };
        ProcessExit::Exit(print::print(context, global, self.form, &report, stream, &notes))
    }

    fn report<'b>(&self, outcome: &'b Outcome, only: &'b [Status], took: Option<Duration>) -> Report<'b> {
        let Outcome { entries, errors, .. } = outcome;
        let verdict = job::verdict(entries, errors);
        let exit = if self.exit_zero { job::verdict_exit_zero(entries, errors) } else { verdict };
        Report { entries, only, errors, verdict, exit, took }
    }

    /// The statuses that are listed.
    fn only(&self) -> Vec<Status> {
        self.form.only.iter().map(|listed| status(*listed)).collect()
    }

    /// The size of the window, where lines are drawn in it.
    fn window(&self, context: &Context, global: &Global) -> Option<Size> {
        // Other lines on the same terminal and lines redrawn in place would get into each other's way.
        let has_other_lines = global.verbose > 0 || self.streams_beside_stderr(context);
        if self.form.quiet || has_other_lines || !context.redraws_stderr() {
            return None;
        }
        let columns = context.columns();
        Some(Box::new(move || {
            let (width, height) = context::stderr_size().unwrap_or((80, 24));
            (columns.map_or(width, |columns| columns.min(width)), height)
        }))
    }

    /// Whether the lines of `-o jsonl` appear where the progress would: there they are the progress.
    fn streams_beside_stderr(&self, context: &Context) -> bool {
        self.form.output == JobOutput::Jsonl && context.stdout_is_terminal && context.stderr_is_terminal
    }

    fn progress(&self, context: &Context, global: &Global, title: &str, client: &Client) -> Progress {
        let window = self.window(context, global);
        let is_silent = self.form.quiet || self.streams_beside_stderr(context);
        if is_silent || !self.policy.repeat && window.is_none() {
            return Progress::silent();
        }
        let limit = self.policy.timeout;
        let limit = limit.map_or_else(|| "without a limit".to_owned(), |limit| format!("at most {}", span(limit)));
        let title = match self.policy.repeat {
            true => format!("waiting for {title}, {limit}"),
            false => format!("looking at {title}"),
        };
        let Some(size) = window else { return Progress::plain(&title, context.now) };
        let color = is_colored(&context.env, global.color, context.stderr_is_terminal);
        let progress = Progress::terminal(&title, client.service.endpoint().host(), size, color);
        if self.policy.repeat { progress } else { progress.of_show() }
    }
}

fn status(listed: ListedStatus) -> Status {
    match listed {
        ListedStatus::Success => Status::Success,
        ListedStatus::Failure => Status::Failure,
        ListedStatus::Running => Status::Running,
        ListedStatus::Unknown => Status::Unknown,
    }
}

/// The outcome of a run that could not send a request.
fn unasked(jobs: Vec<Job>, error: Error) -> Outcome {
    let exit = error.kind.exit();
    let entry = |job: Job| match job.status {
        Status::Unknown => Entry::never_asked(job, exit),
        _ => Entry::refused(job),
    };
    let entries = jobs.into_iter().map(entry).collect();
    Outcome {
        entries,
        errors: vec![Arc::new(error)],
        missing_names: None,
        timed_out: false,
        failed_fast: false,
        stopped: true,
    }
}
