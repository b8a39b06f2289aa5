//! Requests that started several jobs: some that are always there, and those that were made in this run.
//!
//! Pure. It must not know HTTP. A job is called like its request, with its number behind. The newest 100 of this run
//! are remembered.

use jiff::Timestamp;

use super::{
    bounded_map::BoundedMap,
    job::{self, Job},
};

const REMEMBERED: usize = 100;

/// How long a job of this run takes.
const SECONDS: i64 = 5;

/// A request that is always there, and whose jobs have all ended.
struct Fixed {
    id: &'static str,
    jobs: usize,
    /// Digits of a job's number, so that the ids sort as the jobs do.
    width: usize,
    fails: Option<usize>,
}

const FIXED: [Fixed; 3] = [
    Fixed { id: "sim-req-3-1", jobs: 3, width: 1, fails: Some(2) },
    Fixed { id: "sim-req-250", jobs: 250, width: 3, fails: None },
    Fixed { id: "sim-req-empty", jobs: 0, width: 1, fails: None },
];

impl Fixed {
    fn of(id: &str) -> Option<&'static Self> {
        FIXED.iter().find(|fixed| fixed.id == id)
    }

    fn job(&self, number: usize) -> Option<Job> {
        if !(1..=self.jobs).contains(&number) {
            return None;
        }
        let job = Job {
            request_id: Some(self.id.into()),
            phone_id: job::phone_id(number).into(),
            ..Job::succeeded(format!("{}-{number:0width$}", self.id, width = self.width))
        };
        Some(if self.fails == Some(number) { job.timed_out() } else { job })
    }
}

/// What becomes of one phone's part in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// A job that succeeds.
    Success,
    /// A job that fails.
    Failure,
    /// No job.
    Refused,
}

/// A request of this run.
#[derive(Debug)]
struct Started {
    at: Timestamp,
    phones: Vec<(String, Fate)>,
}

impl Started {
    fn job(&self, request_id: &str, number: usize, now: Timestamp) -> Option<Job> {
        let (phone_id, fate) = self.phones.get(number.checked_sub(1)?)?;
        let job = Job {
            request_id: Some(request_id.to_owned().into()),
            phone_id: phone_id.clone().into(),
            ..Job::succeeded(job_id(request_id, number))
        };
        match fate {
            Fate::Success => Some(job.at(self.at, SECONDS, now)),
            Fate::Failure => Some(job.timed_out().at(self.at, SECONDS, now)),
            Fate::Refused => None,
        }
    }
}

/// All of them.
#[derive(Debug)]
pub(super) struct Requests {
    made: u64,
    started: BoundedMap<Started>,
}

impl Default for Requests {
    fn default() -> Self {
        Self { made: 0, started: BoundedMap::new(REMEMBERED) }
    }
}

impl Requests {
    /// Starts a job at `now` for each phone that is not refused: the request's id, and each phone's job id.
    pub(super) fn start(&mut self, phones: Vec<(String, Fate)>, now: Timestamp) -> (String, Vec<Option<String>>) {
        self.made = self.made.saturating_add(1);
        let id = format!("sim-req-started-{}", self.made);
        let job_ids = (1..).zip(&phones).map(|(number, (_, fate))| match fate {
            Fate::Success | Fate::Failure => Some(job_id(&id, number)),
            Fate::Refused => None,
        });
        let job_ids = job_ids.collect();
        self.started.add(id.clone(), Started { at: now, phones });
        (id, job_ids)
    }

    /// The jobs of a request, in the order in which they were started; `None`: there is no such request.
    pub(super) fn jobs(&self, request_id: &str, now: Timestamp) -> Option<Vec<Job>> {
        if let Some(fixed) = Fixed::of(request_id) {
            return Some((1..=fixed.jobs).filter_map(|number| fixed.job(number)).collect());
        }
        let started = self.started.get(request_id)?;
        let numbers = 1..=started.phones.len();
        Some(numbers.filter_map(|number| started.job(request_id, number, now)).collect())
    }

    /// One of these jobs by its own id.
    pub(super) fn job(&self, job_id: &str, now: Timestamp) -> Option<Job> {
        let (request_id, number) = job_id.rsplit_once('-')?;
        let number = number.parse().ok()?;
        let job = match Fixed::of(request_id) {
            Some(fixed) => fixed.job(number),
            None => self.started.get(request_id)?.job(request_id, number, now),
        };
        // The number may be written in another way than the job's own.
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

    fn gist(job: &Job) -> String {
        format!("{} {} {}", job.job_id, &job.phone_id[job.phone_id.len().saturating_sub(6)..], job.status)
    }

    #[test]
    fn the_fixed_requests_and_each_of_their_jobs() {
        let requests = Requests::default();
        let jobs = |id: &str| requests.jobs(id, at(0)).map(|jobs| jobs.iter().map(gist).collect::<Vec<_>>());
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
        let mut requests = Requests::default();
        let phones = vec![("a".into(), Fate::Success), ("b".into(), Fate::Refused), ("c".into(), Fate::Failure)];
        let (id, job_ids) = requests.start(phones, at(0));
        let (one, three) = ("sim-req-started-1-1", "sim-req-started-1-3");
        assert_eq!((id.as_str(), job_ids), ("sim-req-started-1", vec![Some(one.into()), None, Some(three.into())]));
        for (second, first, last) in [(0, 1, 1), (4, 1, 1), (5, 2, -1), (50, 2, -1)] {
            let expected = [format!("{one} a {first}"), format!("{three} c {last}")];
            let jobs = requests.jobs(&id, at(second)).unwrap();
            assert_eq!(jobs.iter().map(gist).collect::<Vec<_>>(), expected, "{second}");
            for job in jobs {
                assert_eq!(job.request_id.as_deref(), Some("sim-req-started-1"));
                assert_eq!(requests.job(&job.job_id, at(second)), Some(job));
            }
        }
        for _ in 0..REMEMBERED {
            requests.start(vec![], at(0));
        }
        assert_eq!((requests.jobs(&id, at(9)), requests.job(one, at(9))), (None, None));
        assert_eq!(requests.jobs("sim-req-started-101", at(9)), Some(vec![]));
    }

    #[test]
    fn what_looks_alike_is_no_job() {
        let mut requests = Requests::default();
        requests.start(vec![("a".into(), Fate::Success), ("b".into(), Fate::Refused)], at(0));
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
