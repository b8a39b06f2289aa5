//! The service as `cph` speaks to it: questions in, jobs and troubles out. Sees neither the command line nor
//! the settings nor the output.
//!
//! `fleet` asks many times through `client`, which puts a credential (`auth`, `sign`) on each request, hands it
//! to `transport` (`tls`), reads the `answer` (`wire`) and asks `retry` what to do when there was none.

pub mod answer;
pub mod auth;
pub mod client;
pub mod fleet;
pub mod log;
pub mod retry;
pub mod sign;
pub mod tls;
pub mod transport;
pub mod wire;
