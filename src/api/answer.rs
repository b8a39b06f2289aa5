//! PURE: what one whole HTTP answer to ShowJob means. Decided by `error_code` first, by status second,
//! never by a message's text.

use reqwest::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap, HeaderValue, LOCATION, TRANSFER_ENCODING};

use crate::api::complaint;
use crate::api::request_id;
use crate::api::wire::{self, Complaint};
use crate::catalog;
use crate::error::{Error, Kind, ServiceSaid};
use crate::job::Job;

/// A longer text of a service is cut: a report stays below 4 kB, and a page of HTML is none.
const LONGEST_QUOTE: usize = 600;

/// One whole answer, as it came.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// All headers.
    pub headers: HeaderMap,
    /// The body, already limited in size.
    pub body: Vec<u8>,
}

/// What was asked, for the words of an error.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// What it was about, as errors begin: `job 6837…`.
    pub about: &'a str,
    /// The service, `scheme://host[:port]`.
    pub endpoint: &'a str,
    /// The sentence for an answer that there is no such thing.
    pub missing: &'a str,
}

impl Answer {
    /// The id by which the service's support finds this answer.
    #[must_use]
    pub fn request_id(&self) -> Option<String> {
        request_id::of(&self.headers).map(|(_, id)| id)
    }

    /// The same answer, its request id gone through `clean`: unlike its other words the id is shown of good answers too.
    #[must_use]
    pub fn with_clean_id(mut self, clean: impl Fn(&str) -> String) -> Self {
        if let Some((name, id)) = request_id::of(&self.headers) {
            match HeaderValue::from_bytes(clean(&id).as_bytes()) {
                Ok(id) => self.headers.insert(name, id),
                Err(_) => self.headers.remove(name),
            };
        }
        self
    }

    /// Reads the answer as a job. A status other than the documented three is `Ok` and unknown,
    /// with its number: what else the service said of that job is still worth showing.
    ///
    /// # Errors
    /// Everything that is no usable answer about that very job, as the user meets it.
    pub fn job(&self, question: &Question<'_>, job_id: &str) -> Result<Job, Error> {
        if self.status != 200 {
            return Err(self.trouble(question));
        }
        if let Some(reason) = self.unreadable() {
            return Err(self.error(question, Kind::BadAnswer, reason, &Complaint::default()));
        }
        let job = wire::job(&self.body).map_err(|reason| self.illegible(question, "a job", &reason))?;
        if job.status_code.is_none() {
            return Err(self.trouble(question));
        }
        match &job.job_id {
            Some(answered) if answered != job_id => {
                let what = format!("the answer is about another job, {}", quote(answered));
                let error = self.error(question, Kind::WrongJob, what, &Complaint::default());
                Err(error.hint("a cache or proxy in between may mix up answers; the status in it was not used"))
            }
            _ => Ok(Job { job_id: Some(job_id.to_owned()), ..job }),
        }
    }

    pub(super) fn illegible(&self, question: &Question<'_>, what: &str, reason: &serde_json::Error) -> Error {
        let reason = if looks_like_html(&self.body) {
            format!("an HTML page instead of {what}")
        } else {
            format!("not {what} that can be read ({})", quote(&reason.to_string()))
        };
        let error = self.error(question, Kind::BadAnswer, reason, &Complaint::default());
        error.hint("a proxy or portal may be in between, or CPH_ENDPOINT is another service")
    }

    /// The error for a job whose status is an undocumented number.
    #[must_use]
    pub fn unknown_status(&self, question: &Question<'_>, code: i64) -> Error {
        let what = format!("the status {code} is not documented (1 running, 2 success, -1 failure)");
        let error = self.error(question, Kind::UnknownStatus, what, &Complaint::default());
        error.hint("look at the job in the console; a newer cph may know this status")
    }

