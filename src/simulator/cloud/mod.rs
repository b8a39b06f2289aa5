//! The world as a value: state x request x now -> reply.
//!
//! Pure. It must not know sockets or read a clock. What it remembers is bounded, whatever is asked for: a number for
//! each row of the scenarios' table, a time for each timed id, and the newest tokens and requests.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    PROJECT_ID,
    auth::{self, Caller},
    fault::Fault,
    list, login,
    message::{Reply, Request},
    metadata::Metadata,
    projects,
    reply::Act,
    requests::Requests,
    restart,
    route::{Call, Route},
    scenario::{self, Scenario},
    timed::Timed,
    tokens::{Scope, Tokens},
};

/// One simulated Cloud Phone service, with the jobs of one project.
#[derive(Debug, Default)]
pub(crate) struct Cloud {
    answered: u64,
    looks: BTreeMap<&'static str, u32>,
    timed: Timed,
    requests: Requests,
    tokens: Tokens,
    metadata: Metadata,
    refused_once: Option<Caller>,
}

impl Cloud {
    /// Answers one request that arrived at `now`. Errors are answers, too.
    pub(crate) fn answer(&mut self, request: &Request, now: Timestamp) -> Reply {
        let request_id = self.next_request_id();
        self.act(request, now).unwrap_or_else(Act::Fault).reply(&request_id)
    }

    /// Answers a request whose body is larger than the server reads.
    pub(crate) fn answer_too_large(&mut self) -> Reply {
        let fault = Fault::gateway(413, "APIGW.0201", "Request entity too large");
        Act::Fault(fault).reply(&self.next_request_id())
    }

    fn act(&mut self, request: &Request, now: Timestamp) -> Result<Act, Fault> {
        auth::door(request)?;
        match Route::of(request).ok_or_else(Fault::no_such_api)? {
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
                auth::same_project(request, &project)?;
                if project != PROJECT_ID || matches!(caller, Caller::Token(_, Scope::Domain)) {
                    return Err(Fault::forbidden());
                }
                match call {
                    Call::ShowJob(job_id) => self.show_job(&job_id, caller, now),
                    Call::ListJobs => list::list(request, &self.requests, now),
                    Call::RestartPhones => restart::restart(request, &mut self.requests, now),
                }
            }
        }
    }

    fn show_job(&mut self, job_id: &str, caller: Caller, now: Timestamp) -> Result<Act, Fault> {
        if let Some(met) = self.timed.look(job_id, now) {
            return met.map(Act::Job);
        }
        if let Some(job) = self.requests.job(job_id, now) {
            return Ok(Act::Job(job));
        }
        let scenario = Scenario::of(job_id).ok_or_else(Fault::no_such_job)?;
        if job_id == scenario::REFUSED_ONCE {
            self.refuse_once(caller)?;
        }
        let looks = self.looks.entry(scenario.id).or_default();
        let act = scenario.act(*looks);
        *looks = looks.saturating_add(1);
        Ok(act)
    }

    /// The first credential that comes here is refused, now and later; any other is fine. A token from a login is
    /// ended everywhere, so that a client that keeps it has to log in again. The fixed credentials can't be had
    /// anew: they are refused here only, lest one try spoils the whole simulator.
    fn refuse_once(&mut self, caller: Caller) -> Result<(), Fault> {
        let refused = self.refused_once.get_or_insert_with(|| caller.clone());
        if *refused != caller {
            return Ok(());
        }
        match caller {
            Caller::Token(token, _) => {
                self.tokens.revoke(&token);
                Err(Fault::token_must_be_renewed())
            }
            Caller::Key(key) => Err(Fault::unauthenticated(format!("access key {key} is disabled"))),
        }
    }

    /// Counted, so that transcripts are the same each time; 32 hex digits as the service's.
    fn next_request_id(&mut self) -> String {
        self.answered = self.answered.saturating_add(1);
        format!("c10d{:028x}", self.answered)
    }
}

#[cfg(test)]
mod tests;
