//! A service without any consistency: each answer, its time and its items are the next bytes of the input. When they
//! are used up, all jobs have succeeded, so that a run comes to its end.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::error::{Error, Kind};
use crate::job::{Job, Observation, Phone, Status};
use crate::poll::{Answer, Attempt, PageRange, Query};

/// A request with its answer, and when that comes.
pub(super) struct Sent {
    pub(super) attempt: Attempt,
    pub(super) at: Duration,
    pub(super) answer: Result<Answer, Error>,
    pub(super) roll: f64,
}

pub(super) struct Service<'a> {
    bytes: std::slice::Iter<'a, u8>,
}

/// One is no id.
const IDS: [&str; 8] = ["j0", "j1", "j2", "j3", "j4", "k0", "k1", "no/id"];
/// Milliseconds that an answer takes.
const TAKES: [u64; 4] = [1, 200, 3000, 12_000];

impl<'a> Service<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes: bytes.iter() }
    }

    pub(super) fn answer(&mut self, now: Duration, attempt: Attempt) -> Sent {
        let Some(byte) = self.bytes.next().copied() else {
            let answer = Ok(settled(now, &attempt.query));
            return Sent { attempt, at: now + Duration::from_millis(50), answer, roll: 0.5 };
        };
        let takes = Duration::from_millis(TAKES[usize::from(byte >> 6)]);
        let most = attempt.until.saturating_sub(now).min(Duration::from_secs(10));
        let answer =
            if takes >= most { Err(error(Kind::HttpTimeout, None)) } else { self.read(now, byte, &attempt.query) };
        Sent { attempt, at: now + takes.min(most), answer, roll: f64::from(byte) / 255.0 }
    }

    fn read(&mut self, now: Duration, byte: u8, query: &Query) -> Result<Answer, Error> {
        let status = match byte % 16 {
            0 | 1 => Status::Success,
            2 => Status::Failure,
            3 => Status::Running,
            4 => Status::Unknown,
            5 => return Err(error(Kind::NotFound, Some(404))),
            6 => return Err(error(Kind::AuthRejected, Some(401))),
            7 => return Err(error(Kind::Forbidden, Some(403))),
            8 => return Err(error(Kind::Unreachable, None)),
            9 => return Err(self.asks_to_wait(Kind::RateLimited, 429)),
            10 => return Err(self.asks_to_wait(Kind::ServiceError, 503)),
            11 => return Err(error(Kind::BadAnswer, Some(200))),
            12 => return Err(error(Kind::WrongJob, Some(200))),
            13 => return Err(Error { retryable: false, ..error(Kind::Tls, None) }),
            14 => return Err(Error { retryable: false, ..error(Kind::ServiceError, Some(501)) }),
            _ => return Err(error(Kind::HttpTimeout, None)),
        };
        let request = (byte & 16 != 0).then(|| "found".to_owned());
        Ok(match query {
            Query::Job(id) => Answer::Job(Box::new(observation(now, id, status, request))),
            Query::Page { .. } => Answer::Page(self.items(now, status)),
            Query::Phones { .. } => Answer::Phones(vec![Phone { id: "p".to_owned(), name: Some("n".to_owned()) }]),
        })
    }

    fn asks_to_wait(&mut self, kind: Kind, status: u16) -> Error {
        let seconds = self.bytes.next().copied().unwrap_or_default();
        let mut error = error(kind, Some(status));
        error.service.retry_after = (seconds > 0).then(|| Duration::from_secs(seconds.into()));
        error
    }

    /// Items until a byte with its highest bit; the reader of a response lets no id through twice.
    fn items(&mut self, now: Duration, first: Status) -> Vec<Observation> {
        let mut items: Vec<Observation> = Vec::new();
        while let Some(byte) = self.bytes.next().copied().filter(|byte| byte & 128 == 0) {
            let id = IDS[usize::from(byte % 8)];
            if items.iter().any(|item| item.job.job_id.as_deref() == Some(id)) {
                break;
            }
            let status = match byte >> 3 & 7 {
                0..4 => first,
                4 => Status::Success,
                5 => Status::Failure,
                6 => Status::Running,
                _ => Status::Unknown,
            };
            items.push(observation(now, id, status, None));
        }
        items
    }
}

/// After the last byte: every list has the same two jobs, and every job has succeeded.
fn settled(now: Duration, query: &Query) -> Answer {
    match query {
        Query::Job(id) => Answer::Job(Box::new(observation(now, id, Status::Success, None))),
        Query::Page { range: PageRange { offset, limit }, .. } => {
            let items = IDS.iter().take(2).skip(*offset).take(*limit);
            Answer::Page(items.map(|id| observation(now, id, Status::Success, None)).collect())
        }
        Query::Phones { .. } => Answer::Phones(Vec::new()),
    }
}

fn observation(now: Duration, id: &str, status: Status, request_id: Option<String>) -> Observation {
    let at = Timestamp::from_second(1_795_651_200).unwrap() + SignedDuration::try_from(now).unwrap();
    let job = Job { status, request_id, phone_id: Some("p".to_owned()), ..Job::unanswered(id) };
    let error = (status == Status::Unknown).then(|| error(Kind::UnknownStatus, Some(200)));
    Observation { job, at, error }
}

fn error(kind: Kind, status: Option<u16>) -> Error {
    let may_pass = matches!(kind, Kind::Unreachable | Kind::HttpTimeout | Kind::RateLimited | Kind::ServiceError);
    let mut error = Error::new(kind, "as the input says").retryable(may_pass);
    error.service.http_status = status;
    error
}
