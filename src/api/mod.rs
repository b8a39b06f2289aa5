//! The client of the service: requests go out, observations of jobs or errors come back. It must not know the command
//! line, the settings or the output.
//!
//! `client` asks about one job, `list` for a page of a request's jobs and `phones` for a page of phones, each in one
//! attempt: `poll` decides about retries of them. A `service` puts a `credential` on the `request` (`sign`), gives it
//! to the `transport` (`tls`, `connection_limit`), and lets the caller read the `response` of its `peer` (`wire`,
//! `classify`); `connection_error` and `tls_error` explain why none came, `signature_error` why a signature was refused.
//! `retry` is for logins and look-ups. No text may repeat `sent_secrets`.

mod classify;
pub(crate) mod client;
mod connection_error;
mod connection_limit;
pub(crate) mod credential;
pub(crate) mod iam;
pub(crate) mod list;
pub(crate) mod log;
pub(crate) mod metadata;
pub(crate) mod peer;
mod pem;
mod phones;
mod request;
pub(crate) mod response;
pub(crate) mod retry;
pub(crate) mod sent_secrets;
pub(crate) mod service;
pub mod sign;
pub(crate) mod signature_error;
pub(crate) mod tls;
mod tls_error;
pub(crate) mod transport;
pub(crate) mod wire;
