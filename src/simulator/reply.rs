//! What a request is answered with, before the answer has its request id.
//!
//! PURE. It must not know why: other modules decide, this one only gives each decision its form.

use serde_json::json;

use super::{error_response::ErrorResponse, http::OutgoingResponse, job::SimulatedJob, phone::SimulatedPhone};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reply {
    Job(SimulatedJob),
    /// A page of a list of jobs.
    Jobs(Vec<SimulatedJob>),
    /// A page of the list of phones, and how many there are in all.
    Phones {
        count: usize,
        phones: Vec<SimulatedPhone>,
    },
    /// A document with status 200.
    Json(String),
    /// A login's response: the new token goes in a header.
    Login {
        token: String,
        body: String,
    },
    /// Plain text with status 200.
    Text(String),
    Error(ErrorResponse),
    /// A web page with status 200.
    WebPage,
    /// `{}` with status 200.
    EmptyObject,
    /// The connection is reset.
    Reset,
}

impl Reply {
    /// What goes over the wire; `None`: the connection is reset, and not one byte comes back.
    pub(super) fn response(self, request_id: &str) -> Option<OutgoingResponse> {
        Some(match self {
            Self::Reset => return None,
            Self::Error(error) => error.response(request_id),
            Self::EmptyObject => OutgoingResponse::json(200, request_id, "{}".to_owned()),
            Self::WebPage => OutgoingResponse::html(200, request_id, LOGIN_PAGE),
            // Text and numbers only: this cannot fail.
            Self::Job(job) => OutgoingResponse::json(200, request_id, serde_json::to_string(&job).unwrap_or_default()),
            Self::Jobs(jobs) => {
                let (id, jobs) = (json!(request_id), serde_json::to_string(&jobs).unwrap_or_default());
                OutgoingResponse::json(200, request_id, format!(r#"{{"request_id":{id},"jobs":{jobs}}}"#))
            }
            Self::Phones { count, phones } => {
                let (id, phones) = (json!(request_id), serde_json::to_string(&phones).unwrap_or_default());
                let body = format!(r#"{{"request_id":{id},"count":{count},"phones":{phones}}}"#);
                OutgoingResponse::json(200, request_id, body)
            }
            Self::Json(body) => OutgoingResponse::json(200, request_id, body),
            Self::Login { token, body } => {
                let mut response = OutgoingResponse::json(201, request_id, body);
                response.headers.push(("x-subject-token", token));
                response
            }
            Self::Text(text) => OutgoingResponse::text(200, request_id, text),
        })
    }
}

/// As a captive portal puts one in place of any answer.
const LOGIN_PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Sign in to the network</title></head>\n\
    <body><h1>Welcome</h1><p>Please accept the terms of use to go online.</p></body></html>\n";
