//! Which jobs a run is about: by their ids, or whole requests.

#[cfg(unix)]
use std::fs::File;
use std::io::{self, Read};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::cli::JobArgs;
use crate::context;
use crate::error::{Error, Kind};
use crate::ids::{self, Asked};
use crate::job::Job;
use crate::output::text::span;

/// The jobs that were named, or the requests.
pub(super) struct Selection {
    /// Jobs of which only the id is known, and items that were refused before they became jobs.
    pub(super) jobs: Vec<Job>,
    pub(super) request_ids: Vec<String>,
}

impl Selection {
    /// Reads the command line, and stdin where it says so, within `timeout` from `started`.
    pub(super) fn read(jobs: &JobArgs, started: Instant, timeout: Option<Duration>) -> Result<Self, Error> {
        let asked = match jobs.request_id.as_slice() {
            [] if is_from_stdin(jobs) => from_stdin_alone(&jobs.ids, started, timeout)?,
            [] => ids::from_arguments(&jobs.ids, "job id")?,
            requests => {
                let requests = ids::from_arguments(requests, "request id")?;
                let request_ids = requests.iter().filter_map(Asked::id).map(str::to_owned).collect();
                return Ok(Self { jobs: Vec::new(), request_ids });
            }
        };
        let job = |asked| match asked {
            Asked::Id(id) => Job { job_id: Some(id), ..Job::default() },
            Asked::Refused(job) => *job,
        };
        Ok(Self { jobs: asked.into_iter().map(job).collect(), request_ids: Vec::new() })
    }

    /// `job 6837…`, `12 jobs`, `request 68f0…`.
    pub(super) fn title(&self) -> String {
        match (self.request_ids.as_slice(), self.jobs.as_slice()) {
            ([], [job]) => format!("job {}", job.job_id.as_deref().unwrap_or("-")),
            ([], jobs) => format!("{} jobs", jobs.len()),
            ([id], _) => format!("request {id}"),
            (ids, _) => format!("{} requests", ids.len()),
        }
    }
}

/// Whether the ids come through stdin.
pub(super) fn is_from_stdin(jobs: &JobArgs) -> bool {
    jobs.ids.iter().any(|id| id == "-")
}

fn from_stdin_alone(arguments: &[String], started: Instant, timeout: Option<Duration>) -> Result<Vec<Asked>, Error> {
    if arguments.len() > 1 {
        return Err(Error::new(Kind::Usage, "- (ids from stdin) can't be combined with other ids"));
    }
    if context::stdin_was_closed() {
        return Err(Error::new(Kind::Io, "no ids can be read from stdin: it was closed, or is /dev/null")
            .hint("pipe ids into it, or give them as arguments"));
    }
    match timeout {
        Some(timeout) => from_slow_stdin(started, timeout),
        None => ids::from_stdin(stdin()),
    }
}

/// The standard library takes a stdin that is open for writing only for an empty one; a file says what is wrong.
#[cfg(unix)]
fn stdin() -> Box<dyn Read> {
    use std::os::fd::AsFd as _;

    match io::stdin().as_fd().try_clone_to_owned() {
        Ok(stdin) => Box::new(File::from(stdin)),
        Err(_) => Box::new(io::stdin()),
    }
}

#[cfg(not(unix))]
fn stdin() -> Box<dyn Read> {
    Box::new(io::stdin())
}

/// A program may be slow to write the ids, or never end. The thread that waits for it ends with the process.
fn from_slow_stdin(started: Instant, timeout: Duration) -> Result<Vec<Asked>, Error> {
    let shared = Arc::new((Mutex::new(None), Condvar::new()));
    let read = {
        let shared = Arc::clone(&shared);
        move || {
            let asked = ids::from_stdin(stdin());
            *shared.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(asked);
            shared.1.notify_one();
        }
    };
    if thread::Builder::new().spawn(read).is_err() {
        return ids::from_stdin(stdin());
    }
    let (asked, is_read) = &*shared;
    let asked = asked.lock().unwrap_or_else(PoisonError::into_inner);
    let left = timeout.saturating_sub(started.elapsed());
    let waited = is_read.wait_timeout_while(asked, left, |asked| asked.is_none());
    waited.unwrap_or_else(PoisonError::into_inner).0.take().unwrap_or_else(|| {
        let message = format!("stdin did not end within {} (--timeout), so no job was asked for", span(timeout));
        Err(Error::new(Kind::HttpTimeout, message).hint("the time for the program that writes the ids counts, too"))
    })
}
