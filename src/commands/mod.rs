//! One file a noun.
pub mod simulator;
