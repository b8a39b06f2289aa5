//! PURE: what one whole HTTP response means: a job, or an error. Decided by `error_code` first, by status second, never
//! by a message's text.

use std::fmt;

use reqwest::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap, LOCATION, TRANSFER_ENCODING};

use crate::api::classify;
use crate::api::peer::Peer;
use crate::api::sent_secrets::Secrets;
use crate::api::wire::{self, ErrorBody};
use crate::catalog;
use crate::error::{Error, Kind, ServiceDetails};
use crate::job::Job;

/// Characters of a service's text in a message: a report stays below 4 kB, even where the text is a page of HTML.
const LONGEST_QUOTE: usize = 600;

/// Characters of a request id that are shown.
const LONGEST_ID: usize = 128;

/// Huawei Cloud's name for the request id, and OpenStack's.
const REQUEST_IDS: [&str; 2] = ["x-request-id", "x-openstack-request-id"];

/// The header of a token that IAM issues.
const ISSUED_TOKEN: &str = "x-subject-token";

#[derive(Debug)]
pub(crate) struct HttpResponse {
    pub status: u16,
    pub headers: HeaderMap,
    /// Limited in size by the transport.
    pub body: Vec<u8>,
    peer: Peer,
    /// The response may repeat them; no message may.
    secrets: Secrets,
}

/// What an error says about the request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ErrorContext<'a> {
    /// The object: `job 6837…`.
    pub about: &'a str,
    /// `scheme://host[:port]`.
    pub endpoint: &'a str,
    /// What a good answer holds: `status`.
    pub expected: &'static str,
    /// The message of a "not found", made only where it is shown.
    pub missing: fmt::Arguments<'a>,
}

impl HttpResponse {
    pub(crate) fn new(status: u16, headers: HeaderMap, body: Vec<u8>) -> Self {
        Self { status, headers, body, peer: Peer::Cph, secrets: Secrets::default() }
    }

    /// Of another service than CPH.
    pub(super) fn of(self, peer: Peer) -> Self {
        Self { peer, ..self }
    }

    /// Adds the secrets that the response may repeat, and a token that it issues.
    pub(crate) fn with_secrets(self, secrets: &Secrets) -> Self {
        let issued = self.headers.get(ISSUED_TOKEN).and_then(|token| token.to_str().ok());
        Self { secrets: secrets.plus(issued), ..self }
    }

    /// A text of the service for a message: first without secrets, then cut. Every text of a service goes through here,
    /// except a job's own texts.
    pub(crate) fn quote(&self, text: &str) -> String {
        let text = self.secrets.redact(text);
        match text.char_indices().nth(LONGEST_QUOTE) {
            Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
            None => text,
        }
    }

    /// The id by which the service's support finds this response.
    pub(crate) fn request_id(&self) -> Option<String> {
        let id = self.secrets.redact(&request_id(&self.headers)?);
        (!id.is_empty()).then(|| id.chars().take(LONGEST_ID).collect())
    }

    /// Reads the response as a job. An undocumented status number is `Ok`: the other fields are still worth showing.
    /// An error is everything that is no usable response about exactly this job.
    pub(crate) fn job(&self, context: &ErrorContext<'_>, job_id: &str) -> Result<Job, Error> {
        if self.status != 200 {
            return Err(self.to_error(context));
        }
        if let Some(reason) = self.header_error() {
            return Err(self.error(context, Kind::BadAnswer, reason, &ErrorBody::default()));
        }
        let job = wire::job(&self.body).map_err(|reason| self.parse_error(context, "a job", &reason))?;
        if job.status_code.is_none() {
            return Err(self.to_error(context));
        }
        match &job.job_id {
            Some(other) if other != job_id => {
                let what = format!("the response is about another job, {}", self.quote(other));
                let error = self.error(context, Kind::WrongJob, what, &ErrorBody::default());
                Err(error.hint("a cache or proxy in between may mix up responses; the status in it was not used"))
            }
            _ => Ok(Job { job_id: Some(job_id.to_owned()), ..job }),
        }
    }

    pub(super) fn parse_error(&self, context: &ErrorContext<'_>, what: &str, reason: &serde_json::Error) -> Error {
        let reason = if looks_like_html(&self.body) {
            format!("an HTML page instead of {what}")
        } else {
            format!("not {what} that can be read ({})", self.quote(&reason.to_string()))
        };
        let error = self.error(context, Kind::BadAnswer, reason, &ErrorBody::default());
        error.hint("a proxy or portal may be in between, or CPH_ENDPOINT is another service")
    }

