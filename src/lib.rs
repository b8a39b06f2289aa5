//! cph
pub mod api;
pub mod catalog;
pub mod commands;
pub mod simulator;
