//! From the results of a run to bytes. Knows neither the service nor the command line nor the settings.

pub(crate) mod cells;
mod columns;
pub(crate) mod failures;
pub(crate) mod fields;
pub(crate) mod fold;
pub(crate) mod help_colors;
mod inert_json;
pub(crate) mod json;
pub(crate) mod jsonl;
pub(crate) mod junit;
pub(crate) mod progress;
pub(crate) mod stdio;
pub(crate) mod stream;
pub(crate) mod table;
pub mod text;

use std::sync::Arc;
use std::time::Duration;

use crate::error::Error;
use crate::exit::Exit;
use crate::job::{Counts, Entry, Status};

/// The results of a run about jobs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Report<'a> {
    /// An entry for each job, in the order asked.
    pub entries: &'a [Entry],
    /// The statuses that are listed; empty: all.
    pub only: &'a [Status],
    /// Errors that are no job's own: before the first was asked, or with a whole request.
    pub errors: &'a [Arc<Error>],
    pub verdict: Exit,
    /// How the process ends: the verdict, unless `--exit-zero` changes it.
    pub exit: Exit,
    /// How long a wait took.
    pub took: Option<Duration>,
}

impl<'a> Report<'a> {
    /// The jobs that are listed, in the order asked. Counts, summary and exit code are about all of them.
    pub(crate) fn listed(&self) -> impl Iterator<Item = &'a Entry> {
        let Self { entries, only, .. } = *self;
        entries.iter().filter(move |entry| is_listed(only, entry))
    }

    /// All jobs by their status, whatever is listed.
    pub(crate) fn counts(&self) -> Counts {
        Counts::of(self.entries.iter().map(|entry| entry.job.status))
    }

    /// `3 jobs: 2 success, 1 failure (took 2m 5s)`; `None` for a single job.
    #[must_use]
    pub(crate) fn summary(&self) -> Option<String> {
        if self.entries.len() < 2 {
            return None;
        }
        let took = self.took.map(|took| format!(" (took {})", text::elapsed(took))).unwrap_or_default();
        Some(format!("{}{took}", self.counts().line()))
    }
}

/// Whether a job is listed where `only` these statuses are; empty: all.
fn is_listed(only: &[Status], entry: &Entry) -> bool {
    only.is_empty() || only.contains(&entry.job.status)
}
