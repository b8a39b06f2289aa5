//! What a request is met with, before it has its request id.
//!
//! Pure. It must not know why: other modules decide, this one only gives each decision its form.

use serde_json::json;

use super::{
    fault::Fault,
    job::Job,
    message::{Reply, Response},
};

/// One of the things that can come back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Act {
    /// The job's state.
    Job(Job),
    /// A page of a list of jobs.
    Jobs(Vec<Job>),
    /// A document with status 200.
    Json(String),
    /// A login's answer: the token goes in a header.
    Login {
        /// The new token.
        token: String,
        /// What IAM says about it.
        body: String,
    },
    /// Plain text with status 200.
    Text(String),
    /// An error answer.
    Fault(Fault),
    /// A web page with status 200.
    Page,
    /// `{}` with status 200.
    Nothing,
    /// The connection is reset.
    Reset,
}

impl Act {
    /// What goes over the wire.
    pub(super) fn reply(self, request_id: &str) -> Reply {
        Reply::Response(match self {
            Self::Reset => return Reply::Reset,
            Self::Fault(fault) => fault.response(request_id),
            Self::Nothing => Response::json(200, request_id, "{}".to_owned()),
            Self::Page => Response::html(200, request_id, PAGE),
            // Text and numbers only: this cannot fail.
            Self::Job(job) => Response::json(200, request_id, serde_json::to_string(&job).unwrap_or_default()),
            Self::Jobs(jobs) => {
                let (id, jobs) = (json!(request_id), serde_json::to_string(&jobs).unwrap_or_default());
                Response::json(200, request_id, format!(r#"{{"request_id":{id},"jobs":{jobs}}}"#))
            }
            Self::Json(body) => Response::json(200, request_id, body),
            Self::Login { token, body } => {
                let mut response = Response::json(201, request_id, body);
                response.headers.push(("x-subject-token", token));
                response
            }
            Self::Text(text) => Response::text(200, request_id, text),
        })
    }
}

/// A captive portal's.
const PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Sign in to the network</title></head>\n\
    <body><h1>Welcome</h1><p>Please accept the terms of use to go online.</p></body></html>\n";
