//! All errors of `cph`: a closed set of kinds, each with a stable word and an exit code.
//!
//! Not classified by the text of a message; where the service gives nothing else, a comment says so. A failed job is
//! not an error but a successful response (see `job`).

use std::time::Duration;

use crate::exit::Exit;

/// The kinds of error. The word is what JSON's `error.code` and `cph: error[…]` show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The ids on stdin are not ids, or there are none.
    Usage,
    /// A setting or the config file can't be used.
    ConfigInvalid,
    /// stdin, stdout, a file or a process on this machine.
    Io,
    /// No credential was found.
    AuthMissing,
    /// The service refused the credential (401).
    AuthRejected,
    /// The credential is valid but lacks a permission (403).
    Forbidden,
    /// The service knows no such job.
    NotFound,
    /// No connection, or a broken one.
    Unreachable,
    /// No trusted TLS connection.
    Tls,
    /// No complete response in time.
    HttpTimeout,
    /// The service limits the rate (429).
    RateLimited,
    /// The service is broken or busy (5xx, CPS.0003, CPS.0042).
    ServiceError,
    /// A complete response that can't be used.
    BadAnswer,
    /// A job status other than the documented three.
    UnknownStatus,
    /// The response is about another job.
    WrongJob,
}

impl Kind {
    /// The word of JSON's `error.code`.
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

    /// The exit code of this kind.
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

/// One error: what happened with which object, and the next step. Holds no secret.
///
/// Texts may come from a service; the output escapes control characters before it prints them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// Decides word and exit code.
    pub kind: Kind,
    /// The object, such as `job 6837…`, apart from the message: the same error of many jobs is printed once.
    pub about: Option<String>,
    /// What happened, and the source of a value. One sentence, no period.
    pub message: String,
    /// The next step, where one is known.
    pub hint: Option<String>,
    /// Whether the same request may succeed later.
    pub retryable: bool,
    /// Whether the code that reports it has retried already: two layers of retries would multiply.
    pub retried: bool,
    /// For a ticket with the service's support.
    pub service: ServiceDetails,
}

/// The service's part of an error; all `None` without a response.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServiceDetails {
    /// HTTP status.
    pub http_status: Option<u16>,
    /// Its `error_code`, such as `CPS.0011` or `APIGW.0301`.
    pub code: Option<String>,
    /// Its request id.
    pub request_id: Option<String>,
    /// How long it asked to wait (`Retry-After`).
    pub retry_after: Option<Duration>,
}

impl Error {
    /// An error without hint and service details, not retryable.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            about: None,
            message: message.into(),
            hint: None,
            retryable: false,
            retried: false,
            service: ServiceDetails::default(),
        }
    }

    /// Sets the object.
    pub fn about(mut self, object: impl Into<String>) -> Self {
        self.about = Some(object.into());
        self
    }

    /// Object and message.
    pub fn text(&self) -> String {
        match &self.about {
            Some(object) => format!("{object}: {}", self.message),
            None => self.message.clone(),
        }
    }

    /// Sets the next step.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Sets the next step that the cause suggests, if any.
    pub fn caused_by(self, reason: &std::io::Error) -> Self {
        match hint_of(reason) {
            Some(hint) => self.hint(hint),
            None => self,
        }
    }

    /// The hint, else the general one for this kind.
    pub fn next_step(&self) -> &str {
        self.hint.as_deref().unwrap_or(match self.kind {
            Kind::Usage => "see --help",
            Kind::ConfigInvalid => "fix the setting named above, then try again",
            Kind::Io => "check free disk space and the owner of the file",
            Kind::AuthMissing => "log in with: cph auth login",
            Kind::AuthRejected => "check the credential with: cph auth status",
            Kind::Forbidden => {
                "check the project with: cph config; if it is right, ask for the permission cph:jobs:get in it"
            }
            Kind::NotFound => "check the id, the project and the region",
            Kind::Unreachable | Kind::Tls => "check the network, the proxy and the endpoint: cph config",
            Kind::HttpTimeout | Kind::RateLimited | Kind::ServiceError => "try again later",
            Kind::BadAnswer | Kind::UnknownStatus | Kind::WrongJob => {
                "check the endpoint, proxies and caches; else give the request id to the service's support"
            }
        })
    }

    /// Sets whether the same request may succeed later.
    pub fn retryable(mut self, retryable: bool) -> Self {
        self.retryable = retryable;
        self
    }
}

/// The next step where the cause is a limit of this process, which the system's own texts don't explain.
pub fn hint_of(reason: &std::io::Error) -> Option<&'static str> {
    #[cfg(unix)]
    {
        use rustix::io::Errno;
        let errno = Errno::from_io_error(reason)?;
        if [Errno::MFILE, Errno::NFILE].contains(&errno) {
            return Some("the limit of open files is too low: raise it, such as ulimit -n 1024");
        }
        if errno == Errno::FBIG {
            return Some("the limit of file size is too low: raise it, such as ulimit -f unlimited");
        }
    }
    #[cfg(not(unix))]
    let _ = reason;
    None
}
