//! A service as a function of time and request, with all the ways in which it misbehaves.

use std::collections::HashMap;
use std::time::Duration;

use cph::error::{Error, Kind};
use cph::job::{Job, Observation, Status};
use cph::poll::{Answer, PageRange, Query};
use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};

use crate::scenario::{Anomaly, Counting, Fault, JobPlan, ListPlan, NEVER, Scenario, ms, s};

/// What a request comes to.
pub(crate) struct Reply {
    pub(crate) takes: Duration,
    /// The answer shows the world at this time.
    pub(crate) read_at: Duration,
    pub(crate) answer: Result<Answer, Error>,
}

pub(crate) struct World<'a> {
    scenario: &'a Scenario,
    rng: Rng,
    epoch: Timestamp,
    jobs: HashMap<&'a str, &'a JobPlan>,
    lists: HashMap<&'a str, &'a ListPlan>,
    renewed: bool,
}

impl<'a> World<'a> {
    pub(crate) fn new(scenario: &'a Scenario, seed: u64) -> Self {
        let listed = scenario.lists.iter().flat_map(|list| list.members.iter().map(|member| &member.job));
        // What is asked for by id is the truth where both name a job.
        let jobs = listed.chain(&scenario.jobs).map(|job| (job.id.as_str(), job)).collect();
        let lists = scenario.lists.iter().map(|list| (list.request_id.as_str(), list)).collect();
        let epoch = Timestamp::from_second(1_795_651_200).unwrap();
        Self { scenario, rng: Rng::with_seed(seed ^ 0x5eed), epoch, jobs, lists, renewed: false }
    }

    pub(crate) fn reply(&mut self, sent: Duration, query: &Query) -> Reply {
        let (least, most) = self.scenario.takes;
        let mut takes = least + (most - least).mul_f64(self.rng.f64());
        if self.rng.f64() < self.scenario.slow {
            takes = (takes * self.rng.u32(2..11)).min(s(15));
        }
        let read_at = sent + takes / 2;
        if read_at >= self.scenario.renewal && !self.renewed {
            self.renewed = true;
            takes += ms(self.rng.u64(100..3000));
        }
        if let Some(fault) = self.failing(read_at) {
            return Reply { takes: fault.takes, read_at, answer: Err(error_of(&fault)) };
        }
        let answer = match query {
            Query::Phones { .. } => unreachable!("`names` answers it"),
            Query::Job(id) => self.show(id, read_at),
            Query::Page { request_id, range } => self.page(request_id, *range, read_at),
        };
        Reply { takes, read_at, answer }
    }

    fn failing(&mut self, at: Duration) -> Option<Fault> {
        let outage = self.scenario.outages.iter().find(|outage| outage.from <= at && at < outage.until);
        if let Some(outage) = outage {
            return Some(outage.fault);
        }
        if self.rng.f64() >= self.scenario.fault_rate {
            return None;
        }
        self.rng.choice(&self.scenario.faults).copied()
    }

    fn show(&mut self, id: &str, at: Duration) -> Result<Answer, Error> {
        let Some(job) = self.jobs.get(id).copied() else { return Err(not_found()) };
        if at < job.appears || at >= job.vanishes {
            return Err(not_found());
        }
        if let Some((anomaly, _)) = job.anomaly.filter(|(_, from)| at >= *from) {
            match anomaly {
                Anomaly::UnknownStatus => {}
                _ => return Err(anomaly_error(anomaly)),
            }
        }
        Ok(Answer::Job(Box::new(self.observe(job, at))))
    }

    fn observe(&mut self, job: &JobPlan, at: Duration) -> Observation {
        let unknown = matches!(job.anomaly, Some((Anomaly::UnknownStatus, from)) if at >= from);
        let status = match at >= job.ends {
            _ if unknown => Status::Unknown,
            false => Status::Running,
            true => job.fickle.filter(|_| self.rng.bool()).unwrap_or(job.end),
        };
        let code = match status {
            Status::Running => 1,
            Status::Success => 2,
            Status::Failure => -1,
            Status::Unknown => 7,
        };
        let text = |begun: i64| (self.epoch - SignedDuration::from_secs(begun)).to_string();
        let received = Job {
            status,
            status_code: Some(code),
            request_id: job.request.clone(),
            begin_time: job.begun.map(text),
            phone_id: Some(phone_of(&job.id)),
            execute_msg: Some("x".repeat(job.text)),
            ..Job::unanswered(&job.id)
        };
        let error = unknown.then(|| Error::new(Kind::UnknownStatus, "the status 7 is not documented"));
        Observation { job: received, at: self.epoch + SignedDuration::try_from(at).unwrap(), error }
    }

    fn page(&mut self, request_id: &str, range: PageRange, at: Duration) -> Result<Answer, Error> {
        let Some(list) = self.lists.get(request_id).copied() else { return Err(not_found()) };
        if let Some((anomaly, _)) = list.anomaly.filter(|(_, from)| at >= *from) {
            return Err(anomaly_error(anomaly));
        }
        let mut jobs = listed(list, at);
        if list.shuffled {
            self.rng.shuffle(&mut jobs);
        }
        let limit = range.limit.min(list.cap);
        let skipped = match list.counting {
            Counting::Items => range.offset,
            Counting::Pages => range.offset * limit,
            Counting::Ignored => 0,
        };
        let page: Vec<Observation> =
            jobs.into_iter().skip(skipped).take(limit).map(|job| self.observe(job, at)).collect();
        if page.is_empty() && list.not_found_behind {
            return Err(not_found());
        }
        Ok(Answer::Page(page))
    }
}

/// The phone of a job.
pub(crate) fn phone_of(job_id: &str) -> String {
    format!("phone-{job_id}")
}

/// The jobs on a list at that time, in the order of the answer.
pub(crate) fn listed(list: &ListPlan, at: Duration) -> Vec<&JobPlan> {
    if at < list.appears {
        return Vec::new();
    }
    let there = list.members.iter().filter(|member| member.from <= at && at < member.until);
    let mut jobs: Vec<&JobPlan> = there.map(|member| &member.job).collect();
    if list.newest_first {
        jobs.reverse();
    }
    jobs
}

fn error_of(fault: &Fault) -> Error {
    let mut error = Error::new(fault.kind, "a fault").retryable(fault.retryable);
    error.retried = fault.retried;
    error.service.http_status = fault.status;
    error.service.retry_after = fault.retry_after;
    error
}

fn not_found() -> Error {
    let mut error = Error::new(Kind::NotFound, "no such job");
    error.service.http_status = Some(404);
    error
}

fn anomaly_error(anomaly: Anomaly) -> Error {
    let (kind, status, retryable) = match anomaly {
        Anomaly::UnknownStatus => (Kind::UnknownStatus, 200, false),
        Anomaly::WrongJob => (Kind::WrongJob, 200, false),
        Anomaly::BadAnswer => (Kind::BadAnswer, 200, false),
        Anomaly::Forbidden => (Kind::Forbidden, 403, false),
        Anomaly::Broken => (Kind::ServiceError, 503, true),
        Anomaly::NotImplemented => (Kind::ServiceError, 501, false),
    };
    let mut error = Error::new(kind, "an unusable answer").retryable(retryable);
    error.service.http_status = Some(status);
    error
}

/// What an answer that comes too late counts as.
pub(crate) fn cut() -> Error {
    error_of(&Fault {
        kind: Kind::HttpTimeout,
        status: None,
        retryable: true,
        retried: false,
        retry_after: None,
        takes: NEVER,
    })
}
