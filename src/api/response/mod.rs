//! PURE: what one whole HTTP answer to ShowJob means. Decided by `error_code` first, by status second,
//! never by a message's text.

use reqwest::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap, LOCATION, TRANSFER_ENCODING};

use crate::api::classify;
use crate::api::secrets::Secrets;
use crate::api::wire::{self, ErrorBody};
use crate::catalog;
use crate::error::{Error, Kind, ServiceSaid};
use crate::job::Job;

/// A longer text of a service is cut: a report stays below 4 kB, and a page of HTML is none.
const LONGEST_QUOTE: usize = 600;

/// Longest request id that is told.
const LONGEST_ID: usize = 128;

/// Huawei Cloud's name for the request id, and OpenStack's.
const REQUEST_IDS: [&str; 2] = ["x-request-id", "x-openstack-request-id"];

/// Where IAM puts a token that it issues.
const ISSUED: &str = "x-subject-token";

/// One whole answer, as it came.
#[derive(Debug)]
pub(crate) struct HttpResponse {
    /// HTTP status.
    pub status: u16,
    /// All headers.
    pub headers: HeaderMap,
    /// The body, already limited in size.
    pub body: Vec<u8>,
    /// What it may repeat, and nobody may show.
    secrets: Secrets,
}

/// What was asked, for the words of an error.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ErrorContext<'a> {
    /// What it was about, as errors begin: `job 6837…`.
    pub about: &'a str,
    /// The service, `scheme://host[:port]`.
    pub endpoint: &'a str,
    /// The sentence for an answer that there is no such thing.
    pub missing: &'a str,
}

impl HttpResponse {
    /// An answer that repeats no secret.
    pub(crate) fn new(status: u16, headers: HeaderMap, body: Vec<u8>) -> Self {
        Self { status, headers, body, secrets: Secrets::default() }
    }

    /// The same answer, which may repeat these secrets, and a token that it brings.
    pub(super) fn with_secrets(self, secrets: &Secrets) -> Self {
        let issued = self.headers.get(ISSUED).and_then(|token| token.to_str().ok());
        Self { secrets: secrets.and(issued), ..self }
    }

    /// A text of the service without a secret, and then short enough for one line of an error: the one way by which
    /// its words reach a user. A job's own texts are no error's.
    pub(super) fn quote(&self, text: &str) -> String {
        let text = self.secrets.clean(text);
        match text.char_indices().nth(LONGEST_QUOTE) {
            Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
            None => text,
        }
    }

    /// The id by which the service's support finds this answer.
    pub(crate) fn request_id(&self) -> Option<String> {
        let id = self.secrets.clean(&request_id(&self.headers)?);
        (!id.is_empty()).then(|| id.chars().take(LONGEST_ID).collect())
    }

    /// Reads the answer as a job. A status other than the documented three is `Ok` and unknown,
    /// with its number: what else the service said of that job is still worth showing.
    ///
    /// # Errors
    /// Everything that is no usable answer about that very job, as the user meets it.
    pub(crate) fn job(&self, context: &ErrorContext<'_>, job_id: &str) -> Result<Job, Error> {
        if self.status != 200 {
            return Err(self.to_error(context));
        }
        if let Some(reason) = self.unreadable() {
            return Err(self.error(context, Kind::BadAnswer, reason, &ErrorBody::default()));
        }
        let job = wire::job(&self.body).map_err(|reason| self.parse_error(context, "a job", &reason))?;
        if job.status_code.is_none() {
            return Err(self.to_error(context));
        }
        match &job.job_id {
            Some(answered) if answered != job_id => {
                let what = format!("the answer is about another job, {}", self.quote(answered));
                let error = self.error(context, Kind::WrongJob, what, &ErrorBody::default());
                Err(error.hint("a cache or proxy in between may mix up answers; the status in it was not used"))
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

    /// The error for a good status without what was asked for.
    pub(crate) fn unusable(&self, context: &ErrorContext<'_>, what: &str) -> Error {
        self.error(context, Kind::BadAnswer, self.quote(what), &ErrorBody::default())
    }

    /// Why a body is not even looked at: `cph` asks for no compression, and two lengths are two answers.
    pub(super) fn unreadable(&self) -> Option<String> {
        if self.headers.contains_key(CONTENT_ENCODING) {
            return Some("a Content-Encoding that was not asked for".to_owned());
        }
        // `5, 5` is a list too; chunks are a length of their own.
        let mut lengths = self.headers.get_all(CONTENT_LENGTH).iter();
        let length = lengths.next();
        let list = length.is_some_and(|length| !length.as_bytes().iter().all(u8::is_ascii_digit));
        let coding = self.headers.get(TRANSFER_ENCODING);
        if list || lengths.next().is_some() || (length.is_some() && coding.is_some()) {
            return Some("an answer with two lengths".to_owned());
        }
        let chunked = coding.is_none_or(|coding| coding.as_bytes().eq_ignore_ascii_case(b"chunked"));
        (!chunked).then(|| "a Transfer-Encoding that was not asked for".to_owned())
    }

    /// An answer that is an error, or holds one instead of what was asked for.
    pub(crate) fn to_error(&self, context: &ErrorContext<'_>) -> Error {
        let error_body = if self.unreadable().is_some() { ErrorBody::default() } else { wire::error_body(&self.body) };
        let code = error_body.code.as_deref().and_then(catalog::canonical).unwrap_or_default();
        let kind = classify::kind(self.status, &code);
        let message = error_body.message.as_deref().map(|text| self.quote(text));
        let what = match kind {
            Kind::NotFound => {
                let error = self.error(context, kind, String::new(), &error_body);
                let error = Error { message: context.missing.to_owned(), ..error };
                return error.hint(
                    "check the id (a request id is not a job id), the project and the region; old jobs may be gone",
                );
            }
            Kind::BadAnswer if (300..400).contains(&self.status) => self.redirect(),
            Kind::BadAnswer if self.status == 200 => match message {
                Some(message) => format!("{message} (an error, and no status)"),
                None => "no status in it".to_owned(),
            },
            Kind::BadAnswer if looks_like_html(&self.body) => "an HTML page".to_owned(),
            _ => message.unwrap_or_default(),
        };
        let retryable = classify::is_retryable(self.status, kind, &code);
        let error = self.error(context, kind, what, &error_body).retryable(retryable);
        match classify::next_step(self.status, kind, &code) {
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
        let answered = match &code {
            // IAM v3 repeats the status as its code.
            Some(code) if *code != self.status.to_string() => format!("HTTP {} {code}", self.status),
            _ => format!("HTTP {}", self.status),
        };
        let said = if what.is_empty() { String::new() } else { format!(": {what}") };
        let service = ServiceSaid {
            http_status: Some(self.status),
            code,
            request_id: self.request_id().or_else(|| {
                // Without a code it is a job's field: the request that started it, not this one.
                error_body.request_id.as_deref().filter(|_| error_body.code.is_some()).map(|text| self.quote(text))
            }),
            retry_after: None,
        };
        Error { service, ..Error::new(kind, format!("{endpoint} answered {answered}{said}")) }.about(about)
    }
}

/// The request id as it came: clean it before it is cut and shown.
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
