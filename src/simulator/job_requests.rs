//! Requests that started several jobs: those that are always there (`request_scenario`), and those that were made in
//! this run.
//!
//! PURE. It must not know HTTP. A job's id is its request's id and its number. Of the requests of this run the newest
//! 100 are kept, and as many first looks at requests whose jobs take time.

use jiff::{SignedDuration, Timestamp};

use super::{
    bounded_map::BoundedMap,
    job::{JobObject, SimulatedJob},
    request_scenario::RequestScenario,
};

const LIMIT: usize = 100;

/// How long each job of this run takes.
const DURATION: SignedDuration = SignedDuration::from_secs(5);

/// What a call does for one object; of several, the worst is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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
    /// The call waited for its jobs, which were commands.
    ended: bool,
    objects: Vec<(JobObject, JobOutcome)>,
}

impl StartedRequest {
    fn job(&self, request_id: &str, number: usize, now: Timestamp) -> Option<SimulatedJob> {
        let (object, outcome) = self.objects.get(number.checked_sub(1)?)?;
        let job = SimulatedJob {
            request_id: Some(request_id.to_owned().into()),
            object: object.clone(),
            ..SimulatedJob::succeeded(job_id(request_id, number))
        };
        let job = match (outcome, self.ended) {
            (JobOutcome::Success, false) => job,
            (JobOutcome::Success, true) => SimulatedJob { execute_msg: Some("ok".into()), ..job },
            (JobOutcome::Failure, false) => job.timed_out(),
            (JobOutcome::Failure, true) => job.with_error("CPS.0191", "Run command failed.", Some("not found")),
            (JobOutcome::Refused, _) => return None,
        };
        Some(job.at(self.at, if self.ended { SignedDuration::ZERO } else { DURATION }, now))
    }
}

#[derive(Debug)]
pub(super) struct JobRequests {
    made: u64,
    started: BoundedMap<StartedRequest>,
    first_looks: BoundedMap<Timestamp>,
}

impl Default for JobRequests {
    fn default() -> Self {
        Self { made: 0, started: BoundedMap::new(LIMIT), first_looks: BoundedMap::new(LIMIT) }
    }
}

impl JobRequests {
    /// Starts a job at `now` for each object that is not refused: the request's id, and each object's job id. Jobs that
    /// have `ended` did so at once.
    pub(super) fn start(
        &mut self,
        objects: Vec<(JobObject, JobOutcome)>,
        ended: bool,
        now: Timestamp,
    ) -> (String, Vec<Option<String>>) {
        self.made = self.made.saturating_add(1);
        let id = format!("sim-req-started-{}", self.made);
        let job_ids = (1..).zip(&objects).map(|(number, (_, outcome))| match outcome {
            JobOutcome::Success | JobOutcome::Failure => Some(job_id(&id, number)),
            JobOutcome::Refused => None,
        });
        let job_ids = job_ids.collect();
        self.started.add(id.clone(), StartedRequest { at: now, ended, objects });
        (id, job_ids)
    }

    /// The phones for which calls started jobs, the newest first.
    pub(super) fn phones(&self) -> Vec<&str> {
        let objects = self.started.newest_first().flat_map(|request| &request.objects);
        let there = objects.filter(|(_, outcome)| *outcome != JobOutcome::Refused);
        there.filter_map(|(object, _)| if let JobObject::Phone(id) = object { Some(&**id) } else { None }).collect()
    }

    /// The numbers of a request's jobs, in the order in which they were started; `None`: there is no such request.
    pub(super) fn numbers(&self, request_id: &str) -> Option<Vec<usize>> {
        if let Some(scenario) = RequestScenario::of(request_id) {
            return Some((1..=scenario.jobs).collect());
        }
        let started = self.started.get(request_id)?;
        let there = (1..).zip(&started.objects).filter(|(_, (_, outcome))| *outcome != JobOutcome::Refused);
        Some(there.map(|(number, _)| number).collect())
    }

    /// One job of a request. The first look at any of them begins the time of those that take some.
    pub(super) fn numbered(&mut self, request_id: &str, number: usize, now: Timestamp) -> Option<SimulatedJob> {
        let Some(scenario) = RequestScenario::of(request_id) else {
            return self.started.get(request_id)?.job(request_id, number, now);
        };
        let begin = self.first_looks.get(request_id).copied();
        let job = scenario.job(request_id, number, begin.unwrap_or(now), now)?;
        if begin.is_none() && scenario.seconds > 0 {
            self.first_looks.add(request_id.to_owned(), now);
        }
        Some(job)
    }

    /// One of these jobs by its own id.
    pub(super) fn job(&mut self, job_id: &str, now: Timestamp) -> Option<SimulatedJob> {
        let (request_id, number) = job_id.rsplit_once('-')?;
        let job = self.numbered(request_id, number.parse().ok()?, now);
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
        let JobObject::Phone(phone_id) = &job.object else { panic!("{job:?}") };
        format!("{} {} {}", job.job_id, &phone_id[phone_id.len().saturating_sub(6)..], job.status)
    }

