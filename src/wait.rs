//! PURE: when to look next, when to stop, and what to make of an answer. Sleeps never, knows no clock and no socket:
//! time is what has passed since the wait began, so that tables can drive it through hours.
//!
//! A [`Wait`] is asked for its next [`Step`], and told of every answer through [`Wait::saw`]. `plan` decides what is
//! asked next, `answers` what an answer changes, `lists` the same for whole requests, `outcome` what is told of it;
//! `pace` and `patience` hold the figures, `tracked` what is known of each job.

mod answers;
mod lists;
mod outcome;
pub mod pace;
pub mod patience;
mod plan;
#[cfg(test)]
mod tests;
mod tracked;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::Duration;

pub use outcome::{Brief, Change, Outcome, Snapshot};

use crate::error::Error;
use crate::job::{Entry, Status};
use crate::wait::pace::Pace;
use crate::wait::tracked::{Request, Tracked, Via};

/// What the user decided about a wait.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// The longest that it may take; `None` is without end.
    pub timeout: Option<Duration>,
    /// A fixed pause between looks in place of the adaptive one.
    pub interval: Option<Duration>,
    /// Whether the first failed job ends it.
    pub fail_fast: bool,
}

/// A question to the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// ShowJob.
    Job(String),
    /// A page of ListJobs.
    Page {
        /// Whose jobs.
        request_id: String,
        /// Jobs to skip.
        offset: usize,
    },
}

/// One request to send now, in one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// What to ask.
    pub ask: Ask,
    /// When an answer is of no use any more.
    pub until: Duration,
    target: Target,
}

/// A good answer.
#[derive(Debug, Clone)]
pub enum Answer {
    /// To ShowJob.
    Job(Box<Entry>),
    /// To ListJobs.
    Page(Vec<Entry>),
}

/// What to do now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Send this, and tell the answer to [`Wait::saw`].
    Ask(Order),
    /// Ask again at that time, or after the next answer; `None`: only an answer can change something.
    Sleep(Option<Duration>),
    /// Everything is decided.
    Ended,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    Job(usize),
    Request(usize),
}

/// One wait for many jobs, from the first look to the verdict.
#[derive(Debug)]
pub struct Wait {
    options: Options,
    jobs: Vec<Tracked>,
    by_id: HashMap<String, usize>,
    requests: Vec<Request>,
    /// Jobs of which each is asked for by itself, by the time of the next look.
    queue: BTreeSet<(Duration, usize)>,
    /// Looks a second that the queue stands for.
    load: f64,
    /// Jobs from here on were not asked for yet.
    fresh: usize,
    asked_for: usize,
    pace: Pace,
    in_flight: usize,
    /// Jobs and requests that were asked for at least once, and those that gave up at first contact.
    started: usize,
    exhausted: usize,
    /// Answers of any meaning, and whether one of them was good.
    answers: usize,
    contact: bool,
    /// How long the first contact may take.
    contact_until: Duration,
    /// Troubles since the last good answer, of all jobs together, and since when. Requests that were under way
    /// together meet the same one.
    in_row: u32,
    last_trouble: Option<Duration>,
    trouble: Option<(Duration, Error)>,
    /// What ended everything early.
    stopped: Option<Error>,
    failed: bool,
    /// Jobs that have neither ended nor been given up.
    open: usize,
    /// The first job that named a request, and requests that were looked into.
    named_by: HashMap<String, usize>,
    looked_into: HashSet<String>,
    changes: Vec<Change>,
}

impl Wait {
    /// A wait for these jobs, and for all jobs of these requests.
    #[must_use]
    pub fn new(options: Options, job_ids: &[&str], request_ids: &[&str]) -> Self {
        let jobs: Vec<Tracked> = job_ids.iter().map(|id| Tracked::new(id, Via::Itself)).collect();
        let by_id = job_ids.iter().enumerate().map(|(at, id)| ((*id).to_owned(), at)).collect();
        let asked_for = jobs.len();
        Self {
            options,
            open: asked_for,
            jobs,
            by_id,
            requests: request_ids.iter().map(|id| Request::new(id, true)).collect(),
            queue: BTreeSet::new(),
            load: 0.0,
            fresh: 0,
            asked_for,
            pace: Pace::default(),
            in_flight: 0,
            started: 0,
            exhausted: 0,
            answers: 0,
            contact: false,
            contact_until: patience::FIRST_CONTACT,
            in_row: 0,
            last_trouble: None,
            trouble: None,
            stopped: None,
            failed: false,
            named_by: HashMap::new(),
            looked_into: request_ids.iter().map(|id| (*id).to_owned()).collect(),
            changes: Vec::new(),
        }
    }

    /// A job failed before the wait began: it was refused by the call that was to start it.
    pub fn has_failed(&mut self) {
        self.failed = true;
    }

    /// Most requests that can ever be in flight.
    #[must_use]
    pub fn width(&self) -> usize {
        // A job that vanishes from a list is asked for by itself.
        if self.requests.is_empty() { self.asked_for.min(plan::IN_FLIGHT) } else { plan::IN_FLIGHT }
    }

    /// The pause before the next look at something of that age.
    fn pause(&self, now: Duration, age: Duration, roll: f64) -> Duration {
        let pause = self.options.interval.unwrap_or_else(|| pace::interval(age, roll));
        self.pace.stretched(now, pause)
    }

    fn job(&mut self, at: usize) -> Option<&mut Tracked> {
        self.jobs.get_mut(at)
    }

    fn request(&mut self, at: usize) -> Option<&mut Request> {
        self.requests.get_mut(at)
    }

    /// Asks for a job by itself at that time.
    fn schedule(&mut self, at: usize, due: Duration) {
        self.unschedule(at);
        if let Some(job) = self.jobs.get_mut(at).filter(|job| job.is_open() && job.via == Via::Itself) {
            job.course.due = Some(due);
            self.load += job.course.rate(due);
            self.queue.insert((due, at));
        }
    }

    fn unschedule(&mut self, at: usize) {
        let Some(course) = self.jobs.get_mut(at).map(|job| &mut job.course) else { return };
        let Some(due) = course.due.take() else { return };
        self.queue.remove(&(due, at));
        // Sums of fractions drift; an empty queue is the moment to begin anew.
        self.load = if self.queue.is_empty() { 0.0 } else { self.load - course.rate(due) };
    }

    /// Takes in what was said of a job; gives whether there is still something to learn.
    fn see(&mut self, now: Duration, at: usize, entry: Entry) -> bool {
        let Some(job) = self.jobs.get_mut(at) else { return false };
        if !job.is_open() {
            return false;
        }
        let first = job.seen.is_none();
        match (entry.job.status, entry.error.clone()) {
            (Status::Unknown, error) => {
                let error = error.unwrap_or_else(|| outcome::no_status(job.id()));
                job.entry = entry;
                self.give_up(at, error);
            }
            (status, _) => {
                job.see(now, entry);
                if job.is_open() {
                    if first {
                        self.changes.push(Change::Seen(at));
                    }
                    return true;
                }
                self.open -= 1;
                self.failed |= status == Status::Failure;
                self.unschedule(at);
                self.changes.push(Change::Ended(at));
            }
        }
        false
    }

    /// Nobody asks for this job any more.
    fn give_up(&mut self, at: usize, error: Error) {
        let Some(job) = self.jobs.get_mut(at).filter(|job| job.is_open()) else { return };
        job.entry.error = Some(error.clone());
        job.given_up = Some(error);
        self.open -= 1;
        self.unschedule(at);
        self.changes.push(Change::GivenUp(at));
    }
}
