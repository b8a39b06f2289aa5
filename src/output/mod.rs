//! From the results of a run to bytes. Knows neither the service nor the command line nor the settings.

pub(crate) mod cells;
mod columns;
pub(crate) mod failures;
pub(crate) mod fields;
pub(crate) mod fold;
mod inert_json;
pub(crate) mod json;
mod jsonl;
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
use crate::job::{Entry, Status};

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
        entries.iter().filter(move |entry| only.is_empty() || only.contains(&entry.job.status))
    }

    /// How many jobs have that status.
    pub(crate) fn count(&self, status: Status) -> usize {
        self.entries.iter().filter(|entry| entry.job.status == status).count()
    }

    /// `3 jobs: 2 success, 1 failure (took 2m 5s)`; `None` for a single job.
    #[must_use]
    pub(crate) fn summary(&self) -> Option<String> {
        if self.entries.len() < 2 {
            return None;
        }
        let all = [Status::Success, Status::Failure, Status::Running, Status::Unknown];
        let counts = all.map(|status| (self.count(status), status.word()));
        let counts: Vec<_> = counts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
        let took = self
            .took
            .map(|took| format!(" (took {})", text::duration(i64::try_from(took.as_secs()).unwrap_or(i64::MAX))))
            .unwrap_or_default();
        Some(format!("{} jobs: {}{took}", self.entries.len(), counts.join(", ")))
    }
}
