//! PURE: what is asked for: a job, or the list of a request's jobs; and what is known of it.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::pages::Pages;
use super::policy::{LOOK_TIME, SHORTEST_ATTEMPT};
use crate::error::Error;
use crate::job::{Job, Observation, Status};

/// One thing to ask for, and its requests so far.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) subject: Subject,
    pub(super) poll: PollState,
}

#[derive(Debug)]
pub(super) enum Subject {
    Job(Box<JobState>),
    List(Box<ListState>),
}

/// When it was asked for, and what went wrong with that.
#[derive(Debug, Default)]
pub(super) struct PollState {
    pub(super) first_asked: Option<Duration>,
    /// When its last request went out.
    pub(super) asked_at: Duration,
    /// When the first of these attempts went out: a request and its retries have a time together.
    pub(super) attempts_began: Duration,
    /// When its last look began: these attempts, or all pages of a list.
    pub(super) look_began: Duration,
    /// When it is asked for again; `None` while a request is under way, or when nothing is to be asked.
    pub(super) due: Option<Duration>,
    /// Whether a request is under way.
    pub(super) in_flight: bool,
    /// The service asked not to be asked for it before.
    pub(super) not_before: Duration,
    /// Attempts at this job or page that failed.
    pub(super) tries: u32,
    /// Since when it fails without a good answer.
    pub(super) failing_since: Option<Duration>,
    /// Since when it was not found, although it should be there.
    pub(super) missing_since: Option<Duration>,
    /// The last error since the last good answer.
    pub(super) error: Option<Arc<Error>>,
}

impl PollState {
    /// The time since its first request.
    pub(super) fn age(&self, now: Duration) -> Duration {
        now.saturating_sub(self.first_asked.unwrap_or(now))
    }

    /// Whether a retry at that time would not end within the time that all attempts of a look have together.
    pub(super) fn is_too_late(&self, now: Duration) -> bool {
        self.tries > 0 && now + SHORTEST_ATTEMPT > self.attempts_began + LOOK_TIME
    }

    /// A good answer: what went wrong before is forgotten.
    pub(super) fn record_success(&mut self) {
        self.tries = 0;
        self.failing_since = None;
        self.missing_since = None;
        self.error = None;
    }
}

/// By which request a job is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Via {
    /// ShowJob.
    Itself,
    /// The list at this place.
    List(usize),
}

/// One job.
#[derive(Debug, Clone)]
pub(super) struct JobState {
    pub(super) job: Job,
    pub(super) observed_at: Option<Timestamp>,
    pub(super) via: Via,
    /// The first and the last good answer.
    pub(super) seen: Option<(Duration, Duration)>,
    /// Its age at the last good answer, by its own begin time.
    age: Option<Duration>,
    /// Why it is not asked for any more although it has not ended.
    pub(super) given_up: Option<Arc<Error>>,
    /// Bytes of its texts as they came.
    pub(super) texts: usize,
}

impl JobState {
    pub(super) fn new(job: Job, via: Via) -> Self {
        Self { job, observed_at: None, via, seen: None, age: None, given_up: None, texts: 0 }
    }

    pub(super) fn id(&self) -> &str {
        self.job.job_id.as_deref().unwrap_or_default()
    }

    /// Whether the service said how it ended.
    pub(super) fn is_ended(&self) -> bool {
        matches!(self.job.status, Status::Success | Status::Failure)
    }

    /// Whether there is still something to learn, where jobs are looked at until they have ended, or once.
    pub(super) fn is_open(&self, repeat: bool) -> bool {
        !self.is_ended() && self.given_up.is_none() && (repeat || self.seen.is_none())
    }

    pub(super) fn record(&mut self, now: Duration, observation: Observation) {
        self.seen = Some((self.seen.map_or(now, |(first, _)| first), now));
        self.age = age(&observation);
        self.observed_at = Some(observation.at);
        // The id by which its request was listed is better known than what ShowJob calls a request id.
        let request_id = observation.job.request_id.or_else(|| self.job.request_id.take());
        self.job = Job { request_id, ..observation.job };
    }

