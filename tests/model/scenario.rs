//! What one fleet is: everything that is drawn before the run, so that a failing seed prints as a whole.

use std::time::Duration;

use cph::error::Kind;
use cph::job::Status;
use cph::poll::Policy;

/// A moment that does not come.
pub(crate) const NEVER: Duration = Duration::MAX;

pub(crate) const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub(crate) const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// How the service answers about one job or one request in place of the truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anomaly {
    UnknownStatus,
    WrongJob,
    BadAnswer,
    Forbidden,
    /// 503, always.
    Broken,
    /// 501.
    NotImplemented,
}

/// One job as it really is.
#[derive(Debug, Clone)]
pub(crate) struct JobPlan {
    pub(crate) id: String,
    /// Seconds before the run; `None`: its begin is not in the answer.
    pub(crate) begun: Option<i64>,
    /// ShowJob knows it from then on, and until then.
    pub(crate) appears: Duration,
    pub(crate) vanishes: Duration,
    pub(crate) ends: Duration,
    pub(crate) end: Status,
    /// Each answer after its end has this status or the true one, by chance.
    pub(crate) fickle: Option<Status>,
    pub(crate) anomaly: Option<(Anomaly, Duration)>,
    /// What ShowJob says started it.
    pub(crate) request: Option<String>,
    /// Bytes of its `execute_msg`.
    pub(crate) text: usize,
}

/// What `offset` means to the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counting {
    Items,
    Pages,
    /// It gives the first page whatever is asked for.
    Ignored,
}

/// A job on a list, from when until when.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) job: JobPlan,
    pub(crate) from: Duration,
    pub(crate) until: Duration,
}

/// One request as it really is.
#[derive(Debug, Clone)]
pub(crate) struct ListPlan {
    pub(crate) request_id: String,
    /// Oldest first.
    pub(crate) members: Vec<Member>,
    /// New jobs come first.
    pub(crate) newest_first: bool,
    /// Each answer has an order of its own.
    pub(crate) shuffled: bool,
    pub(crate) counting: Counting,
    /// Most items of a page, whatever is asked for.
    pub(crate) cap: usize,
    /// "Not found" instead of an empty page behind the end.
    pub(crate) not_found_behind: bool,
    pub(crate) appears: Duration,
    pub(crate) anomaly: Option<(Anomaly, Duration)>,
}

/// One way in which a request fails.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fault {
    pub(crate) kind: Kind,
    pub(crate) status: Option<u16>,
    pub(crate) retryable: bool,
    /// The credential's own error: its provider has retried.
    pub(crate) retried: bool,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) takes: Duration,
}

#[derive(Debug, Clone)]
pub(crate) struct Outage {
    pub(crate) from: Duration,
    pub(crate) until: Duration,
    pub(crate) fault: Fault,
}

#[derive(Debug, Clone)]
pub(crate) struct Scenario {
    pub(crate) policy: Policy,
    /// Items that a call refused in place of starting a job.
    pub(crate) refused: usize,
    /// Asked for by id.
    pub(crate) jobs: Vec<JobPlan>,
    /// Asked for by request id.
    pub(crate) requests: Vec<String>,
    /// Known to the service; those not asked for can be found by the answers of `jobs`.
    pub(crate) lists: Vec<ListPlan>,
    /// The share of requests that fail by chance, and how.
    pub(crate) fault_rate: f64,
    pub(crate) faults: Vec<Fault>,
    pub(crate) outages: Vec<Outage>,
    /// The first answer after it takes longer: the credential was renewed.
    pub(crate) renewal: Duration,
    /// Usual times of an answer, and the share of answers that take up to ten times as long.
    pub(crate) takes: (Duration, Duration),
    pub(crate) slow: f64,
    /// The machine is suspended: when, and for how long.
    pub(crate) jumps: Vec<(Duration, Duration)>,
}
