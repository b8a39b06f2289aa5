//! The service as `cph` speaks to it: questions in, observations of jobs and errors out. Sees neither the command line
//! nor the settings nor the output.
//!
//! `client` asks about one job, `list` for a page of a request's jobs, each in one attempt: retries of jobs are `poll`'s.
//! Every call goes through a `service`, which puts a `credential` on the `request` (`sign`), hands it to
//! `transport` (`tls`; `connection_error` and `tls_error` tell what kept an answer from coming), and lets the caller read the
//! `response` (`wire`). `retry` serves the calls that are no look at a job; `refusal` reads what a refused signature tells;
//! `secrets` keeps what no text may repeat.

mod classify;
pub(crate) mod client;
mod connection_error;
pub(crate) mod credential;
pub(crate) mod iam;
pub(crate) mod list;
pub(crate) mod log;
pub(crate) mod metadata;
mod request;
pub(crate) mod response;
pub(crate) mod retry;
pub(crate) mod secrets;
pub(crate) mod service;
pub mod sign;
pub(crate) mod signature_error;
pub(crate) mod tls;
mod tls_error;
pub(crate) mod transport;
pub(crate) mod wire;
