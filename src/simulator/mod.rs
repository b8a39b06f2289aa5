//! A Cloud Phone service on this machine, to try scripts and `cph` itself against without an account; with the IAM
//! and the ECS metadata service that credentials come from, all at one address.
//!
//! It must not know the client: a misreading shared by both sides would cancel out, so it has its own wire
//! types and takes nothing from the crate but `api::sign`. [`Cloud`] is pure, the world as a value; [`start`]
//! puts it behind a socket. The id of a job says what happens to it (`scenario`, `timed`), that of a request which
//! jobs it has (`requests`); RestartCloudPhone starts new ones.

mod auth;
mod bounded_map;
mod cloud;
mod connection;
mod fault;
mod job;
mod list;
mod login;
mod message;
mod metadata;
mod projects;
mod reply;
mod requests;
mod restart;
mod route;
mod scenario;
mod serve;
mod signature;
mod timed;
mod tokens;

pub use serve::{NotLoopback, Server, start};

/// The access key that is known here. Made up, as all of these: none opens anything anywhere.
pub const ACCESS_KEY: &str = "SIMULATORACCESSKEY01";

/// The secret key of [`ACCESS_KEY`].
pub const SECRET_KEY: &str = "simulator/secret+key/0123456789abcdefghij";

/// The access key that the metadata service gives out; it goes with [`SECURITY_TOKEN`].
pub const TEMPORARY_ACCESS_KEY: &str = "SIMULATORTEMPORARY01";

/// The secret key of [`TEMPORARY_ACCESS_KEY`].
pub const TEMPORARY_SECRET_KEY: &str = "simulator/temporary+key/0123456789abcdef";

/// Without it [`TEMPORARY_ACCESS_KEY`] opens nothing.
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

/// A token for [`PROJECT_ID`] that is there without a login; it never expires and can't be renewed.
pub const TOKEN: &str = "SIMULATOR-TOKEN-not-a-secret-0123456789";

/// The project in which all jobs are.
pub const PROJECT_ID: &str = "00000000000000000000000000c10d01";

/// The name of the region, which is in no URL, and of the project in it.
pub const REGION: &str = "simulator-1";
