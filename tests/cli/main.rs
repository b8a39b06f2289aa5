//! `cph` from outside.

// A test fails by panicking, in its helpers, too.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

#[path = "../common/mod.rs"]
mod common;

mod config;
mod credentials;
mod explain;
mod hostile;
mod ids;
#[cfg(unix)]
mod machine;
mod only;
mod secrets;
mod show;
mod simulator;
mod stdin;
#[cfg(unix)]
mod streams;
mod tables;
mod usage;
mod wait;
