//! A Cloud Phone service on this machine, to try scripts and `cph` itself against without an account; with the IAM
//! and the ECS metadata service that credentials come from, all at one address.
//!
//! It must not know the client: a misreading shared by both sides would cancel out, so it has its own wire
//! types and takes nothing from the crate but `api::sign`. `Cloud` is pure: all state in one value; [`start`]
//! puts it behind a socket. The id of a job says what happens to it (`scenario`, `timed_jobs`), that of a request which
//! jobs it has (`request_scenario`); the calls of one table start new ones (`start_calls`).

mod auth;
mod bounded_map;
pub(crate) mod cloud;
mod connection;
mod error_response;
pub(crate) mod http;
mod job;
mod job_requests;
mod list_jobs;
mod list_phones;
mod login;
mod metadata;
mod phone;
mod projects;
mod reply;
mod request_scenario;
mod route;
mod scenario;
mod server;
mod signature;
mod start_calls;
mod start_jobs;
mod timed_jobs;
mod tokens;

pub use server::{NotLoopback, Server, start};

/// The access key that is known here. Made up, as all of these: none works anywhere else.
pub const ACCESS_KEY: &str = "SIMULATORACCESSKEY01";

/// The secret key of [`ACCESS_KEY`].
pub const SECRET_KEY: &str = "simulator/secret+key/0123456789abcdefghij";

/// The access key that the metadata service issues; it needs [`SECURITY_TOKEN`].
pub const TEMPORARY_ACCESS_KEY: &str = "SIMULATORTEMPORARY01";

/// The secret key of [`TEMPORARY_ACCESS_KEY`].
pub const TEMPORARY_SECRET_KEY: &str = "simulator/temporary+key/0123456789abcdef";

/// Sent with each request that is signed with [`TEMPORARY_ACCESS_KEY`].
pub const SECURITY_TOKEN: &str = "SIMULATOR-SECURITY-TOKEN-not-a-secret-0123456789";

/// The only user who can log in.
pub const USER_NAME: &str = "simulator";

/// The id of [`USER_NAME`].
pub const USER_ID: &str = "00000000000000000000000000c10da1";

/// The password of [`USER_NAME`].
pub const PASSWORD: &str = "Simulator-Password-not-a-secret";

/// The account that [`USER_NAME`] and all projects belong to.
pub const DOMAIN_NAME: &str = "simulator-account";

/// The id of [`DOMAIN_NAME`].
pub const DOMAIN_ID: &str = "00000000000000000000000000c10dd1";

/// A token for [`PROJECT_ID`] that needs no login; it never expires and can't be renewed.
pub const TOKEN: &str = "SIMULATOR-TOKEN-not-a-secret-0123456789";

/// The project in which all jobs are.
pub const PROJECT_ID: &str = "00000000000000000000000000c10d01";

/// The name of the region, which is in no URL, and of the project in it.
pub const REGION: &str = "simulator-1";
