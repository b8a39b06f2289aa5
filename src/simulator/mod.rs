//! A Cloud Phone service on this machine, to try scripts and `cph` itself against without an account.
//!
//! It must not know the client: a misreading shared by both sides would cancel out, so it has its own wire
//! types and takes nothing from the crate but `api::sign`. [`Cloud`] is pure, the world as a value; [`start`]
//! puts it behind a socket. The id of a job says what happens to it (`scenario`).

mod cloud;
mod connection;
mod fault;
mod gate;
mod message;
mod scenario;
mod serve;
mod signature;

pub use cloud::Cloud;
pub use message::{Reply, Request, Response};
pub use serve::{NotLoopback, Server, start};

/// The only access key that is known here. Made up, as all of these: none opens anything anywhere.
pub const ACCESS_KEY: &str = "SIMULATORACCESSKEY01";

/// The secret key of [`ACCESS_KEY`].
pub const SECRET_KEY: &str = "simulator/secret+key/0123456789abcdefghij";

/// The only token that is known here; it never expires.
pub const TOKEN: &str = "SIMULATOR-TOKEN-not-a-secret-0123456789";

/// The only project, in which all jobs are.
pub const PROJECT_ID: &str = "00000000000000000000000000c10d01";

/// The name of the region, which is in no URL.
pub const REGION: &str = "simulator-1";
