//! PURE: all jobs of a run as one bar in the colours of their states.

use crate::job::{Counts, Status};
use crate::output::cells::paint;

/// Cells of the bar; a narrow window has less.
const LONGEST: usize = 40;
/// A bar with fewer cells says nothing.
const SHORTEST: usize = 8;
const ENDED: &str = "━";
const OPEN: &str = "─";

/// The bar for so many cells, and how many it has; `None` where there is no room, or nothing to count.
pub(super) fn bar(counts: Counts, room: usize, color: bool) -> Option<(String, usize)> {
    let cells = room.min(LONGEST);
    if cells < SHORTEST || counts.jobs() < 2 {
        return None;
    }
    let success = share(counts.success, counts.jobs(), cells);
    // One failure among thousands is still seen.
    let failure = share(counts.failure, counts.jobs(), cells).max(usize::from(counts.failure > 0)).min(cells);
    let success = success.min(cells - failure);
    let open = cells - success - failure;
    let unknown = share(counts.unknown, counts.jobs(), cells).min(open);
    let part = |status, sign: &str, cells: usize| paint(status, &sign.repeat(cells), color);
    let bar = [
        part(Status::Success, ENDED, success),
        part(Status::Failure, ENDED, failure),
        part(Status::Running, OPEN, open - unknown),
        part(Status::Unknown, OPEN, unknown),
    ];
    Some((bar.concat(), cells))
}

/// Rounded down: the bar is full when all jobs have ended, and not before.
fn share(part: usize, all: usize, cells: usize) -> usize {
    part.saturating_mul(cells) / all.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(success: usize, failure: usize, jobs: usize) -> Counts {
        Counts { success, failure, running: jobs - success - failure, unknown: 0 }
    }

    #[test]
    fn a_bar_has_the_cells_it_may_have() {
        for (success, failure, jobs, room, expected) in [
            (0, 0, 2, 10, Some("──────────")),
            (1, 0, 2, 10, Some("━━━━━─────")),
            (1, 1, 2, 10, Some("━━━━━━━━━━")),
            (9_999, 0, 10_000, 10, Some("━━━━━━━━━─")),
            (9_999, 1, 10_000, 10, Some("━━━━━━━━━━")),
            (0, 1, 10_000, 10, Some("━─────────")),
            (1, 0, 2, 7, None),
            (1, 0, 1, 10, None),
        ] {
            let bar = bar(counts(success, failure, jobs), room, false);
            assert_eq!(bar.as_ref().map(|(bar, _)| bar.as_str()), expected, "{success} {failure} {jobs}");
        }
        assert_eq!(bar(counts(1, 0, 2), 500, false).unwrap().1, LONGEST);
    }

    #[test]
    fn each_state_has_its_colour() {
        let (shown, cells) = bar(counts(4, 1, 10), 10, true).unwrap();
        assert_eq!(
            (shown.as_str(), cells),
            ("\u{1b}[32m━━━━\u{1b}[0m\u{1b}[31m━\u{1b}[0m\u{1b}[36m─────\u{1b}[0m", 10)
        );
        let (shown, _) = bar(Counts { unknown: 5, ..counts(4, 1, 5) }, 10, true).unwrap();
        assert!(shown.ends_with("\u{1b}[38;5;136m─────\u{1b}[0m"), "{shown:?}");
    }
}
