//! cph
pub mod api;
pub mod commands;
pub mod simulator;
