//! PURE: what a wait tells: while it lasts, for the progress, and at its end.

use std::collections::HashSet;
use std::time::Duration;

use super::Wait;
use super::tracked::{Request, Tracked};
use crate::error::{Error, Kind};
use crate::exit::Exit;
use crate::job::{Entry, Status};

/// Something that a reader of the progress wants to know. Numbers are those of [`Wait::brief`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A job was seen for the first time, running.
    Seen(usize),
    /// A job has ended.
    Ended(usize),
    /// A job is not asked for any more.
    GivenUp(usize),
    /// A request's jobs are known: its id, and how many there are.
    Listed(String, usize),
    /// A request is not asked for any more.
    ListGivenUp(Error),
    /// Nobody answers well any more.
    Trouble(Error),
    /// The service answers again, after so long.
    Recovered(Duration),
}

/// One job in a few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brief {
    /// Its id.
    pub id: String,
    /// Its phone or server.
    pub subject: Option<String>,
    /// What is known of it.
    pub status: Status,
    /// Its own error, code and text; else the trouble with it.
    pub error: Option<String>,
    /// How long it has been running, or ran.
    pub age: Duration,
}

/// How it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Since the wait began.
    pub elapsed: Duration,
    /// Jobs that are known of.
    pub jobs: usize,
    /// Of them: succeeded.
    pub success: usize,
    /// Of them: failed.
    pub failure: usize,
    /// Of them: seen running.
    pub running: usize,
    /// Of them: not answered, or given up.
    pub unknown: usize,
    /// Until the next look; `None` while one is under way or nothing is planned.
    pub next_look: Option<Duration>,
    /// Since when nobody answers well, and how.
    pub trouble: Option<(Duration, Error)>,
}

/// How it ended.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The last that is known of each job: those asked for by id in that order, then request by request.
    pub entries: Vec<Entry>,
    /// Troubles with whole requests.
    pub requests: Vec<Error>,
    /// The verdict.
    pub verdict: Exit,
    /// Whether the time was up.
    pub timed_out: bool,
}

