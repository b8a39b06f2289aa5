//! `cph job wait`: until every job has ended.

use std::sync::Arc;
use std::time::Instant;

use super::watch::watch;
use super::{Subject, ending, in_order, request, tell};
use crate::cli::{self, Global};
use crate::commands::{Ended, connect, given, usage};
use crate::context::{self, Context};
use crate::error::{Error, Kind};
use crate::exit::Exit;
use crate::ids::Asked;
use crate::job::{self, Entry};
use crate::output::Report;
use crate::output::progress::Progress;
use crate::output::text::span;
use crate::wait::{Options, Wait};

pub(in crate::commands) fn run(context: &Context, global: &Global, typed: &cli::Wait) -> Ended {
    let end = |entries: &[Entry], before: Option<&Error>, verdict: Exit, besides: &[String]| {
        let report = Report { entries, before, verdict, exit: verdict };
        Ended::Exit(tell(context, global, &typed.form, &report, besides))
    };
    let subject = match Subject::read(&typed.jobs) {
        Ok(subject) => subject,
        Err(error) if error.kind == Kind::Usage => {
            usage::tell(&error, &["job", "wait"]);
            return Ended::Exit(Exit::Usage);
        }
        Err(error) => return end(&[], Some(&error), error.kind.exit(), &[]),
    };
    let started = Instant::now();
    let unasked = in_order(&subject.asked, vec![]);
    if subject.is_known_already() {
        return end(&unasked, None, job::verdict(&unasked, None), &[]);
    }
    let limit = typed.timeout.0.and_then(|timeout| started.checked_add(timeout));
    let client = match connect::client(context, global, &given(global, &typed.place), limit) {
        Ok(client) => client,
        Err(error) => return end(&unasked, Some(&error), job::verdict(&unasked, Some(&error)), &[]),
    };
    let options = Options { timeout: typed.timeout.0, interval: typed.interval, fail_fast: typed.fail_fast };
    let requests: Vec<&str> = subject.requests.iter().map(String::as_str).collect();
    let mut wait = Wait::new(options, &subject.ids(), &requests);
    let refused = subject.asked.iter().any(|asked| matches!(asked, Asked::Refused(_)));
    if refused {
        wait.has_failed();
    }
    let client = Arc::new(client);
    let outcome = watch(&client, wait, started, progress(context, global, typed, &subject));
    let mut entries = outcome.entries;
    request::recognise(&client, &mut entries, options.timeout.map(|timeout| started + timeout));
    let entries = if subject.requests.is_empty() { in_order(&subject.asked, entries) } else { entries };
    let verdict = Exit::lowest([outcome.verdict].into_iter().chain(refused.then_some(Exit::Failed)));
    let besides = ending::lines(context, typed, &entries, verdict, outcome.timed_out);
    end(&entries, request::foremost(&outcome.requests), verdict, &besides)
}

fn progress(context: &Context, global: &Global, typed: &cli::Wait, subject: &Subject) -> Progress {
    if typed.form.quiet {
        return Progress::silent();
    }
    let what = match (subject.requests.as_slice(), subject.ids().as_slice()) {
        ([], [id]) => format!("job {id}"),
        ([], ids) => format!("{} jobs", ids.len()),
        ([id], _) => format!("request {id}"),
        (ids, _) => format!("{} requests", ids.len()),
    };
    let limit =
        typed.timeout.0.map_or_else(|| "without a limit".to_owned(), |limit| format!("at most {}", span(limit)));
    let title = format!("waiting for {what}, {limit}");
    // Lines of -v and lines redrawn in place would get into each other's way.
    if context.redraws_stderr() && global.verbose == 0 {
        let columns = context.columns();
        let size = move || {
            let (width, height) = context::stderr_size().unwrap_or((80, 24));
            (columns.map_or(width, |columns| columns.min(width)), height)
        };
        return Progress::terminal(&title, Box::new(size));
    }
    Progress::plain(&title, context.now)
}
