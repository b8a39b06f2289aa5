//! The service as `cph` speaks to it: questions in, jobs and troubles out. Sees neither the command line nor
//! the settings nor the output.
//!
//! `fleet` asks many times through `client`; `list` asks for all jobs of a request, a page at a time. Every call goes through a `service`, which puts a credential (`auth`,
//! `sign`) on the request, hands it to `transport` (`tls`), lets the caller read the `answer` (`wire`), asks `retry`
//! what to do when there was none and `refusal` what a refused signature tells.

pub mod answer;
pub mod auth;
pub mod client;
mod complaint;
pub mod fleet;
pub mod iam;
pub mod list;
pub mod log;
pub mod metadata;
mod page;
pub mod refusal;
pub mod retry;
pub mod service;
pub mod sign;
pub mod tls;
pub mod transport;
pub mod wire;
