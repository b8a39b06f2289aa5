//! The built binary in a cleared environment, mostly against the simulator: one file for each command, one for each
//! kind of input or output. Transcripts show stdout, stderr and exit code in one block.

mod batch;
mod chinese;
mod config;
mod credentials;
mod explain;
mod hostile_text;
mod job_ids;
mod jsonl;
#[cfg(unix)]
mod jsonl_killed;
mod junit;
#[cfg(unix)]
mod junit_on_unix;
mod names;
mod only;
#[cfg(unix)]
mod resource_limits;
mod secrets;
pub mod show;
mod simulator;
mod stdin_documents;
#[cfg(unix)]
mod streams;
mod tables;
mod usage;
mod wait;
