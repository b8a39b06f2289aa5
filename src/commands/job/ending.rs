//! What a wait says when it ends otherwise than with a verdict on all jobs: the last that is known, how old that is,
//! and the command to go on with.

use crate::cli;
use crate::context::Context;
use crate::exit::Exit;
use crate::job::{Entry, Status};
use crate::output::text::{cut, duration, inert, span};

/// So many jobs are told one by one; the answer on stdout has them all.
const MOST: usize = 5;
/// Ids from stdin are gone; so many stand in the command in their place.
const MOST_IDS: usize = 10;

/// The lines, inert; none for an end that needs no going on.
pub(super) fn lines(
    context: &Context,
    typed: &cli::Wait,
    entries: &[Entry],
    verdict: Exit,
    timed_out: bool,
) -> Vec<String> {
    if verdict == Exit::Ok || (verdict == Exit::Failed && !timed_out) {
        return Vec::new();
    }
    let mut lines = Vec::new();
    if let Some(limit) = typed.timeout.0.filter(|_| timed_out) {
        lines.push(format!("cph: stopped waiting after {} (--timeout)", span(limit)));
    }
    let open: Vec<&Entry> = entries.iter().filter(|entry| is_open(entry)).collect();
    lines.extend(open.iter().take(MOST).map(|entry| last_known(context, entry)));
    if let Some(more) = open.len().checked_sub(MOST).filter(|more| *more > 0) {
        lines.push(format!("last known: {more} more jobs have not ended; -o json has them all"));
    }
    lines.push(format!("hint: to go on: {}", command(context, typed, &open)));
    lines
}

fn is_open(entry: &Entry) -> bool {
    matches!(entry.job.status, Status::Running | Status::Unknown)
}

fn last_known(context: &Context, entry: &Entry) -> String {
    let id = inert(entry.job.job_id.as_deref().unwrap_or("-"));
    let seen = entry.observed_at.map(|at| (context.now)().as_second() - at.as_second());
    match (entry.job.status, seen) {
        (Status::Unknown, None) => format!("last known: job {id}: never answered"),
        (status, seen) => {
            let code = entry.job.status_code.filter(|_| status == Status::Unknown);
            let code = code.map(|code| format!(" (status {code})")).unwrap_or_default();
            let age = duration(seen.unwrap_or_default().max(0));
            format!("last known: job {id}: {}{code}, seen {age} ago", status.word())
        }
    }
}

/// The command as it was typed; ids that came through stdin are named, where they are few.
fn command(context: &Context, typed: &cli::Wait, open: &[&Entry]) -> String {
    let words = context.args.iter().map(|word| word.to_string_lossy());
    let from_stdin = typed.jobs.ids.first().is_some_and(|id| id == "-");
    let named = from_stdin && open.len() <= MOST_IDS;
    let ids = || open.iter().filter_map(|entry| entry.job.job_id.as_deref()).map(quoted);
    let word = |word: std::borrow::Cow<'_, str>| match word.as_ref() {
        "-" if named => ids().collect::<Vec<_>>().join(" "),
        word => quoted(word),
    };
    let command = words.map(word).collect::<Vec<_>>().join(" ");
    let note = if from_stdin && !named { "  (with the same ids on stdin)" } else { "" };
    format!("{}{note}", cut(&command, None))
}

/// A word as a POSIX shell reads it back.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:=,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn words_for_a_shell() {
        for (word, shown) in [
            ("sim-ok", "sim-ok"),
            ("--timeout=3s", "--timeout=3s"),
            ("/usr/bin/cph", "/usr/bin/cph"),
            ("", "''"),
            ("a b", "'a b'"),
            ("$(x)", "'$(x)'"),
            ("it's", r"'it'\''s'"),
            ("~", "'~'"),
        ] {
            assert_eq!(quoted(word), shown);
        }
    }
}
