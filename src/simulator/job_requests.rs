//! Requests that started several jobs: some that are always there, and those that were made in this run.
//!
//! Pure. It must not know HTTP. A job's id is its request's id and its number. The newest 100 of this run are kept.

use jiff::Timestamp;

use super::{
    bounded_map::BoundedMap,
    job::{self, SimulatedJob},
};

const LIMIT: usize = 100;

/// How long each job of this run takes.
const SECONDS: i64 = 5;

/// A request that is always there, and whose jobs have all ended.
struct FixedRequest {
    id: &'static str,
    jobs: usize,
    /// Digits of a job's number, so that the ids sort as the jobs do.
    width: usize,
    fails: Option<usize>,
}

const FIXED: [FixedRequest; 3] = [
    FixedRequest { id: "sim-req-3-1", jobs: 3, width: 1, fails: Some(2) },
    FixedRequest { id: "sim-req-250", jobs: 250, width: 3, fails: None },
    FixedRequest { id: "sim-req-empty", jobs: 0, width: 1, fails: None },
];

impl FixedRequest {
    fn of(id: &str) -> Option<&'static Self> {
        FIXED.iter().find(|fixed| fixed.id == id)
    }

    fn job(&self, number: usize) -> Option<SimulatedJob> {
        if !(1..=self.jobs).contains(&number) {
            return None;
        }
        let job = SimulatedJob {
            request_id: Some(self.id.into()),
            phone_id: job::phone_id(number).into(),
            ..SimulatedJob::succeeded(format!("{}-{number:0width$}", self.id, width = self.width))
        };
        Some(if self.fails == Some(number) { job.timed_out() } else { job })
    }
}

/// What a restart does for one phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JobOutcome {
    Success,
    Failure,
    /// There is no job.
    Refused,
}

/// A request of this run.
#[derive(Debug)]
struct StartedRequest {
    at: Timestamp,
    phones: Vec<(String, JobOutcome)>,
}

impl StartedRequest {
    fn job(&self, request_id: &str, number: usize, now: Timestamp) -> Option<SimulatedJob> {
        let (phone_id, outcome) = self.phones.get(number.checked_sub(1)?)?;
        let job = SimulatedJob {
            request_id: Some(request_id.to_owned().into()),
            phone_id: phone_id.clone().into(),
            ..SimulatedJob::succeeded(job_id(request_id, number))
        };
        match outcome {
            JobOutcome::Success => Some(job.at(self.at, SECONDS, now)),
            JobOutcome::Failure => Some(job.timed_out().at(self.at, SECONDS, now)),
            JobOutcome::Refused => None,
        }
    }
}

#[derive(Debug)]
pub(super) struct JobRequests {
    made: u64,
    started: BoundedMap<StartedRequest>,
}

impl Default for JobRequests {
    fn default() -> Self {
        Self { made: 0, started: BoundedMap::new(LIMIT) }
    }
}

impl JobRequests {
    /// Starts a job at `now` for each phone that is not refused: the request's id, and each phone's job id.
    pub(super) fn start(&mut self, phones: Vec<(String, JobOutcome)>, now: Timestamp) -> (String, Vec<Option<String>>) {
        self.made = self.made.saturating_add(1);
        let id = format!("sim-req-started-{}", self.made);
        let job_ids = (1..).zip(&phones).map(|(number, (_, outcome))| match outcome {
            JobOutcome::Success | JobOutcome::Failure => Some(job_id(&id, number)),
            JobOutcome::Refused => None,
        });
        let job_ids = job_ids.collect();
        self.started.add(id.clone(), StartedRequest { at: now, phones });
        (id, job_ids)
    }

    /// The jobs of a request, in the order in which they were started; `None`: there is no such request.
    pub(super) fn jobs(&self, request_id: &str, now: Timestamp) -> Option<Vec<SimulatedJob>> {
        if let Some(fixed) = FixedRequest::of(request_id) {
            return Some((1..=fixed.jobs).filter_map(|number| fixed.job(number)).collect());
        }
        let started = self.started.get(request_id)?;
        let numbers = 1..=started.phones.len();
        Some(numbers.filter_map(|number| started.job(request_id, number, now)).collect())
    }

    /// One of these jobs by its own id.
    pub(super) fn job(&self, job_id: &str, now: Timestamp) -> Option<SimulatedJob> {
        let (request_id, number) = job_id.rsplit_once('-')?;
        let number = number.parse().ok()?;
        let job = match FixedRequest::of(request_id) {
            Some(fixed) => fixed.job(number),
            None => self.started.get(request_id)?.job(request_id, number, now),
        };
        // `01` and `+1` are parsed as well, but no job has such an id.
        job.filter(|job| job.job_id == job_id)
    }
}