    /// The error for a good status without what was asked for.
    #[must_use]
    pub fn unusable(&self, question: &Question<'_>, what: &str) -> Error {
        self.error(question, Kind::BadAnswer, what.to_owned(), &Complaint::default())
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
    #[must_use]
    pub fn trouble(&self, question: &Question<'_>) -> Error {
        let complaint = if self.unreadable().is_some() { Complaint::default() } else { wire::complaint(&self.body) };
        let code = complaint.code.as_deref().and_then(catalog::canonical).unwrap_or_default();
        let kind = complaint::kind(self.status, &code);
        let message = complaint.message.as_deref().map(quote);
        let what = match kind {
            Kind::NotFound => {
                let error = self.error(question, kind, String::new(), &complaint);
                let error = Error { message: question.missing.to_owned(), ..error };
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
        let retryable = complaint::is_retryable(self.status, kind, &code);
        let error = self.error(question, kind, what, &complaint).retryable(retryable);
        match complaint::next_step(self.status, kind, &code) {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }

    fn redirect(&self) -> String {
        let location = self.headers.get(LOCATION).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        match location {
            Some(location) => format!("a redirect to {}, which is never followed", quote(&location)),
            None => "a redirect, which is never followed".to_owned(),
        }
    }

    pub(super) fn error(&self, question: &Question<'_>, kind: Kind, what: String, complaint: &Complaint) -> Error {
        let Question { about, endpoint, .. } = *question;
        let code = complaint.code.as_deref().map(quote);
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
                complaint.request_id.as_deref().filter(|_| complaint.code.is_some()).map(quote)
            }),
            retry_after: None,
        };
        Error { service, ..Error::new(kind, format!("{endpoint} answered {answered}{said}")) }.about(about)
    }
}

/// A service's text, short enough for one line of an error.
fn quote(text: &str) -> String {
    if text.chars().count() <= LONGEST_QUOTE {
        return text.to_owned();
    }
    text.chars().take(LONGEST_QUOTE).chain(['…']).collect()
}

fn looks_like_html(body: &[u8]) -> bool {
    body.trim_ascii_start().first() == Some(&b'<')
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::job::Status;

    const QUESTION: Question<'_> = Question {
        about: "job j1",
        endpoint: "https://cph.cn-north-4.myhuaweicloud.com",
        missing: "no such job: j1 at cph.cn-north-4",
    };

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status, headers: HeaderMap::new(), body: body.as_bytes().to_vec() }
    }

    fn cps(code: &str) -> String {
        format!(r#"{{"request_id":"r1","error_code":"{code}","error_msg":"m"}}"#)
    }

    #[test]
    fn every_answer_has_one_meaning() {
        use Kind::*;
        let table: &[(u16, String, Kind, bool)] = &[
            (200, String::new(), BadAnswer, false),
            (200, "{}".into(), BadAnswer, false),
            (200, "<html>".into(), BadAnswer, false),
            (200, r#"{"status":2,"job_id":"j2"}"#.into(), WrongJob, false),
            (200, cps("CPS.0011"), BadAnswer, false),
            (200, cps("CPS.0042"), ServiceError, true),
            (200, cps("CPS.0007"), Forbidden, false),
            (201, r#"{"status":2,"job_id":"j1"}"#.into(), BadAnswer, false),
            (204, String::new(), BadAnswer, false),
            (206, r#"{"status":2,"job_id":"j1"}"#.into(), BadAnswer, false),
            (302, String::new(), BadAnswer, false),
            (400, cps("CPS.0011"), NotFound, false),
            (404, cps("CPS.0011"), NotFound, false),
            (404, cps("cps0011"), NotFound, false),
            (404, cps("CPS.0050"), NotFound, false),
            (404, cps("APIGW.0101"), BadAnswer, false),
            (404, "<html>".into(), BadAnswer, false),
            (404, String::new(), BadAnswer, false),
            (400, cps("CPS.0042"), ServiceError, true),
            (400, cps("CPS.0003"), ServiceError, true),
            (400, cps("CPS.0001"), Forbidden, false),
            (500, cps("CPS.0001"), Forbidden, false),
            (400, cps("CPS.0046"), BadAnswer, false),
            (401, cps("APIGW.0301"), AuthRejected, false),
            (401, "<html>".into(), AuthRejected, false),
            (403, cps("APIGW.0302"), Forbidden, false),
            (403, String::new(), Forbidden, false),
            (405, cps("APIGW.0501"), BadAnswer, false),
            (408, String::new(), HttpTimeout, true),
            (429, cps("APIGW.0308"), RateLimited, true),
            (500, r#"{"status":2,"job_id":"j1"}"#.into(), ServiceError, true),
            (501, String::new(), ServiceError, false),
            (501, cps("CPS.0042"), ServiceError, true),
            (505, cps("CPS.0003"), ServiceError, true),
            (401, cps("CPS.0042"), AuthRejected, false),
            (502, "<html>".into(), ServiceError, true),
            (503, cps("APIGW.0613"), ServiceError, true),
            (504, String::new(), ServiceError, true),
            (505, String::new(), ServiceError, false),
        ];
        for (status, body, kind, retryable) in table {
            let error = answer(*status, body).job(&QUESTION, "j1").unwrap_err();
            assert_eq!((error.kind, error.retryable), (*kind, *retryable), "{status} {body}: {error:?}");
            assert_eq!(error.service.http_status, Some(*status));
            assert!(error.text().contains("j1") && error.message.contains("cph.cn-north-4"), "{}", error.message);
        }
    }

    #[test]
    fn a_good_answer_is_about_that_job_or_names_none() {
        for body in [r#"{"status":2,"job_id":"j1"}"#, r#"{"status":2}"#, r#"{"status":2,"job_id":""}"#] {
            let job = answer(200, body).job(&QUESTION, "j1").unwrap();
            assert_eq!((job.status, job.job_id.as_deref()), (Status::Success, Some("j1")));
        }
        assert_eq!(answer(200, r#"{"status":7}"#).job(&QUESTION, "j1").unwrap().status_code, Some(7));
    }

    #[test]
    fn an_encoding_or_a_second_length_makes_an_answer_useless() {
        let with = |headers: &[(&'static str, &str)]| {
            let mut answer = answer(200, r#"{"status":2,"job_id":"j1"}"#);
            for (name, value) in headers {
                answer.headers.append(*name, value.parse().unwrap());
            }
            answer.job(&QUESTION, "j1")
        };
        for good in [&[][..], &[("content-length", "27")], &[("transfer-encoding", "Chunked")]] {
            assert!(with(good).is_ok(), "{good:?}");
        }
        for bad in [
            &[("content-encoding", "gzip")][..],
            &[("content-length", "27"), ("content-length", "27")],
            &[("content-length", "27, 27")],
            &[("content-length", "27"), ("transfer-encoding", "chunked")],
            &[("transfer-encoding", "gzip")],
        ] {
            assert_eq!(with(bad).unwrap_err().kind, Kind::BadAnswer, "{bad:?}");
        }
    }

    #[test]
    fn an_id_repeats_no_secret() {
        let clean = |id: &str| id.replace("secret", "[redacted]");
        for (header, id) in [("a-secret-b", Some("a-[redacted]-b")), ("r1", Some("r1")), ("", None)] {
            for name in ["x-request-id", "x-openstack-request-id"] {
                let mut answer = answer(200, "");
                answer.headers.insert(name, header.parse().unwrap());
                assert_eq!(answer.with_clean_id(clean).request_id().as_deref(), id, "{name}");
            }
        }
        assert_eq!(answer(200, "").with_clean_id(clean).request_id(), None);
    }

    #[test]
    fn a_verdict_needs_its_body() {
        for (status, too_long, enough) in [
            (200, false, false),
            (200, true, false),
            (201, true, false),
            (401, false, true),
            (401, true, true),
            (404, false, false),
            (404, true, true),
            (503, false, false),
            (503, true, true),
        ] {
            assert_eq!(complaint::needs_no_body(status, too_long), enough, "{status} {too_long}");
        }
    }

    #[test]
    fn a_report_is_short() {
        let page = "x".repeat(100_000);
        let body = format!(r#"{{"error_code":"{page}","error_msg":"{page}","request_id":"{page}"}}"#);
        let error = answer(400, &body).job(&QUESTION, "j1").unwrap_err();
        let service = &error.service;
        let total = error.message.len()
            + service.code.as_ref().map_or(0, String::len)
            + service.request_id.as_ref().map_or(0, String::len);
        assert!(total < 4000, "{total}");
        let error = answer(200, &format!(r#"{{"status":"{page}"}}"#)).job(&QUESTION, "j1").unwrap_err();
        assert!(error.message.len() < 1000, "{}", error.message.len());
    }
}
