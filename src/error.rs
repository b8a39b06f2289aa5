//! What can go wrong, as a user meets it: a closed set of kinds, each with a stable word and an exit code.
//!
//! Never classified by the text of a message. A failed job is no error: it is a good answer (see `job`).

use std::time::Duration;

use crate::exit::Exit;

/// The kinds of error. The word is what JSON's `error.code` and `cph: error[…]` show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The ids on stdin are not ids, or there are none.
    Usage,
    /// A setting or the config file can't be used.
    ConfigInvalid,
    /// stdin, stdout, a file or a process of this machine.
    Io,
    /// No credential was found in any place.
    AuthMissing,
    /// The service refused the credential (401).
    AuthRejected,
    /// The credential is good but may not do this (403).
    Forbidden,
    /// The service knows no such job.
    NotFound,
    /// No connection, or it broke.
    Unreachable,
    /// No trusted connection.
    Tls,
    /// No whole answer in time.
    HttpTimeout,
    /// The service throttles (429).
    RateLimited,
    /// The service is broken or busy (5xx, CPS.0003, CPS.0042).
    ServiceError,
    /// A whole answer that can't be used.
    BadAnswer,
    /// A job status other than the documented three.
    UnknownStatus,
    /// The answer is about another job.
    WrongJob,
}

impl Kind {
    /// The stable word of this kind.
    pub fn word(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::ConfigInvalid => "config_invalid",
            Self::Io => "io",
            Self::AuthMissing => "auth_missing",
            Self::AuthRejected => "auth_rejected",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::Unreachable => "unreachable",
            Self::Tls => "tls",
            Self::HttpTimeout => "http_timeout",
            Self::RateLimited => "rate_limited",
            Self::ServiceError => "service_error",
            Self::BadAnswer => "bad_answer",
            Self::UnknownStatus => "unknown_status",
            Self::WrongJob => "wrong_job",
        }
    }

    /// The exit code of this kind: the one table.
    pub fn exit(self) -> Exit {
        match self {
            Self::Usage => Exit::Usage,
            Self::ConfigInvalid | Self::Io => Exit::Local,
            Self::AuthMissing | Self::AuthRejected | Self::Forbidden => Exit::Auth,
            Self::NotFound => Exit::NotFound,
            Self::Unreachable | Self::Tls | Self::HttpTimeout | Self::RateLimited | Self::ServiceError => {
                Exit::Unreachable
            }
            Self::BadAnswer | Self::UnknownStatus | Self::WrongJob => Exit::BadAnswer,
        }
    }
}

/// One error: what happened with which object, and what to do next. Holds no secret.
///
/// Texts may hold what a service said; the output makes them inert, nobody else shows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// Which kind; decides word and exit code.
    pub kind: Kind,
    /// The object it is about, as `job 6837…`, where the message does not name it: the same error of many jobs is
    /// told once.
    pub about: Option<String>,
    /// What happened, and where from. One sentence, no period.
    pub message: String,
    /// The next step, where one is known.
    pub hint: Option<String>,
    /// Whether the same call may succeed later.
    pub retryable: bool,
    /// Whether it was retried already by the code that reports it: two layers of retries multiply.
    pub retried: bool,
    /// What the service said of it, for a ticket with its support.
    pub service: ServiceSaid,
}

/// The service's part of an error; all `None` when it never answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServiceSaid {
    /// HTTP status of the answer.
    pub http_status: Option<u16>,
    /// Its `error_code`, such as `CPS.0011` or `APIGW.0301`.
    pub code: Option<String>,
    /// Its request id.
    pub request_id: Option<String>,
    /// How long it asked to wait (`Retry-After`).
    pub retry_after: Option<Duration>,
}

impl Error {
    /// An error without hint, not retryable, without a word from the service.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            about: None,
            message: message.into(),
            hint: None,
            retryable: false,
            retried: false,
            service: ServiceSaid::default(),
        }
    }

    /// The same error, about this object.
    pub fn about(mut self, object: impl Into<String>) -> Self {
        self.about = Some(object.into());
        self
    }

    /// The whole sentence: the object, where there is one, and what happened.
    pub fn text(&self) -> String {
        match &self.about {
            Some(object) => format!("{object}: {}", self.message),
            None => self.message.clone(),
        }
    }

    /// The same error with a next step.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same error with the next step that its cause suggests, where it does.
    pub fn caused_by(self, reason: &std::io::Error) -> Self {
        match hint_of(reason) {
            Some(hint) => self.hint(hint),
            None => self,
        }
    }

    /// The next step: the error's own, else what helps with its kind.
    pub fn next_step(&self) -> &str {
        self.hint.as_deref().unwrap_or(match self.kind {
            Kind::Usage => "see --help",
            Kind::ConfigInvalid => "mend it where it stands, then try again",
            Kind::Io => "free the disk, or look at who owns the file",
            Kind::AuthMissing => "sign in with: cph auth login",
            Kind::AuthRejected => "check the credential with: cph auth status",
            Kind::Forbidden => "ask for the permission cph:jobs:get in this project",
            Kind::NotFound => "check the id, the project and the region",
            Kind::Unreachable | Kind::Tls => "check the network, the proxy and the endpoint: cph config",
            Kind::HttpTimeout | Kind::RateLimited | Kind::ServiceError => "try again later",
            Kind::BadAnswer | Kind::UnknownStatus | Kind::WrongJob => {
                "check the endpoint and what is in between; else give the request id to the service's support"
            }
        })
    }

    /// The same error, marked as one that may pass.
    pub fn retryable(mut self, retryable: bool) -> Self {
        self.retryable = retryable;
        self
    }
}

/// The next step for a reason of the system's that is always told as something else: a limit of this process.
pub fn hint_of(reason: &std::io::Error) -> Option<&'static str> {
    #[cfg(unix)]
    {
        use rustix::io::Errno;
        let errno = Errno::from_io_error(reason)?;
        if [Errno::MFILE, Errno::NFILE].contains(&errno) {
            return Some("too few files may be open at once here: raise the limit, such as ulimit -n 1024");
        }
        if errno == Errno::FBIG {
            return Some("files may not be so long here: raise the limit, such as ulimit -f unlimited");
        }
    }
    #[cfg(not(unix))]
    let _ = reason;
    None
}
