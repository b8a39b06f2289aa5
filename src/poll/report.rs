//! PURE: what a run tells: while it lasts, for the progress, and at its end.

use std::sync::Arc;
use std::time::Duration;

use super::Engine;
use super::policy::{Class, class};
use super::target::{JobState, ListState, PollState, Subject, Target};
use crate::error::{Error, Kind};
use crate::exit::Exit;
use crate::job::{Entry, Job, Stage, Status};

/// Something that a reader of the progress wants to know. Numbers are those of [`Engine::brief`].
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
    /// There are too many jobs for the interval.
    Stretched {
        /// Jobs of which each is asked for by itself.
        jobs: usize,
        /// The time between two looks at the same job.
        every: Duration,
    },
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
    /// Its own error, code and text; else `cph`'s error with it.
    pub error: Option<String>,
    /// How long it has been running, or ran.
    pub age: Duration,
}

/// How it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Since the run began.
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
    /// Until the next request; `None` while one is under way or nothing is planned.
    pub next_look: Option<Duration>,
    /// Since when there is no good answer, and why.
    pub failing: Option<(Duration, Arc<Error>)>,
}

/// How it ended.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The last that is known of each job: those asked for by id in that order, then request by request.
    pub entries: Vec<Entry>,
    /// Errors that are no job's own: those with whole requests, and what stopped a run that had no job yet.
    pub errors: Vec<Arc<Error>>,
    /// Whether the time was up.
    pub timed_out: bool,
    /// Whether the first failed job ended it.
    pub failed_fast: bool,
}

impl Engine {
    /// What happened since the last call.
    pub fn changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }

    fn jobs(&self) -> impl Iterator<Item = (usize, &JobState, &PollState)> {
        self.targets.iter().enumerate().filter_map(|(at, target)| Some((at, target.as_job()?, &target.poll)))
    }

    /// One job.
    #[must_use]
    pub fn brief(&self, now: Duration, at: usize) -> Option<Brief> {
        let Target { subject: Subject::Job(state), poll } = self.targets.get(at)? else { return None };
        let job = &state.job;
        let own: Vec<&str> = [&job.error_code, &job.error_msg].into_iter().flatten().map(String::as_str).collect();
        let took = job.duration_seconds().and_then(|seconds| u64::try_from(seconds).ok());
        let error = state.given_up.as_ref().or(poll.error.as_ref());
        Some(Brief {
            id: state.id().to_owned(),
            subject: job.phone_id.clone().or_else(|| job.server_id.clone()),
            status: job.status,
            error: if own.is_empty() { error.map(|error| error.message.clone()) } else { Some(own.join(" ")) },
            age: took.map_or_else(|| state.age(now, poll), Duration::from_secs),
        })
    }

    /// The jobs that a reader looks at first: failed ones, those with an error, then those that run longest.
    #[must_use]
    pub fn notable(&self, now: Duration, most: usize) -> Vec<Brief> {
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
        ranked.into_iter().take(most).filter_map(|(_, _, at)| self.brief(now, at)).collect()
    }

    /// How it stands.
    #[must_use]
    pub fn snapshot(&self, now: Duration) -> Snapshot {
        let mut counts = Snapshot { elapsed: now, ..Snapshot::default() };
        for (_, job, _) in self.jobs() {
            counts.jobs += 1;
            *match job.job.status {
                Status::Success => &mut counts.success,
                Status::Failure => &mut counts.failure,
                Status::Running if job.given_up.is_none() => &mut counts.running,
                _ => &mut counts.unknown,
            } += 1;
        }
        let due = if self.in_flight > 0 { None } else { self.next_due() };
        counts.next_look = due.map(|due| due.saturating_sub(now));
        let failures = &self.failures;
        counts.failing = failures.since.zip(failures.error.clone()).map(|(at, error)| (now.saturating_sub(at), error));
        counts
    }

    /// How it ends, if it ends now.
    #[must_use]
    pub fn into_outcome(mut self, now: Duration) -> Outcome {
        let timed_out = self.stopped.is_none() && self.policy.timeout.is_some_and(|timeout| now >= timeout);
        let failed_fast = self.policy.fail_fast && self.failed && self.open > 0 && self.stopped.is_none();
        let last = self.failures.error.clone().filter(|_| !self.contact.made);
        let end = End { repeat: self.policy.repeat, failed_fast, last };
        let lists = self.targets.iter().filter_map(|target| Some((target.as_list()?, &target.poll)));
        let named = lists.filter(|(list, _)| list.named);
        let mut errors: Vec<Arc<Error>> = named.filter_map(|(list, poll)| self.list_error(list, poll, &end)).collect();
        let order = self.in_order();
        let mut entries = Vec::with_capacity(order.len());
        for at in order {
            let Some(Target { subject: Subject::Job(job), poll }) = self.targets.get_mut(at) else { continue };
            let state = std::mem::replace(job, JobState::new(Job::default(), super::target::Via::Itself));
            entries.push(end.entry(state, poll, self.stopped.as_ref()));
        }
        if entries.is_empty() && errors.is_empty() {
            errors.extend(self.stopped.take());
        }
        Outcome { entries, errors, timed_out, failed_fast }
    }

    /// Places of the jobs, each once: those asked for by id, then request by request.
    fn in_order(&self) -> Vec<usize> {
        let mut told = vec![false; self.targets.len()];
        let jobs = |target: &Target, at: usize| match &target.subject {
            Subject::Job(_) => vec![at],
            Subject::List(list) if list.named => list.jobs.clone(),
            Subject::List(_) => Vec::new(),
        };
        let asked = self.targets.iter().take(self.asked_for).enumerate();
        let order = asked.flat_map(|(at, target)| jobs(target, at));
        order.filter(|at| told.get_mut(*at).is_some_and(|told| !std::mem::replace(told, true))).collect()
    }

    /// What keeps a named request from being a success although none of its jobs says so.
    fn list_error(&self, list: &ListState, poll: &PollState, end: &End) -> Option<Arc<Error>> {
        if let Some(end) = &list.end {
            return end.clone();
        }
        if end.failed_fast {
            return None;
        }
        let all_success = self.members(list).all(|job| job.job.status == Status::Success);
        let has_jobs = !list.jobs.is_empty();
        if let Some(stopped) = &self.stopped {
            // Jobs that have not ended tell it themselves.
            return (!has_jobs || all_success).then(|| Arc::clone(stopped));
        }
        let about = format!("request {}", list.request_id);
        if !has_jobs || (all_success && poll.missing_since.is_some()) {
            let own = poll.error.clone().or_else(|| end.last.clone());
            return Some(own.unwrap_or_else(|| Arc::new(no_answer(poll).about(about))));
        }
        all_success.then(|| {
            let what = "every job on its list succeeded, but the list was not read twice alike before the time was up";
            let error = Error::new(Kind::BadAnswer, what).about(about);
            Arc::new(error.hint("wait again, with more time: the list is read until two reads are alike"))
        })
    }
}

