//! What `-v` prints about each request: never a header's value or a body, which may hold secrets.

use std::time::Duration;

use crate::api::response::HttpResponse;
use crate::error::Error;

/// How much is logged, and where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Log {
    /// 0: nothing, 1: a line per request, 2 and more: the retries too.
    pub verbosity: u8,
    /// Prints one line on stderr with control characters escaped.
    pub sink: fn(&str),
}

impl Log {
    /// A request and its result: status, service request id and bytes of the body, or the error.
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

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderMap;
    use std::sync::Mutex;

    static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());

    fn lines(verbosity: u8, log: impl Fn(Log)) -> Vec<String> {
        let sink = |line: &str| LINES.lock().unwrap().push(line.to_owned());
        log(Log { verbosity, sink });
        std::mem::take(&mut *LINES.lock().unwrap())
    }

    #[test]
    fn each_verbosity_adds_something() {
        let response = HttpResponse::new(200, HeaderMap::new(), b"{}".to_vec());
        let one = |log: Log| log.request("GET", "https://e/", Duration::from_millis(3), Ok(&response));
        assert_eq!(lines(0, one), [""; 0]);
        assert_eq!(lines(1, one), ["GET https://e/: 200, request id -, 3 ms"]);
        assert_eq!(lines(2, one), ["GET https://e/: 200, request id -, 2 bytes, 3 ms"]);
        let detail = |log: Log| log.detail(|| "a retry".to_owned());
        assert_eq!(lines(1, detail), [""; 0]);
        assert_eq!(lines(2, detail), ["a retry"]);
    }
}
