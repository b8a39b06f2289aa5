//! The service as `cph` speaks to it. Sees neither the command line nor the output.
pub mod sign;
