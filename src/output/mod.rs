//! From the results of a run to bytes. Knows neither the service nor the command line nor the settings.

mod columns;
pub(crate) mod fields;
pub(crate) mod json;
pub(crate) mod progress;
pub(crate) mod stdio;
pub(crate) mod table;
pub mod text;

use std::sync::Arc;

use crate::error::Error;
use crate::exit::Exit;
use crate::job::{Entry, Status};

/// The results of a run about jobs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Report<'a> {
    /// An entry for each job, in the order asked.
    pub entries: &'a [Entry],
    /// Errors that are no job's own: before the first was asked, or with a whole request.
    pub errors: &'a [Arc<Error>],
    pub verdict: Exit,
    /// How the process ends: the verdict, unless `--exit-zero` changes it.
    pub exit: Exit,
}

impl Report<'_> {
    /// `3 jobs: 2 success, 1 failure`; `None` for a single job.
    pub(crate) fn summary(&self) -> Option<String> {
        if self.entries.len() < 2 {
            return None;
        }
        let count = |status: Status| self.entries.iter().filter(|entry| entry.job.status == status).count();
        let all = [Status::Success, Status::Failure, Status::Running, Status::Unknown];
        let counts = all.map(|status| (count(status), status.word()));
        let counts: Vec<_> = counts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
        Some(format!("{} jobs: {}", self.entries.len(), counts.join(", ")))
    }
}