    /// The error for a job whose status is an undocumented number.
    pub(crate) fn unknown_status(&self, context: &ErrorContext<'_>, code: i64) -> Error {
        let what = format!("the status {code} is not documented (1 running, 2 success, -1 failure)");
        let error = self.error(context, Kind::UnknownStatus, what, &ErrorBody::default());
        error.hint("look at the job in the console; a newer cph may know this status")
    }

    /// The error for a success status with unusable content.
    pub(crate) fn unusable(&self, context: &ErrorContext<'_>, what: &str) -> Error {
        self.error(context, Kind::BadAnswer, self.quote(what), &ErrorBody::default())
    }

    /// Why the headers make the body unusable: `cph` asks for no compression, and two lengths may mean two responses.
    pub(super) fn header_error(&self) -> Option<String> {
        if self.headers.contains_key(CONTENT_ENCODING) {
            return Some("a Content-Encoding that was not requested".to_owned());
        }
        // `5, 5` is a list too; with chunks a length contradicts them.
        let mut lengths = self.headers.get_all(CONTENT_LENGTH).iter();
        let length = lengths.next();
        let list = length.is_some_and(|length| !length.as_bytes().iter().all(u8::is_ascii_digit));
        let coding = self.headers.get(TRANSFER_ENCODING);
        if list || lengths.next().is_some() || (length.is_some() && coding.is_some()) {
            return Some("a response with two lengths".to_owned());
        }
        let chunked = coding.is_none_or(|coding| coding.as_bytes().eq_ignore_ascii_case(b"chunked"));
        (!chunked).then(|| "a Transfer-Encoding that was not requested".to_owned())
    }

    /// The error of a response that is one, or holds one instead of what was requested.
    pub(crate) fn to_error(&self, context: &ErrorContext<'_>) -> Error {
        let error_body =
            if self.header_error().is_some() { ErrorBody::default() } else { wire::error_body(&self.body) };
        let code = error_body.code.as_deref().and_then(catalog::canonical).unwrap_or_default();
        let kind = classify::kind(self.status, &code);
        let message = error_body.message.as_deref().map(|text| self.quote(text));
        let what = match kind {
            Kind::NotFound => {
                let error = self.error(context, kind, String::new(), &error_body);
                let error = Error { message: context.missing.to_string(), ..error };
                return error.hint(
                    "check the id (a request id is not a job id), the project and the region; old jobs may be gone",
                );
            }
            Kind::BadAnswer if (300..400).contains(&self.status) => self.redirect(),
            Kind::BadAnswer if self.status == 200 => match message {
                Some(message) => format!("{message} (an error, and no {})", context.expected),
                None => format!("no {} in it", context.expected),
            },
            Kind::BadAnswer if looks_like_html(&self.body) => "an HTML page".to_owned(),
            _ => message.unwrap_or_default(),
        };
        let retryable = classify::is_retryable(self.status, kind, &code);
        let error = self.error(context, kind, what, &error_body).retryable(retryable);
        match classify::next_step(self.peer, self.status, kind, &code) {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }

    fn redirect(&self) -> String {
        let location = self.headers.get(LOCATION).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        match location {
            Some(location) => format!("a redirect to {}, which is never followed", self.quote(&location)),
            None => "a redirect, which is never followed".to_owned(),
        }
    }

    pub(super) fn error(&self, context: &ErrorContext<'_>, kind: Kind, what: String, error_body: &ErrorBody) -> Error {
        let ErrorContext { about, endpoint, .. } = *context;
        let code = error_body.code.as_deref().map(|text| self.quote(text));
        let status = match &code {
            // IAM v3 repeats the status as its code.
            Some(code) if *code != self.status.to_string() => format!("HTTP {} {code}", self.status),
            _ => format!("HTTP {}", self.status),
        };
        let text = if what.is_empty() { String::new() } else { format!(": {what}") };
        let service = ServiceDetails {
            http_status: Some(self.status),
            code,
            request_id: self.request_id().or_else(|| {
                // Without a code it is a job's field: the request that started the job, not this one.
                error_body.request_id.as_deref().filter(|_| error_body.code.is_some()).map(|text| self.quote(text))
            }),
            retry_after: None,
        };
        Error { service, ..Error::new(kind, format!("{endpoint} answered {status}{text}")) }.about(about)
    }
}

/// The request id as it came; to be redacted before it is cut.
fn request_id(headers: &HeaderMap) -> Option<String> {
    REQUEST_IDS.into_iter().find_map(|name| {
        let id = String::from_utf8_lossy(headers.get(name)?.as_bytes()).trim().to_owned();
        (!id.is_empty()).then_some(id)
    })
}

fn looks_like_html(body: &[u8]) -> bool {
    body.trim_ascii_start().first() == Some(&b'<')
}

#[cfg(test)]
mod tests;
