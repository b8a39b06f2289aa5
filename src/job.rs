//! PURE: a job, its status, and the verdict on many. Knows no wire, no clock, no output.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

use crate::error::Error;
use crate::exit::Exit;

/// What the service says of a job: 1 running, 2 success, −1 failure (CPH API reference, "Querying the
/// Execution Status of a Job"); nothing else is documented, so everything else stays unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Status {
    /// `1`.
    Running,
    /// `2`.
    Success,
    /// `-1`.
    Failure,
    /// Never answered, or an undocumented number.
    #[default]
    Unknown,
}

impl Status {
    /// The status behind the service's number.
    #[must_use]
    pub fn of(code: i64) -> Self {
        match code {
            1 => Self::Running,
            2 => Self::Success,
            -1 => Self::Failure,
            _ => Self::Unknown,
        }
    }

    /// The word that tables and JSON show.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Unknown => "unknown",
        }
    }
}

/// How many jobs have which status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Known to have succeeded.
    pub success: usize,
    /// Known to have failed.
    pub failure: usize,
    /// Seen running.
    pub running: usize,
    /// The others.
    pub unknown: usize,
}

impl Counts {
    /// Counts these.
    pub fn of(statuses: impl IntoIterator<Item = Status>) -> Self {
        let mut counts = Self::default();
        for status in statuses {
            *match status {
                Status::Success => &mut counts.success,
                Status::Failure => &mut counts.failure,
                Status::Running => &mut counts.running,
                Status::Unknown => &mut counts.unknown,
            } += 1;
        }
        counts
    }

    /// All of them.
    #[must_use]
    pub fn jobs(self) -> usize {
        self.success + self.failure + self.running + self.unknown
    }

    /// `5 jobs: 2 success, 3 running`.
    #[must_use]
    pub fn line(self) -> String {
        match self.jobs() {
            0 => "0 jobs".to_owned(),
            1 => format!("1 job: {self}"),
            jobs => format!("{jobs} jobs: {self}"),
        }
    }
}

/// `2 success, 3 running`.
impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = [
            (self.success, Status::Success),
            (self.failure, Status::Failure),
            (self.running, Status::Running),
            (self.unknown, Status::Unknown),
        ];
        let parts = all.iter().filter(|(count, _)| *count > 0);
        let parts: Vec<String> = parts.map(|(count, status)| format!("{count} {}", status.word())).collect();
        f.write_str(&parts.join(", "))
    }
}

/// One job with every field of the service's answer; null, "" and absent are all `None`.
///
/// The texts are the service's own, unchanged: hostile until the output made them inert.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Job {
    /// The id asked for; `None` for an item that was refused before it became a job.
    pub job_id: Option<String>,
    /// The request that started it, or this query's (the documentation does not say).
    pub request_id: Option<String>,
    /// What became of it.
    pub status: Status,
    /// The service's number behind `status`.
    pub status_code: Option<i64>,
    /// The phone, for jobs of phones.
    pub phone_id: Option<String>,
    /// What people call that phone; not in the answer about the job.
    pub phone_name: Option<String>,
    /// The server, for jobs of servers.
    pub server_id: Option<String>,
    /// The service's string, UTC, `YYYY-MM-DDTHH:MM:SSZ`.
    pub begin_time: Option<String>,
    /// The same form; absent while it runs.
    pub end_time: Option<String>,
    /// Why it failed, such as `CPS.0005` (`CPS0005` has been seen too).
    pub error_code: Option<String>,
    /// The service's text for it.
    pub error_msg: Option<String>,
    /// What an adb-like command printed; at most 1,024 bytes, cut anywhere.
    pub execute_msg: Option<String>,
}

impl Job {
    /// A job of which only the id is known.
    #[must_use]
    pub fn unanswered(job_id: &str) -> Self {
        Self { job_id: Some(job_id.to_owned()), ..Self::default() }
    }

    /// The service's code and text.
    pub(crate) fn error_text(&self) -> Option<String> {
        let parts: Vec<&str> = [&self.error_code, &self.error_msg].into_iter().flatten().map(String::as_str).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }

    /// What it works on: the id of a phone, else of a server.
    pub(crate) fn object(&self) -> Option<&str> {
        self.phone_id.as_deref().or(self.server_id.as_deref())
    }

    /// Bytes of everything the service wrote about it.
    #[must_use]
    pub fn text_bytes(&self) -> usize {
        let texts = [
            &self.request_id,
            &self.phone_id,
            &self.server_id,
            &self.begin_time,
            &self.end_time,
            &self.error_code,
            &self.error_msg,
            &self.execute_msg,
        ];
        texts.into_iter().flatten().map(String::len).sum()
    }

    /// Drops the texts that only a reader needs.
    pub fn drop_messages(&mut self) {
        self.error_msg = None;
        self.execute_msg = None;
    }

    /// Whole seconds from begin to end; `None` unless both are times in that order.
    #[must_use]
    pub fn duration_seconds(&self) -> Option<i64> {
        let begin: Timestamp = self.begin_time.as_deref()?.parse().ok()?;
        let end: Timestamp = self.end_time.as_deref()?.parse().ok()?;
        (end >= begin).then(|| end.as_second() - begin.as_second())
    }
}

/// One phone of the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone {
    /// Its id.
    pub id: String,
    /// The name that people gave it.
    pub name: Option<String>,
}

