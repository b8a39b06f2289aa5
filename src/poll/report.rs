//! PURE: what the progress and the stream show while a run lasts.

use std::sync::Arc;
use std::time::Duration;

use super::Engine;
use super::target::{JobState, PollState, Subject, Target};
use crate::error::Error;
use crate::job::{Counts, Status};

/// An event for the progress and the stream. Numbers are those of [`Engine::summary`].
#[derive(Debug, Clone, PartialEq)]
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
    ListGivenUp(Arc<Error>),
    /// The service can't be reached, or is busy.
    Failing(Arc<Error>),
    /// The service answers again, after so long.
    Recovered(Duration),
    /// The service throttled: so many requests a second from now on.
    Throttled {
        /// Requests in a second.
        rate: f64,
    },
    /// A page of phones was read, or no more of them is read.
    Named,
    /// There are too many jobs for the interval.
    Stretched {
        /// Jobs of which each is asked for by itself.
        jobs: usize,
        /// The time between two looks at the same job.
        every: Duration,
    },
}

/// One job for the progress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobSummary {
    /// Its id.
    pub id: String,
    /// The name of its phone, where names are asked for.
    pub name: Option<String>,
    /// Its phone or server.
    pub subject: Option<String>,
    /// What is known of it.
    pub status: Status,
    /// Its own error, code and text; else `cph`'s error with it.
    pub error: Option<String>,
    /// How long it has been running, or ran.
    pub age: Duration,
    /// For a job that is not found: until that is final.
    pub grace_left: Option<Duration>,
}

impl JobSummary {
    /// The id, and the name of its phone in parentheses.
    #[must_use]
    pub fn label(&self) -> String {
        match &self.name {
            Some(name) => format!("{} ({name})", self.id),
            None => self.id.clone(),
        }
    }
}

/// A run at one time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Since the run began.
    pub elapsed: Duration,
    /// Of the jobs that are known of.
    pub counts: Counts,
    /// Whether there was a good answer.
    pub contact_made: bool,
    /// Until the run ends at the latest; `None` without a timeout.
    pub time_left: Option<Duration>,
    /// Until the next request; `None` while one is in flight or nothing is planned.
    pub next_look: Option<Duration>,
    /// Whether all jobs have ended, and names of phones are waited for.
    pub waits_for_names: bool,
    /// Since when there is no good answer, and why.
    pub failing: Option<(Duration, Arc<Error>)>,
    /// How long that is accepted.
    pub patience: Duration,
}

impl Engine {
    /// What happened since the last call.
    pub fn changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }

    /// The same, without taking it.
    #[must_use]
    pub fn unread_changes(&self) -> &[Change] {
        &self.changes
    }

    /// Whether something happened since then.
    #[must_use]
    pub fn has_changes(&self) -> bool {
        !self.changes.is_empty()
    }

    fn jobs(&self) -> impl Iterator<Item = (usize, &JobState, &PollState)> {
        self.targets.iter().enumerate().filter_map(|(at, target)| Some((at, target.as_job()?, &target.poll)))
    }

    /// One job.
    #[must_use]
    pub fn summary(&self, now: Duration, at: usize) -> Option<JobSummary> {
        let Target { subject: Subject::Job(state), poll } = self.targets.get(at)? else { return None };
        let job = &state.job;
        let took = job.duration_seconds().and_then(|seconds| u64::try_from(seconds).ok());
        Some(JobSummary {
            id: state.id().to_owned(),
            name: self.names.name_of(job).map(str::to_owned),
            subject: job.object().map(str::to_owned),
            status: job.status,
            error: match &state.given_up {
                Some(error) => Some(error.message.clone()),
                None => job.error_text().or_else(|| poll.error.as_ref().map(|error| error.message.clone())),
            },
            age: took.map_or_else(|| state.age(now, poll), Duration::from_secs),
            grace_left: poll
                .missing_since
                .filter(|_| state.given_up.is_none())
                .map(|since| (since + self.policy.grace).saturating_sub(now)),
        })
    }

    /// The jobs that a reader looks at first: failed ones, those with an error, then those that run longest.
    #[must_use]
    pub fn notable(&self, now: Duration, most: usize) -> Vec<JobSummary> {
        let rank = |job: &JobState, poll: &PollState| match job.job.status {
            Status::Failure => Some(0),
            _ if job.given_up.is_some() => Some(1),
            Status::Unknown if poll.error.is_some() => Some(1),
            Status::Running => Some(2),
            _ => None,
        };
        let ranked = self.jobs().filter_map(|(at, job, poll)| {
            // Whole seconds: jobs that began together do not change places.
            let age = if job.is_open(true) { job.age(now, poll).as_secs() } else { 0 };
            rank(job, poll).map(|rank| (rank, std::cmp::Reverse(age), at))
        });
        let mut ranked: Vec<_> = ranked.collect();
        ranked.sort_unstable();
        ranked.into_iter().take(most).filter_map(|(_, _, at)| self.summary(now, at)).collect()
    }

    /// The run now.
    #[must_use]
    pub fn snapshot(&self, now: Duration) -> Snapshot {
        let counts = Counts::of(self.jobs().map(|(_, job, _)| job.job.status));
        let due = if self.in_flight > 0 { None } else { self.next_due() };
        let failures = &self.failures;
        Snapshot {
            elapsed: now,
            counts,
            contact_made: self.contact.made,
            time_left: self.time_left(now),
            waits_for_names: self.open == 0 && self.waits_for_names(now),
            next_look: due.map(|due| due.saturating_sub(now)),
            failing: failures.since.zip(failures.error.clone()).map(|(at, error)| (now.saturating_sub(at), error)),
            patience: self.policy.patience,
        }
    }

    /// The jobs that are still waited for, by their labels, those that run longest first, and how many there are.
    #[must_use]
    pub fn open(&self, now: Duration, most: usize) -> (Vec<String>, usize) {
        let open = self.jobs().filter(|(_, job, _)| job.is_open(self.policy.repeat));
        let mut open: Vec<_> =
            open.map(|(at, job, poll)| (std::cmp::Reverse(job.age(now, poll).as_secs()), at)).collect();
        open.sort_unstable();
        let labels = open.iter().take(most).filter_map(|(_, at)| Some(self.summary(now, *at)?.label()));
        (labels.collect(), open.len())
    }
}