    fn jobs(requests: &mut JobRequests, id: &str, now: Timestamp) -> Option<Vec<SimulatedJob>> {
        let numbers = requests.numbers(id)?;
        Some(numbers.into_iter().map(|number| requests.numbered(id, number, now).unwrap()).collect())
    }

    fn phone(id: &'static str) -> JobObject {
        JobObject::Phone(id.into())
    }

    #[test]
    fn the_fixed_requests_and_each_of_their_jobs() {
        let mut requests = JobRequests::default();
        let mut summaries = |id: &str| Some(jobs(&mut requests, id, at(0))?.iter().map(summary).collect::<Vec<_>>());
        let three = ["sim-req-3-1-1 f0e001 2", "sim-req-3-1-2 f0e002 -1", "sim-req-3-1-3 f0e003 2"];
        assert_eq!(summaries("sim-req-3-1").unwrap(), three);
        let many = summaries("sim-req-250").unwrap();
        assert!(many.len() == 250 && many.is_sorted() && many.iter().all(|job| job.ends_with(" 2")));
        assert_eq!((many[0].as_str(), many[249].as_str()), ("sim-req-250-001 f0e001 2", "sim-req-250-250 f0e250 2"));
        assert_eq!(summaries("sim-req-empty"), Some(vec![]));
        for id in ["sim-req-3-1", "sim-req-250"] {
            for job in jobs(&mut requests, id, at(0)).unwrap() {
                assert_eq!(job.request_id.as_deref(), Some(id));
                assert_eq!(requests.job(&job.job_id, at(0)), Some(job));
            }
        }
    }

    #[test]
    fn a_started_request_runs_for_five_seconds() {
        let mut requests = JobRequests::default();
        let phones = vec![
            (phone("a"), JobOutcome::Success),
            (phone("b"), JobOutcome::Refused),
            (phone("c"), JobOutcome::Failure),
        ];
        let (id, job_ids) = requests.start(phones, false, at(0));
        let (one, three) = ("sim-req-started-1-1", "sim-req-started-1-3");
        assert_eq!((id.as_str(), job_ids), ("sim-req-started-1", vec![Some(one.into()), None, Some(three.into())]));
        for (second, first, last) in [(0, 1, 1), (4, 1, 1), (5, 2, -1), (50, 2, -1)] {
            let expected = [format!("{one} a {first}"), format!("{three} c {last}")];
            let jobs = jobs(&mut requests, &id, at(second)).unwrap();
            assert_eq!(jobs.iter().map(summary).collect::<Vec<_>>(), expected, "{second}");
            for job in jobs {
                assert_eq!(job.request_id.as_deref(), Some("sim-req-started-1"));
                assert_eq!(requests.job(&job.job_id, at(second)), Some(job));
            }
        }
        for _ in 0..LIMIT {
            requests.start(vec![], false, at(0));
        }
        assert_eq!((requests.numbers(&id), requests.job(one, at(9))), (None, None));
        assert_eq!(requests.numbers("sim-req-started-101"), Some(vec![]));
    }

    /// By its list, by one of its jobs, and never by an id that only looks like one of them.
    #[test]
    fn time_begins_with_the_first_look_at_any_job() {
        let mut requests = JobRequests::default();
        let id = "sim-req-10-1-5s";
        for unknown in ["sim-req-10-1-5s-11", "sim-req-10-1-5s-00", id] {
            assert_eq!(requests.job(unknown, at(0)), None, "{unknown}");
        }
        let statuses = |requests: &mut JobRequests, second| {
            jobs(requests, id, at(second)).unwrap().iter().map(|job| job.status).collect::<Vec<_>>()
        };
        let job = requests.job("sim-req-10-1-5s-10", at(100)).unwrap();
        assert_eq!((job.status, job.request_id.as_deref()), (1, Some(id)));
        assert_eq!(statuses(&mut requests, 100), [1; 10]);
        assert_eq!(statuses(&mut requests, 102), [2, 2, 2, 2, 1, 1, 1, 1, 1, 1]);
        assert_eq!(statuses(&mut requests, 105), [2, 2, 2, 2, -1, 2, 2, 2, 2, 2]);
        for other in 1..=LIMIT {
            requests.numbered(&format!("sim-req-{other}-1-9s"), 1, at(200)).unwrap();
        }
        assert_eq!(statuses(&mut requests, 105), [1; 10], "only so many first looks are kept");
    }

    #[test]
    fn similar_ids_are_no_jobs() {
        let mut requests = JobRequests::default();
        requests.start(vec![(phone("a"), JobOutcome::Success), (phone("b"), JobOutcome::Refused)], false, at(0));
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
            assert_eq!(requests.numbers(id), None, "{id}");
        }
    }
}
