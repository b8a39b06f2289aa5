//! PURE: the one engine behind `job show` and `job wait`: what to ask next, when, what to make of an answer, and when
//! to stop. It never sleeps and knows no clock, no socket and no thread: time is what has passed since the run began,
//! so that tables and a model check drive it through hours.
//!
//! An [`Engine`] gives its next [`Step`] and takes every answer through [`Engine::answered`]. `policy` holds the
//! figures and what `show` and `wait` do differently, `target` what is known of each job and list, `rate_limiter` how
//! fast a run may ask, `first_contact` the rounds until the first good answer, `schedule` what is asked next, `observe`
//! what a good answer changes, `failures` what an error changes, `lists` and `pages` both for whole requests, `names`
//! the names of phones, `report` what the progress shows meanwhile, and `outcome` the end.

mod failures;
mod first_contact;
mod lists;
mod names;
mod observe;
mod outcome;
mod pages;
mod policy;
mod rate_limiter;
mod report;
mod schedule;
mod target;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

pub use outcome::Outcome;
pub use pages::{PAGE, PageRange};
pub use policy::{IN_FLIGHT, LOOK_TIME, Policy};
pub use report::{Change, JobSummary, Snapshot};

use crate::error::Error;
use crate::job::{Job, Observation, Phone};
use crate::poll::failures::Failures;
use crate::poll::first_contact::Contact;
use crate::poll::names::Names;
use crate::poll::rate_limiter::RateLimiter;
use crate::poll::target::{Target, Via};

/// A question to the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Query {
    /// ShowJob.
    Job(String),
    /// A page of ListJobs.
    Page {
        /// Whose jobs.
        request_id: String,
        /// Which of them.
        range: PageRange,
    },
    /// A page of ListCloudPhones.
    Phones {
        /// Phones before it.
        offset: usize,
        /// Phones on it at most.
        limit: usize,
    },
}

/// One request to send now, in one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// What to query.
    pub query: Query,
    /// When an answer is of no use any more.
    pub until: Duration,
    target: usize,
}

/// A whole answer.
#[derive(Debug, Clone)]
pub enum Answer {
    /// To ShowJob.
    Job(Box<Observation>),
    /// To ListJobs.
    Page(Vec<Observation>),
    /// To ListCloudPhones.
    Phones(Vec<Phone>),
}

impl Answer {
    fn text_bytes(&self) -> usize {
        match self {
            Self::Job(observation) => observation.job.text_bytes(),
            Self::Page(page) => page.iter().map(|observation| observation.job.text_bytes()).sum(),
            Self::Phones(_) => 0,
        }
    }
}

/// What to do now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Send this, and pass the answer to [`Engine::answered`].
    Send(Attempt),
    /// Ask again at that time, or after the next answer; `None`: only an answer can change something.
    Sleep(Option<Duration>),
    /// Everything is decided.
    Ended,
}

/// One run about many jobs, from the first look to the verdict.
#[derive(Debug)]
pub struct Engine {
    policy: Policy,
    /// Those asked for, in that order; behind them what lists named.
    targets: Vec<Target>,
    asked_for: usize,
    /// Whether a request was asked for: its jobs are not known before.
    has_list: bool,
    /// Targets asked for before this one were asked for once, or need no request.
    fresh: usize,
    /// Where each job is; made when the first list is read.
    places: Option<HashMap<String, usize>>,
    /// Jobs of which each is asked for by itself, by the time of the next request.
    singles: BTreeSet<(Duration, usize)>,
    /// Lists, by the time of the next page.
    lists: BTreeSet<(Duration, usize)>,
    limiter: RateLimiter,
    contact: Contact,
    failures: Failures,
    names: Names,
    /// Looks that are under way.
    in_flight: usize,
    /// Requests that came to an end.
    finished: usize,
    /// Whether there was an answer of any meaning.
    answered: bool,
    /// Jobs and named lists that are not settled.
    open: usize,
    /// A job is known to have failed.
    failed: bool,
    /// Bytes of all texts.
    texts: usize,
    /// Whether an answer had very long texts.
    has_long_texts: bool,
    /// What ended everything early.
    stopped: Option<Arc<Error>>,
    /// When the last look before the deadline began.
    last_look: Option<Duration>,
    /// Whether the change was reported that looks are stretched.
    reported_stretched: bool,
    /// Whether the change was reported that the service throttles.
    reported_throttled: bool,
    /// The first job that named each request.
    first_job_of_request: HashMap<String, usize>,
    /// Requests whose lists are asked for, or were.
    looked_into: HashSet<String>,
    /// The lists of those that a job named.
    found_lists: Vec<usize>,
    changes: Vec<Change>,
}

impl Engine {
    /// A run about these jobs (a job with a status, such as a refused item, is settled already) and about all jobs of
    /// these requests.
    #[must_use]
    pub fn new(policy: Policy, jobs: Vec<Job>, request_ids: &[String]) -> Self {
        let mut targets: Vec<Target> = jobs.into_iter().map(|job| Target::job(job, Via::Itself)).collect();
        let mut looked_into = HashSet::new();
        for id in request_ids {
            if looked_into.insert(id.clone()) {
                targets.push(Target::list(id, true));
            }
        }
        let mut names = Names::default();
        let refused = targets.iter().filter_map(Target::as_job).filter(|_| policy.names);
        refused.filter_map(|job| job.job.phone_id.as_deref()).for_each(|id| names.want(Duration::ZERO, id));
        let open = targets.iter().filter(|target| target.is_open(policy.repeat)).count();
        Self {
            contact: Contact::new(policy.contact_until),
            asked_for: targets.len(),
            has_list: !request_ids.is_empty(),
            failed: open < targets.len(),
            open,
            policy,
            targets,
            fresh: 0,
            places: None,
            singles: BTreeSet::new(),
            lists: BTreeSet::new(),
            limiter: RateLimiter::default(),
            failures: Failures::default(),
            names,
            in_flight: 0,
            finished: 0,
            answered: false,
            texts: 0,
            has_long_texts: false,
            stopped: None,
            last_look: None,
            reported_stretched: false,
            reported_throttled: false,
            first_job_of_request: HashMap::new(),
            looked_into,
            found_lists: Vec::new(),
            changes: Vec::new(),
        }
    }

    /// Most requests that can ever be in flight.
    #[must_use]
    pub fn width(&self) -> usize {
        // A job that vanishes from a list is asked for by itself.
        let looks = if self.has_list { IN_FLIGHT } else { self.asked_for.min(IN_FLIGHT) };
        looks + usize::from(self.policy.names)
    }

    /// This is not asked for any more, and why.
    fn settle(&mut self, at: usize, error: Error) {
        let Some(target) = self.targets.get_mut(at) else { return };
        let was_open = target.is_open(self.policy.repeat);
        let Some(job) = target.as_job_mut() else { return self.end_list(at, Some(error)) };
        if job.is_ended() || job.given_up.is_some() {
            return;
        }
        job.given_up = Some(Arc::new(error));
        self.open = self.open.saturating_sub(usize::from(was_open));
        self.unschedule(at);
        self.changes.push(Change::GivenUp(at));
    }
}
