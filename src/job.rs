//! PURE: a job, its status, and the verdict on many. Knows no wire, no clock, no output.

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

    /// Whole seconds from begin to end; `None` unless both are times in that order.
    #[must_use]
    pub fn duration_seconds(&self) -> Option<i64> {
        let begin: Timestamp = self.begin_time.as_deref()?.parse().ok()?;
        let end: Timestamp = self.end_time.as_deref()?.parse().ok()?;
        (end >= begin).then(|| end.as_second() - begin.as_second())
    }
}

/// One job as this run saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The last that is known of it.
    pub job: Job,
    /// When the service said so.
    pub observed_at: Option<Timestamp>,
    /// `cph`'s own trouble with it.
    pub error: Option<Error>,
}

impl Entry {
    /// The verdict on this job alone. An unknown one without a trouble of its own was never asked: the
    /// trouble that stopped the run decides, so it adds nothing here.
    #[must_use]
    pub fn exit(&self) -> Option<Exit> {
        match self.job.status {
            Status::Success => Some(Exit::Ok),
            Status::Failure => Some(Exit::Failed),
            Status::Running => Some(Exit::Running),
            Status::Unknown => self.error.as_ref().map(|error| error.kind.exit()),
        }
    }
}

/// The exit code of a run: of its jobs, and of the trouble it had before any job.
///
/// Never success by absence: no jobs and no trouble is "not found".
#[must_use]
pub fn verdict(entries: &[Entry], before: Option<&Error>) -> Exit {
    if entries.is_empty() && before.is_none() {
        return Exit::NotFound;
    }
    Exit::lowest(exits(entries, before))
}

/// The same for `--exit-zero`: failed and running are no trouble, and never hide one.
#[must_use]
pub fn forgiving(entries: &[Entry], before: Option<&Error>) -> Exit {
    match verdict(entries, before) {
        Exit::Failed | Exit::Running => {
            Exit::lowest(exits(entries, before).filter(|exit| !matches!(exit, Exit::Failed | Exit::Running)))
        }
        verdict => verdict,
    }
}

fn exits(entries: &[Entry], before: Option<&Error>) -> impl Iterator<Item = Exit> {
    let jobs = entries.iter().map(move |entry| match (entry.exit(), before) {
        (Some(exit), _) => exit,
        (None, Some(error)) => error.kind.exit(),
        (None, None) => Exit::BadAnswer,
    });
    jobs.chain(before.map(|error| error.kind.exit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    fn entry(code: i64, error: Option<Kind>) -> Entry {
        let job = Job { status: Status::of(code), ..Job::unanswered("a") };
        Entry { job, observed_at: None, error: error.map(|kind| Error::new(kind, "x")) }
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
        let missing = Error::new(Kind::AuthMissing, "x");
        for (entries, before, exit) in [
            (vec![], None, Exit::NotFound),
            (vec![entry(2, None)], None, Exit::Ok),
            (vec![entry(2, None), entry(-1, None), entry(0, Some(Kind::NotFound))], None, Exit::Failed),
            (vec![entry(2, None), entry(7, Some(Kind::UnknownStatus))], None, Exit::BadAnswer),
            (vec![entry(1, Some(Kind::Unreachable))], None, Exit::Running),
            (vec![entry(0, None)], None, Exit::BadAnswer),
            (vec![entry(0, None), entry(-1, None)], Some(missing), Exit::Failed),
            (vec![entry(0, Some(Kind::Tls)), entry(1, None)], None, Exit::Unreachable),
        ] {
            assert_eq!(verdict(&entries, before.as_ref()), exit, "{entries:?}");
        }
    }

    #[test]
    fn forgiving_a_failure_hides_nothing_else() {
        for (entries, exit) in [
            (vec![], Exit::NotFound),
            (vec![entry(-1, None), entry(1, None), entry(2, None)], Exit::Ok),
            (vec![entry(-1, None), entry(0, Some(Kind::NotFound))], Exit::NotFound),
            (vec![entry(1, None), entry(7, Some(Kind::UnknownStatus))], Exit::BadAnswer),
        ] {
            assert_eq!(forgiving(&entries, None), exit, "{entries:?}");
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
