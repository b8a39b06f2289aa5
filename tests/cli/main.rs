//! `cph` from outside.

#[path = "../common/mod.rs"]
mod common;

mod show;