impl Wait {
    /// What happened since the last call.
    pub fn changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }

    /// One job.
    #[must_use]
    pub fn brief(&self, now: Duration, at: usize) -> Option<Brief> {
        let tracked = self.jobs.get(at)?;
        let job = &tracked.entry.job;
        let own: Vec<&str> = [&job.error_code, &job.error_msg].into_iter().flatten().map(String::as_str).collect();
        let took = job.duration_seconds().and_then(|seconds| u64::try_from(seconds).ok());
        let trouble = tracked.given_up.as_ref().or(tracked.course.error());
        Some(Brief {
            id: tracked.id().to_owned(),
            subject: job.phone_id.clone().or_else(|| job.server_id.clone()),
            status: job.status,
            error: if own.is_empty() { trouble.map(|error| error.message.clone()) } else { Some(own.join(" ")) },
            age: took.map_or_else(|| tracked.age(now), Duration::from_secs),
        })
    }

    /// The jobs that a reader looks at first: failed ones, those in trouble, then those that run longest.
    #[must_use]
    pub fn foremost(&self, now: Duration, most: usize) -> Vec<Brief> {
        let rank = |job: &Tracked| match job.entry.job.status {
            Status::Failure => Some(0),
            _ if job.given_up.is_some() => Some(1),
            Status::Running => Some(2),
            _ => None,
        };
        let ranked = self.jobs.iter().enumerate().filter_map(|(at, job)| {
            // Whole seconds: jobs that began together do not change places.
            let age = if job.is_open() { job.age(now).as_secs() } else { 0 };
            rank(job).map(|rank| (rank, std::cmp::Reverse(age), at))
        });
        let mut ranked: Vec<_> = ranked.collect();
        ranked.sort_unstable();
        ranked.into_iter().take(most).filter_map(|(_, _, at)| self.brief(now, at)).collect()
    }

    /// How it stands.
    #[must_use]
    pub fn snapshot(&self, now: Duration) -> Snapshot {
        let mut counts = Snapshot { elapsed: now, jobs: self.jobs.len(), ..Snapshot::default() };
        for job in &self.jobs {
            *match job.entry.job.status {
                Status::Success => &mut counts.success,
                Status::Failure => &mut counts.failure,
                Status::Running if job.given_up.is_none() => &mut counts.running,
                _ => &mut counts.unknown,
            } += 1;
        }
        let due = if self.in_flight > 0 { None } else { self.next_due() };
        counts.next_look = due.map(|due| due.saturating_sub(now));
        let trouble = self.trouble.as_ref();
        counts.trouble = trouble.map(|(since, error)| (now.saturating_sub(*since), error.clone()));
        counts
    }

    /// How it ends, if it ends now.
    #[must_use]
    pub fn outcome(&self, now: Duration) -> Outcome {
        let requests: Vec<Error> = self.requests.iter().filter_map(|request| self.trouble_of(request)).collect();
        let jobs = self.jobs.iter().map(|job| match &self.stopped {
            Some(error) if job.is_open() => error.kind.exit(),
            _ => job.exit(),
        });
        let stopped = self.stopped.iter().map(|error| error.kind.exit());
        let verdict = Exit::lowest(jobs.chain(stopped).chain(requests.iter().map(|error| error.kind.exit())));
        let nothing = self.jobs.is_empty() && verdict == Exit::Ok;
        Outcome {
            entries: self.in_order().into_iter().map(|job| self.last_known(job)).collect(),
            requests,
            verdict: if nothing { Exit::NotFound } else { verdict },
            timed_out: self.stopped.is_none() && self.options.timeout.is_some_and(|timeout| now >= timeout),
        }
    }

    fn in_order(&self) -> Vec<&Tracked> {
        let listed =
            self.requests.iter().filter(|request| request.named).flat_map(|request| request.jobs.iter().copied());
        let mut told = HashSet::new();
        let order = (0..self.asked_for).chain(listed).filter(|at| told.insert(*at));
        order.filter_map(|at| self.jobs.get(at)).collect()
    }

    fn last_known(&self, job: &Tracked) -> Entry {
        if !job.is_open() {
            return job.entry.clone();
        }
        let own = job.course.error().map(|error| attempts(job, error));
        let never = || Error::new(Kind::HttpTimeout, format!("job {}: no answer before the time was up", job.id()));
        let others = || self.trouble.as_ref().filter(|_| !self.contact).map(|(_, error)| error.clone());
        let error = match (&self.stopped, job.seen) {
            (Some(error), _) => Some(error.clone()),
            (None, Some(_)) => own,
            (None, None) => Some(own.or_else(others).unwrap_or_else(never)),
        };
        Entry { error, ..job.entry.clone() }
    }

    /// What keeps a named request from being a success although none of its jobs says so.
    fn trouble_of(&self, request: &Request) -> Option<Error> {
        match &request.end {
            Some(end) => return end.clone(),
            None if !request.named => return None,
            None => {}
        }
        let members = request.jobs.iter().filter_map(|at| self.jobs.get(*at));
        let all_success = members.clone().all(|job| job.entry.job.status == Status::Success);
        let id = &request.id;
        if let Some(error) = &self.stopped {
            return request.jobs.is_empty().then(|| error.clone());
        }
        if request.jobs.is_empty() || (all_success && request.course.missing.is_some()) {
            let never = || Error::new(Kind::HttpTimeout, format!("request {id}: no answer before the time was up"));
            let own = request.course.error().cloned();
            return Some(own.unwrap_or_else(never));
        }
        all_success.then(|| {
            let what =
                format!("request {id}: every job on its list succeeded, but time was up before the list was complete");
            Error::new(Kind::HttpTimeout, what).hint("wait again: the list is read once more, to its end")
        })
    }
}

fn attempts(job: &Tracked, error: &Error) -> Error {
    let tries = job.course.trouble.as_ref().map_or(1, |trouble| trouble.in_row);
    let mut error = error.clone();
    if job.course.exhausted && tries > 1 {
        error.message.push_str(&format!(" ({tries} attempts)"));
    }
    error
}

/// The trouble of a job that was answered without a status.
pub(super) fn no_status(job_id: &str) -> Error {
    Error::new(Kind::BadAnswer, format!("job {job_id}: no status in the answer"))
}

impl Snapshot {
    /// `5 jobs: 2 success, 3 running`.
    #[must_use]
    pub fn counts(&self) -> String {
        let all = [
            (self.success, Status::Success.word()),
            (self.failure, Status::Failure.word()),
            (self.running, Status::Running.word()),
            (self.unknown, Status::Unknown.word()),
        ];
        let counts: Vec<_> = all.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
        let jobs = if self.jobs == 1 { "job" } else { "jobs" };
        if counts.is_empty() {
            format!("{} {jobs}", self.jobs)
        } else {
            format!("{} {jobs}: {}", self.jobs, counts.join(", "))
        }
    }
}