    /// How long it has been running: by its own begin time, else since it was first seen; `asked` if it never was.
    pub(super) fn age(&self, now: Duration, asked: &PollState) -> Duration {
        match (self.seen, self.age) {
            (Some((_, last)), Some(age)) => age + now.saturating_sub(last),
            (Some((first, _)), None) => now.saturating_sub(first),
            (None, _) => asked.age(now),
        }
    }
}

/// The job's age when it was looked at; `None` where its begin is no time, or lies ahead (clocks differ).
fn age(observation: &Observation) -> Option<Duration> {
    let begin: Timestamp = observation.job.begin_time.as_deref()?.parse().ok()?;
    Duration::try_from(observation.at.duration_since(begin)).ok()
}

/// The list of one request's jobs.
#[derive(Debug)]
pub(super) struct ListState {
    pub(super) request_id: String,
    /// Whether the user named it; the others were found by what jobs said, and only save requests.
    pub(super) named: bool,
    /// Its jobs, in the order in which they were first listed.
    pub(super) jobs: Vec<usize>,
    pub(super) members: HashSet<usize>,
    /// The read under way.
    pub(super) pages: Pages,
    /// Whether the current read lists a job that was a success before with another status.
    pub(super) doubted: bool,
    /// The ids of the last read that was whole and without doubt.
    pub(super) before: Option<HashSet<String>>,
    /// Whether two whole reads in a row named the same jobs.
    pub(super) confirmed: bool,
    /// Reads that gave no verdict.
    pub(super) reads: u32,
    /// Since when each read found the list moving.
    pub(super) moving_since: Option<Duration>,
    /// Whether jobs were found on it once.
    pub(super) seen: bool,
    /// Whether it needs no further look, and why if that is no good end.
    pub(super) end: Option<Option<Arc<Error>>>,
}

impl ListState {
    pub(super) fn new(request_id: &str, named: bool) -> Self {
        Self {
            request_id: request_id.to_owned(),
            named,
            jobs: Vec::new(),
            members: HashSet::new(),
            pages: Pages::default(),
            doubted: false,
            before: None,
            confirmed: false,
            reads: 0,
            moving_since: None,
            seen: false,
            end: None,
        }
    }

    /// Begins a read.
    pub(super) fn read_anew(&mut self) -> Pages {
        self.doubted = false;
        std::mem::take(&mut self.pages)
    }

    /// Whether it is not yet known if this list is worth reading: others wait for the answer.
    pub(super) fn is_tried_out(&self) -> bool {
        !self.named && !self.seen && self.end.is_none()
    }
}

impl Target {
    pub(super) fn job(job: Job, via: Via) -> Self {
        Self { subject: Subject::Job(Box::new(JobState::new(job, via))), poll: PollState::default() }
    }

    pub(super) fn list(request_id: &str, named: bool) -> Self {
        Self { subject: Subject::List(Box::new(ListState::new(request_id, named))), poll: PollState::default() }
    }

    /// Whether there is still something to ask for.
    pub(super) fn is_open(&self, repeat: bool) -> bool {
        match &self.subject {
            Subject::Job(job) => job.is_open(repeat),
            Subject::List(list) => list.end.is_none(),
        }
    }

    pub(super) fn as_job(&self) -> Option<&JobState> {
        match &self.subject {
            Subject::Job(job) => Some(job),
            Subject::List(_) => None,
        }
    }

    pub(super) fn as_job_mut(&mut self) -> Option<&mut JobState> {
        match &mut self.subject {
            Subject::Job(job) => Some(job),
            Subject::List(_) => None,
        }
    }

    pub(super) fn as_list(&self) -> Option<&ListState> {
        match &self.subject {
            Subject::List(list) => Some(list),
            Subject::Job(_) => None,
        }
    }

    pub(super) fn as_list_mut(&mut self) -> Option<&mut ListState> {
        match &mut self.subject {
            Subject::List(list) => Some(list),
            Subject::Job(_) => None,
        }
    }
}
