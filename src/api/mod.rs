//! The service as `cph` speaks to it: questions in, observations of jobs and errors out. Sees neither the command line
//! nor the settings nor the output.
//!
//! `client` asks about one job, `list` for a page of a request's jobs, each in one attempt: retries of jobs are `poll`'s.
//! Every call goes through a `service`, which puts a credential (`auth`, `sign`) on the request, hands it to
//! `transport` (`tls`; `obstacle` and `handshake` tell what kept an answer from coming), and lets the caller read the
//! `answer` (`wire`). `retry` serves the calls that are no look at a job; `refusal` reads what a refused signature tells;
//! `secrets` keeps what no text may repeat.

pub mod answer;
pub mod auth;
mod call;
pub mod client;
mod complaint;
mod handshake;
pub mod iam;
pub mod list;
pub mod log;
pub mod metadata;
mod obstacle;
mod page;
pub mod refusal;
mod request_id;
pub mod retry;
pub mod secrets;
pub mod service;
pub mod sign;
pub mod tls;
pub mod transport;
pub mod wire;
