//! What `-v` tells of each request. Never a header's value, never a body: there secrets live.

use std::time::Duration;

use crate::api::response::HttpResponse;
use crate::error::Error;

/// How much is told, and to whom.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Log {
    /// 0 nothing, 1 a line a request, 2 and more the attempts between.
    pub verbosity: u8,
    /// Shows one line on stderr, made inert.
    pub sink: fn(&str),
}

impl Log {
    /// A request and how it ended: status, service request id and bytes of the body, or the trouble.
    pub(crate) fn request(&self, method: &str, url: &str, took: Duration, ended: Result<&HttpResponse, &Error>) {
        if self.verbosity == 0 {
            return;
        }
        let ended = match ended {
            Ok(response) => {
                let id = response.request_id().unwrap_or_else(|| "-".to_owned());
                let bytes = if self.verbosity > 1 { format!(", {} bytes", response.body.len()) } else { String::new() };
                format!("{}, request id {id}{bytes}", response.status)
            }
            Err(error) => format!("{}: {}", error.kind.word(), error.message),
        };
        (self.sink)(&format!("{method} {url}: {ended}, {} ms", took.as_millis()));
    }

    /// A line for `-vv`, made only when it is shown.
    pub(crate) fn detail(&self, line: impl FnOnce() -> String) {
        if self.verbosity > 1 {
            (self.sink)(&line());
        }
    }
}
