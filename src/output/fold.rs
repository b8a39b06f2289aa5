//! PURE: which jobs a table lists where the window is too small for all of them: what a reader looks for stands last,
//! next to the prompt.

use crate::job::{Entry, Status};

/// Lines of a card with the empty line behind it; as columns a job has one line.
const CARD_LINES: usize = 9;

/// The jobs that are listed, and how many successes are not.
#[derive(Debug, PartialEq)]
pub(crate) struct Folded<'a> {
    pub entries: Vec<&'a Entry>,
    pub successes: usize,
}

/// All jobs in their order where they fit into `rows`; else those that did not succeed, failures last.
pub(crate) fn fold<'a>(entries: Vec<&'a Entry>, rows: Option<usize>, as_cards: bool) -> Folded<'a> {
    let named = usize::from(entries.iter().any(|entry| entry.job.phone_name.is_some()));
    let lines = entries.len().saturating_mul(if as_cards { CARD_LINES + named } else { 1 });
    if entries.len() < 2 || rows.is_none_or(|rows| lines <= rows) {
        return Folded { entries, successes: 0 };
    }
    let all = entries.len();
    let mut rest: Vec<&Entry> = entries.into_iter().filter(|entry| entry.job.status != Status::Success).collect();
    rest.sort_by_key(|entry| match entry.job.status {
        Status::Success => 0,
        Status::Running => 1,
        Status::Unknown => 2,
        Status::Failure => 3,
    });
    Folded { successes: all - rest.len(), entries: rest }
}

impl Folded<'_> {
    /// `249 success, not listed: --only success lists them`.
    pub(crate) fn line(&self) -> Option<String> {
        let word = Status::Success.word();
        let line = || format!("{} {word}, not listed: --only {word} lists them", self.successes);
        (self.successes > 0).then(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::Job;

    fn entry(id: &str, status: Status) -> Entry {
        Entry::refused(Job { job_id: Some(id.to_owned()), status, ..Job::default() })
    }

    #[test]
    fn what_does_not_fit_is_folded_and_failures_stand_last() {
        let all = [
            entry("f1", Status::Failure),
            entry("s1", Status::Success),
            entry("r1", Status::Running),
            entry("u1", Status::Unknown),
            entry("f2", Status::Failure),
            entry("s2", Status::Success),
        ];
        let listed = |rows, as_cards| {
            let folded = fold(all.iter().collect(), rows, as_cards);
            let ids: Vec<&str> = folded.entries.iter().filter_map(|entry| entry.job.job_id.as_deref()).collect();
            (ids.join(" "), folded.line())
        };
        let as_asked = ("f1 s1 r1 u1 f2 s2".to_owned(), None);
        assert_eq!(listed(None, false), as_asked);
        assert_eq!(listed(Some(6), false), as_asked);
        let folded = ("r1 u1 f1 f2".to_owned(), Some("2 success, not listed: --only success lists them".to_owned()));
        assert_eq!(listed(Some(5), false), folded);
        assert_eq!(listed(Some(53), true), folded);
        assert_eq!(listed(Some(54), true), as_asked);
    }
}