/// What one whole answer says of one job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// The job.
    pub job: Job,
    /// When the service said so.
    pub at: Timestamp,
    /// Why its status can't be used, where it is unknown.
    pub error: Option<Error>,
}

/// One job at the end of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The last that is known of it.
    pub job: Job,
    /// When the service said so.
    pub observed_at: Option<Timestamp>,
    /// `cph`'s own error with it; shared, since one error can stop thousands of jobs.
    pub error: Option<Arc<Error>>,
    /// What it contributes to the exit code.
    pub exit: Exit,
    /// How far the run came with it.
    pub stage: Stage,
}

/// How far a run came with one job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// No request about it was sent.
    NeverAsked,
    /// Asked for, and never answered well; it may be answered later.
    NeverSeen,
    /// Seen, and not at its end.
    Seen,
    /// There is no more to learn: it ended, or its last answer is final.
    Settled,
}

impl Entry {
    /// A job that was never asked for, because of an error that belongs to the run.
    #[must_use]
    pub fn never_asked(job: Job, exit: Exit) -> Self {
        Self { job, observed_at: None, error: None, exit, stage: Stage::NeverAsked }
    }

    /// An item that a call refused in place of starting a job: known to have failed.
    #[must_use]
    pub fn refused(job: Job) -> Self {
        Self { job, observed_at: None, error: None, exit: Exit::Failed, stage: Stage::Settled }
    }
}

/// The exit code of a run: of its jobs, and of the errors that are no job's own.
///
/// Never success by absence: no jobs and no error is "not found".
#[must_use]
pub fn verdict(entries: &[Entry], errors: &[Arc<Error>]) -> Exit {
    if entries.is_empty() && errors.is_empty() {
        return Exit::NotFound;
    }
    Exit::lowest(exits(entries, errors))
}

/// The same for `--exit-zero`: failed and running are not counted, and never hide anything else.
#[must_use]
pub fn verdict_exit_zero(entries: &[Entry], errors: &[Arc<Error>]) -> Exit {
    match verdict(entries, errors) {
        Exit::Failed | Exit::Running => {
            Exit::lowest(exits(entries, errors).filter(|exit| !matches!(exit, Exit::Failed | Exit::Running)))
        }
        verdict => verdict,
    }
}

fn exits(entries: &[Entry], errors: &[Arc<Error>]) -> impl Iterator<Item = Exit> {
    entries.iter().map(|entry| entry.exit).chain(errors.iter().map(|error| error.kind.exit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    fn entry(exit: Exit) -> Entry {
        Entry { exit, ..Entry::never_asked(Job::unanswered("a"), exit) }
    }

    #[test]
    fn counts() {
        let counts = |statuses: &[Status]| Counts::of(statuses.iter().copied()).line();
        assert_eq!(counts(&[]), "0 jobs");
        assert_eq!(counts(&[Status::Running]), "1 job: 1 running");
        let all = [Status::Unknown, Status::Running, Status::Failure, Status::Success, Status::Success];
        assert_eq!(counts(&all), "5 jobs: 2 success, 1 failure, 1 running, 1 unknown");
    }

    #[test]
    fn only_the_documented_numbers_have_a_meaning() {
        for code in [i64::MIN, -2, 0, 3, 7, 127, 128, 257, 258, 4_294_967_298, i64::MAX] {
            assert_eq!(Status::of(code), Status::Unknown, "{code}");
        }
        assert_eq!([1, 2, -1].map(Status::of), [Status::Running, Status::Success, Status::Failure]);
    }

    #[test]
    fn verdicts() {
        use Exit::*;
        let missing = [Arc::new(Error::new(Kind::AuthMissing, "x"))];
        for (exits, errors, exit, forgiving) in [
            (&[][..], &[][..], NotFound, NotFound),
            (&[Ok], &[], Ok, Ok),
            (&[Ok, Failed, NotFound], &[], Failed, NotFound),
            (&[Ok, BadAnswer], &[], BadAnswer, BadAnswer),
            (&[Running], &[], Running, Ok),
            (&[Failed, Running, Ok], &[], Failed, Ok),
            (&[Running, BadAnswer], &[], BadAnswer, BadAnswer),
            (&[Auth, Failed], &missing, Failed, Auth),
            (&[], &missing, Auth, Auth),
            (&[Unreachable, Running], &[], Unreachable, Unreachable),
        ] {
            let entries: Vec<Entry> = exits.iter().copied().map(entry).collect();
            assert_eq!(verdict(&entries, errors), exit, "{exits:?}");
            assert_eq!(verdict_exit_zero(&entries, errors), forgiving, "{exits:?}");
        }
    }

    #[test]
    fn a_duration_needs_two_times_in_order() {
        let job = |begin: &str, end: &str| Job {
            begin_time: Some(begin.into()),
            end_time: Some(end.into()),
            ..Job::default()
        };
        assert_eq!(job("2019-04-26T07:00:00Z", "2019-04-26T07:00:06Z").duration_seconds(), Some(6));
        assert_eq!(job("2019-04-26T07:00:06Z", "2019-04-26T07:00:00Z").duration_seconds(), None);
        assert_eq!(job("yesterday", "2019-04-26T07:00:00Z").duration_seconds(), None);
        assert_eq!(Job::default().duration_seconds(), None);
    }
}
