//! The built binary as its users see it: stdout, stderr and exit code in a cleared environment.
//!
//! One test program for all of it, since most of these tests wait for something: they wait at the same time. Tests begin
//! in the order of their names: those that wait longest come first.

// A test fails by panicking, in its helpers, too. A test program is nobody's library.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::print_stdout, clippy::print_stderr, missing_docs, unreachable_pub)]

#[path = "../common/mod.rs"]
mod common;

mod all_exit_codes;
mod at_time_limits;
mod broken_services;
mod cli;
#[cfg(unix)]
mod credentials;