fn job_id(request_id: &str, number: usize) -> String {
    format!("{request_id}-{number}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        "2026-01-15T08:00:00Z".parse::<Timestamp>().unwrap() + jiff::SignedDuration::from_secs(second)
    }

    fn summary(job: &SimulatedJob) -> String {
        format!("{} {} {}", job.job_id, &job.phone_id[job.phone_id.len().saturating_sub(6)..], job.status)
    }

    #[test]
    fn the_fixed_requests_and_each_of_their_jobs() {
        let requests = JobRequests::default();
        let jobs = |id: &str| requests.jobs(id, at(0)).map(|jobs| jobs.iter().map(summary).collect::<Vec<_>>());
        let three = ["sim-req-3-1-1 f0e001 2", "sim-req-3-1-2 f0e002 -1", "sim-req-3-1-3 f0e003 2"];
        assert_eq!(jobs("sim-req-3-1").unwrap(), three);
        let many = jobs("sim-req-250").unwrap();
        assert!(many.len() == 250 && many.is_sorted() && many.iter().all(|job| job.ends_with(" 2")));
        assert_eq!((many[0].as_str(), many[249].as_str()), ("sim-req-250-001 f0e001 2", "sim-req-250-250 f0e250 2"));
        assert_eq!(jobs("sim-req-empty"), Some(vec![]));
        for id in ["sim-req-3-1", "sim-req-250"] {
            for job in requests.jobs(id, at(0)).unwrap() {
                assert_eq!(job.request_id.as_deref(), Some(id));
                assert_eq!(requests.job(&job.job_id, at(0)), Some(job));
            }
        }
    }

    #[test]
    fn a_started_request_runs_for_five_seconds() {
        let mut requests = JobRequests::default();
        let phones = vec![
            ("a".into(), JobOutcome::Success),
            ("b".into(), JobOutcome::Refused),
            ("c".into(), JobOutcome::Failure),
        ];
        let (id, job_ids) = requests.start(phones, at(0));
        let (one, three) = ("sim-req-started-1-1", "sim-req-started-1-3");
        assert_eq!((id.as_str(), job_ids), ("sim-req-started-1", vec![Some(one.into()), None, Some(three.into())]));
        for (second, first, last) in [(0, 1, 1), (4, 1, 1), (5, 2, -1), (50, 2, -1)] {
            let expected = [format!("{one} a {first}"), format!("{three} c {last}")];
            let jobs = requests.jobs(&id, at(second)).unwrap();
            assert_eq!(jobs.iter().map(summary).collect::<Vec<_>>(), expected, "{second}");
            for job in jobs {
                assert_eq!(job.request_id.as_deref(), Some("sim-req-started-1"));
                assert_eq!(requests.job(&job.job_id, at(second)), Some(job));
            }
        }
        for _ in 0..LIMIT {
            requests.start(vec![], at(0));
        }
        assert_eq!((requests.jobs(&id, at(9)), requests.job(one, at(9))), (None, None));
        assert_eq!(requests.jobs("sim-req-started-101", at(9)), Some(vec![]));
    }

    #[test]
    fn similar_ids_are_no_jobs() {
        let mut requests = JobRequests::default();
        requests.start(vec![("a".into(), JobOutcome::Success), ("b".into(), JobOutcome::Refused)], at(0));
        let others = [
            "sim-req-3-1",
            "sim-req-3-1-0",
            "sim-req-3-1-4",
            "sim-req-3-1-01",
            "sim-req-3-1-+1",
            "sim-req-250",
            "sim-req-250-1",
            "sim-req-250-000",
            "sim-req-250-251",
            "sim-req-empty",
            "sim-req-empty-1",
            "sim-req-empty-0",
            "sim-req-started-1",
            "sim-req-started-1-0",
            "sim-req-started-1-2",
            "sim-req-started-1-01",
            "sim-req-started-2-1",
            "-1",
            "-",
            "",
        ];
        for id in others {
            assert_eq!(requests.job(id, at(9)), None, "{id}");
        }
        for id in ["sim-req-3", "sim-req-3-1-1", "sim-req-started-2", "sim-req-started-01", ""] {
            assert_eq!(requests.jobs(id, at(9)), None, "{id}");
        }
    }
}
