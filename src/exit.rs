//! The exit codes, the part of `cph` that scripts depend on.
//!
//! One source for the code, the help texts, the man pages and the README. Knows nothing of the crate.

/// How `cph` ends. Several jobs: the lowest non-zero number that applies ([`Exit::lowest`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    /// Every job succeeded; of other commands: done.
    Ok = 0,
    /// At least one job is known to have failed. Nothing else ever ends so.
    Failed = 1,
    /// The command line or the ids are wrong; nothing was sent.
    Usage = 2,
    /// Config, a credential's form, stdin or stdout: an error on this machine.
    Local = 3,
    /// No credentials, refused (401), forbidden (403).
    Auth = 4,
    /// The service knows no such job, or the request has no jobs.
    NotFound = 5,
    /// Network, TLS, timeout, throttling, a busy or broken service, after retries.
    Unreachable = 6,
    /// An answer without a usable status.
    BadAnswer = 7,
    /// At least one job is still running.
    Running = 8,
}

/// The table as help, man page and README show it.
pub const TABLE: &str = "\
Exit codes:
  0  ok           every job succeeded (show --exit-zero: every job was answered)
  1  failed       at least one job is known to have failed; nothing else exits 1
  2  usage        the command line or the ids are wrong; nothing was sent
  3  local        config, a credential's form, stdin or stdout, on this machine
  4  auth         no credentials, refused (401), forbidden (403)
  5  not found    the service knows no such job, or the request has no jobs
  6  unreachable  network, TLS, timeout, 429, 5xx, service busy, after retries
  7  bad answer   an answer without a usable status, or about another job
  8  running      at least one job is still running
A signal kills it as any program: 130 after SIGINT (Ctrl-C), 143 after SIGTERM.
Several jobs: the lowest non-zero number that applies. The output form never changes it.";

impl Exit {
    /// The number the shell sees.
    #[must_use]
    pub fn code(self) -> u8 {
        self as u8
    }

    /// The one code for many verdicts: the lowest that is not zero, zero where there is none.
    #[must_use]
    pub fn lowest(all: impl IntoIterator<Item = Self>) -> Self {
        all.into_iter().filter(|exit| *exit != Self::Ok).min().unwrap_or(Self::Ok)
    }
}

#[cfg(test)]
mod tests {
    use super::Exit::{self, *};

    #[test]
    fn the_lowest_non_zero_wins() {
        for (all, one) in [
            (vec![], Ok),
            (vec![Ok, Ok], Ok),
            (vec![Ok, Running], Running),
            (vec![Running, Failed, Auth], Failed),
            (vec![BadAnswer, NotFound, Ok], NotFound),
        ] {
            assert_eq!(Exit::lowest(all.clone()), one, "{all:?}");
        }
    }

    #[test]
    fn the_table_has_a_row_for_every_code() {
        for exit in [Ok, Failed, Usage, Local, Auth, NotFound, Unreachable, BadAnswer, Running] {
            assert!(super::TABLE.contains(&format!("\n  {}  ", exit.code())), "{exit:?}");
        }
    }
}
