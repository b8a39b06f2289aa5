//! PURE: one job, or one request's list, as a wait follows it.

use std::collections::HashSet;
use std::time::Duration;

use crate::error::Error;
use crate::exit::Exit;
use crate::job::{Entry, Job, Status};
use crate::listing::Listing;
use crate::wait::patience::Trouble;

/// No pause is shorter than the first back-off.
const SHORTEST_PAUSE: Duration = Duration::from_millis(250);

/// What everything that is asked for has in common.
#[derive(Debug, Default)]
pub(super) struct Course {
    /// When it was asked for the first time.
    pub(super) first_asked: Option<Duration>,
    /// When the last request for it went out.
    pub(super) asked_at: Duration,
    /// When it is asked for again; `None` while a request is under way, or when nothing is to be asked.
    pub(super) due: Option<Duration>,
    /// Since the last good answer.
    pub(super) trouble: Option<Trouble>,
    /// Since when it was not there although it should be, and how that was said.
    pub(super) missing: Option<(Duration, Error)>,
    /// All tries of the first contact were in vain.
    pub(super) exhausted: bool,
}

impl Course {
    /// How long it has been asked for in vain.
    pub(super) fn age(&self, now: Duration) -> Duration {
        now.saturating_sub(self.first_asked.unwrap_or(now))
    }

    /// Looks a second, where the next one is due then.
    pub(super) fn rate(&self, due: Duration) -> f64 {
        1.0 / due.saturating_sub(self.asked_at).max(SHORTEST_PAUSE).as_secs_f64()
    }

    /// A good answer: what was is forgotten.
    pub(super) fn is_well(&mut self) {
        self.trouble = None;
        self.missing = None;
        self.exhausted = false;
    }

    /// The last trouble of any kind.
    pub(super) fn error(&self) -> Option<&Error> {
        self.trouble.as_ref().map(|trouble| &trouble.error).or(self.missing.as_ref().map(|(_, error)| error))
    }
}

/// Who asks for a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Via {
    /// ShowJob.
    Itself,
    /// The list of this request.
    Request(usize),
}

/// One job.
#[derive(Debug)]
pub(super) struct Tracked {
    pub(super) entry: Entry,
    pub(super) course: Course,
    pub(super) via: Via,
    /// The first and the last good answer.
    pub(super) seen: Option<(Duration, Duration)>,
    /// Its age at the last good answer, by its own begin time.
    age: Option<Duration>,
    /// Why nobody asks any more although it has not ended.
    pub(super) given_up: Option<Error>,
}

impl Tracked {
    pub(super) fn new(job_id: &str, via: Via) -> Self {
        Self {
            entry: Entry { job: Job::unanswered(job_id), observed_at: None, error: None },
            course: Course::default(),
            via,
            seen: None,
            age: None,
            given_up: None,
        }
    }

    /// Takes in a good answer. A terminal state is final, whatever is said later.
    pub(super) fn see(&mut self, now: Duration, entry: Entry) {
        self.course.is_well();
        if self.is_ended() {
            return;
        }
        self.seen = Some((self.seen.map_or(now, |(first, _)| first), now));
        self.age = age(&entry);
        // The id by which its request was listed is better known than what ShowJob calls a request id.
        let request_id = entry.job.request_id.clone().or_else(|| self.entry.job.request_id.clone());
        self.entry = Entry { job: Job { request_id, ..entry.job }, ..entry };
    }

    pub(super) fn id(&self) -> &str {
        self.entry.job.job_id.as_deref().unwrap_or_default()
    }

    /// Whether the service said how it ended.
    pub(super) fn is_ended(&self) -> bool {
        matches!(self.entry.job.status, Status::Success | Status::Failure)
    }

    /// Whether there is still something to learn.
    pub(super) fn is_open(&self) -> bool {
        !self.is_ended() && self.given_up.is_none()
    }

    /// How long it has been running: by its own begin time, else since it was first seen or asked for.
    pub(super) fn age(&self, now: Duration) -> Duration {
        match (self.seen, self.age) {
            (Some((_, last)), Some(age)) => age + now.saturating_sub(last),
            (Some((first, _)), None) => now.saturating_sub(first),
            (None, _) => self.course.age(now),
        }
    }

    /// What it contributes to the exit code when the wait ends now.
    pub(super) fn exit(&self) -> Exit {
        match (self.entry.job.status, &self.given_up) {
            (Status::Success, _) => Exit::Ok,
            (Status::Failure, _) => Exit::Failed,
            (_, Some(error)) => error.kind.exit(),
            (Status::Running, None) => Exit::Running,
            (Status::Unknown, None) => self.course.error().map_or(Exit::Unreachable, |error| error.kind.exit()),
        }
    }
}

/// The job's age when it was looked at; `None` where its begin is no time, or lies ahead (clocks differ).
fn age(entry: &Entry) -> Option<Duration> {
    let begin: jiff::Timestamp = entry.job.begin_time.as_deref()?.parse().ok()?;
    Duration::try_from(entry.observed_at?.duration_since(begin)).ok()
}

/// One request whose list is read.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) id: String,
    pub(super) course: Course,
    /// Whether the user named it; the others were found by what jobs said, and only save requests.
    pub(super) named: bool,
    /// Its jobs, in the order in which they were first listed.
    pub(super) jobs: Vec<usize>,
    pub(super) members: HashSet<usize>,
    /// The look under way, and when it began.
    pub(super) listing: Listing,
    pub(super) began: Duration,
    /// The ids of the look before.
    pub(super) before: Option<Vec<String>>,
    /// Whether a list with jobs in it was read once.
    pub(super) seen: bool,
    /// Whether it needs no further look, and why if that is no good end.
    pub(super) end: Option<Option<Error>>,
}

impl Request {
    pub(super) fn new(id: &str, named: bool) -> Self {
        let course = Course { due: Some(Duration::ZERO), ..Course::default() };
        Self {
            id: id.to_owned(),
            course,
            named,
            jobs: Vec::new(),
            members: HashSet::new(),
            listing: Listing::default(),
            began: Duration::ZERO,
            before: None,
            seen: false,
            end: None,
        }
    }

    /// Whether it is not yet known if this list is worth reading: others wait for the answer.
    pub(super) fn is_checked_now(&self) -> bool {
        !self.named && !self.seen && self.end.is_none()
    }
}
