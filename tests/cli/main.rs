//! `cph` from outside.

#[path = "../common/mod.rs"]
mod common;

mod config;
mod credentials;
mod explain;
mod ids;
mod recorder;
mod secrets;
mod show;
mod simulator;
#[cfg(unix)]
mod streams;
mod tables;
mod usage;
