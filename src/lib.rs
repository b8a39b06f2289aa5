//! cph
pub mod api;
