//! The whole simulated service as a value: state x request x now -> response.
//!
//! PURE. It must not know sockets or read a clock. Its memory is bounded: a number for each row of the scenarios'
//! table, a time for each timed id, and the newest tokens and requests.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    PROJECT_ID,
    auth::{self, Caller},
    error_response::ErrorResponse,
    http::{IncomingRequest, OutgoingResponse},
    job_requests::JobRequests,
    list_jobs, list_phones, login,
    metadata::MetadataService,
    projects,
    reply::Reply,
    route::{CphCall, Route},
    scenario::{self, Scenario},
    start_jobs,
    timed_jobs::TimedJobs,
    tokens::{Scope, Tokens},
};

/// One simulated Cloud Phone service, with the jobs of one project.
#[derive(Debug, Default)]
pub(crate) struct Cloud {
    answered: u64,
    calls: BTreeMap<&'static str, u32>,
    timed: TimedJobs,
    requests: JobRequests,
    tokens: Tokens,
    metadata: MetadataService,
    refused_once: Option<Caller>,
}

impl Cloud {
    /// Errors are responses, too; `None`: reset the connection.
    pub(crate) fn answer(&mut self, request: &IncomingRequest, now: Timestamp) -> Option<OutgoingResponse> {
        let request_id = self.next_request_id();
        self.reply(request, now).unwrap_or_else(Reply::Error).response(&request_id)
    }

    /// For a request whose body is larger than the server reads.
    pub(crate) fn answer_too_large(&mut self) -> Option<OutgoingResponse> {
        let error = ErrorResponse::gateway(413, "APIGW.0201", "Request entity too large");
        Reply::Error(error).response(&self.next_request_id())
    }

    fn reply(&mut self, request: &IncomingRequest, now: Timestamp) -> Result<Reply, ErrorResponse> {
        auth::check_host_and_headers(request)?;
        match Route::of(request).ok_or_else(ErrorResponse::no_such_api)? {
            Route::Login => login::login(request, &mut self.tokens, now),
            Route::TokenCheck => {
                auth::identify_for_iam(request, &self.tokens, now)?;
                login::describe(request, &self.tokens, now)
            }
            Route::Projects => {
                auth::identify_for_iam(request, &self.tokens, now)?;
                Ok(projects::list(request))
            }
            Route::MetadataToken => self.metadata.token(request, now),
            Route::SecurityKey => self.metadata.security_key(request, now),
            Route::Cph { project, call } => {
                let caller = auth::identify(request, &self.tokens, now)?;
                auth::check_project(request, &project)?;
                if project != PROJECT_ID || matches!(caller, Caller::Token(_, Scope::Domain)) {
                    return Err(ErrorResponse::forbidden());
                }
                match call {
                    CphCall::ShowJob(job_id) => self.show_job(&job_id, caller, now),
                    CphCall::ListJobs => list_jobs::list_jobs(request, &mut self.requests, now),
                    CphCall::ListPhones => list_phones::list_phones(request, self.requests.phones()),
                    CphCall::Start(call, server_id) => {
                        start_jobs::start_jobs(call, server_id.as_deref(), request, &mut self.requests, now)
                    }
                }
            }
        }
    }

    fn show_job(&mut self, job_id: &str, caller: Caller, now: Timestamp) -> Result<Reply, ErrorResponse> {
        if let Some(found) = self.timed.show(job_id, now) {
            return found.map(Reply::Job);
        }
        if let Some(job) = self.requests.job(job_id, now) {
            return Ok(Reply::Job(job));
        }
        let scenario = Scenario::of(job_id).ok_or_else(ErrorResponse::no_such_job)?;
        if job_id == scenario::REFUSED_ONCE {
            self.refuse_once(caller)?;
        }
        let calls = self.calls.entry(scenario.id).or_default();
        let reply = scenario.reply(*calls);
        *calls = calls.saturating_add(1);
        Ok(reply)
    }

    /// The first credential that is used for this job is refused, now and later; any other is accepted. A token from
    /// a login is revoked everywhere, so that a client that cached it has to log in again. The fixed credentials can't
    /// be replaced: they are refused for this job only, or one call would make the whole simulator unusable.
    fn refuse_once(&mut self, caller: Caller) -> Result<(), ErrorResponse> {
        let refused = self.refused_once.get_or_insert_with(|| caller.clone());
        if *refused != caller {
            return Ok(());
        }
        match caller {
            Caller::Token(token, _) => {
                self.tokens.revoke(&token);
                Err(ErrorResponse::token_must_be_renewed())
            }
            Caller::Key(key) => Err(ErrorResponse::unauthenticated(format!("access key {key} is disabled"))),
        }
    }

    /// Numbered, so that transcripts are the same each time; 32 hex digits like the service's.
    fn next_request_id(&mut self) -> String {
        self.answered = self.answered.saturating_add(1);
        format!("c10d{:028x}", self.answered)
    }
}

#[cfg(test)]
mod tests;