/// What is common to all jobs at the end of a run.
struct End {
    repeat: bool,
    failed_fast: bool,
    /// The last failure, where there never was a good answer.
    last: Option<Arc<Error>>,
}

impl End {
    fn entry(&self, state: JobState, poll: &PollState, stopped: Option<&Arc<Error>>) -> Entry {
        let stage = match (&state.given_up, state.seen, poll.first_asked) {
            (Some(_), _, _) => Stage::Settled,
            (None, _, _) if !state.is_open(self.repeat) => Stage::Settled,
            (None, Some(_), _) => Stage::Seen,
            (None, None, Some(_)) => Stage::NeverSeen,
            (None, None, None) => Stage::NeverAsked,
        };
        let about = || format!("job {}", state.id());
        let error = match (stage, stopped) {
            (Stage::Settled, _) => state.given_up.as_ref().map(|error| with_attempts(error, poll)),
            // Of failures alike its own says more about it than the one that stopped the run.
            (Stage::NeverSeen, Some(stopped)) if class(stopped) == Class::Passes => {
                Some(poll.error.as_ref().map_or_else(|| Arc::clone(stopped), |own| with_attempts(own, poll)))
            }
            (_, Some(stopped)) => Some(Arc::clone(stopped)),
            (Stage::Seen, None) => poll.error.clone(),
            (Stage::NeverSeen | Stage::NeverAsked, None) if self.failed_fast => None,
            (Stage::NeverSeen | Stage::NeverAsked, None) => {
                let own = poll.error.as_ref().map(|own| with_attempts(own, poll)).or_else(|| self.last.clone());
                Some(own.unwrap_or_else(|| Arc::new(no_answer(poll).about(about()))))
            }
        };
        let exit = match (state.job.status, stage, &error) {
            (Status::Success, Stage::Settled, None) => Exit::Ok,
            (Status::Failure, _, _) => Exit::Failed,
            (Status::Running, Stage::Settled, None) => Exit::Running,
            (Status::Running, Stage::Seen, _) if stopped.is_none() => Exit::Running,
            (_, _, Some(error)) => error.kind.exit(),
            // Only beside a job that failed.
            (_, _, None) => Exit::BadAnswer,
        };
        Entry { job: state.job, observed_at: state.observed_at, error, exit, stage }
    }
}

/// Attempts are told where there were several in one look.
fn with_attempts(error: &Arc<Error>, poll: &PollState) -> Arc<Error> {
    if poll.tries < 2 || error.kind == Kind::NotFound {
        return Arc::clone(error);
    }
    let message = format!("{} ({} attempts)", error.message, poll.tries);
    Arc::new(Error { message, ..Error::clone(error) })
}

fn no_answer(poll: &PollState) -> Error {
    let what = if poll.first_asked.is_some() { "no answer" } else { "not asked for" };
    Error::new(Kind::HttpTimeout, format!("{what} before the time was up"))
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
