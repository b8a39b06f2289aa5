//! The engine against a random service, judged by an oracle that was written from the contract.
//!
//! `MODEL_FLEETS=n` runs so many fleets, `MODEL_SEED=n` one, with all that was asked and answered.

// A test fails by panicking, in its helpers, too.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod driver;
mod ending;
mod facts;
mod lists;
mod liveness;
mod oracle;
mod polite;
mod scenario;
mod world;

use std::fmt::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use driver::{Run, drive};
use facts::Facts;
use scenario::Scenario;

/// Fleets of a usual run; the first has this seed.
const FLEETS: u64 = 400;
const FIRST: u64 = 1;
/// Failing fleets that are told.
const TOLD: usize = 3;

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is no number: {text}")))
}

fn judge(scenario: &Scenario, run: &Run) -> Vec<String> {
    let facts = Facts::gather(scenario, run);
    let mut wrong = oracle::complaints(&facts);
    wrong.extend(polite::complaints(&facts));
    wrong.extend(ending::complaints(&facts));
    wrong.extend(liveness::complaints(&facts));
    wrong
}

fn story(run: &Run) -> String {
    let mut text = String::new();
    for (at, sent) in run.sent.iter().enumerate() {
        let _ = writeln!(text, "{at}: {:?} {:?}, of use until {:?}", sent.at, sent.ask, sent.until);
        let _ = match &sent.told {
            Some(told) => writeln!(text, "    {:?} {:?}", told.at, told.said),
            None => writeln!(text, "    no answer"),
        };
    }
    for entry in &run.outcome.entries {
        let error = entry.error.as_ref().map(|error| error.text());
        let _ = writeln!(text, "{:?} {:?} {:?} {error:?}", entry.job.job_id, entry.job.status, entry.exit);
    }
    for error in &run.outcome.errors {
        let _ = writeln!(text, "{:?} {}", error.kind, error.text());
    }
    text
}

/// What is wrong with this fleet, where something is.
fn fleet(seed: u64, whole: bool) -> Option<String> {
    let scenario = Scenario::draw(seed);
    let run = drive(&scenario, seed);
    let wrong = judge(&scenario, &run);
    if wrong.is_empty() && !whole {
        return None;
    }
    let mut told = format!("{scenario:#?}\n");
    if whole {
        told.push_str(&story(&run));
    }
    let _ = writeln!(told, "seed {seed}: exit {} at {:?}", run.verdict.code(), run.ended);
    for wrong in wrong.iter().take(12) {
        let _ = writeln!(told, "  {wrong}");
    }
    Some(told)
}

#[test]
fn the_engine_keeps_the_contract_with_any_service() {
    if let Some(seed) = number("MODEL_SEED") {
        panic!("{}", fleet(seed, true).unwrap_or_default());
    }
    let fleets = number("MODEL_FLEETS").unwrap_or(FLEETS);
    let next = AtomicU64::new(FIRST);
    let failed = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(1, |count| count.get().min(8));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= FIRST + fleets {
                        break;
                    }
                    if let Some(told) = fleet(seed, false) {
                        failed.lock().unwrap().push((seed, told));
                    }
                }
            });
        }
    });
    let mut failed = failed.into_inner().unwrap();
    failed.sort();
    let seeds: Vec<u64> = failed.iter().map(|(seed, _)| *seed).collect();
    let mut told: String = failed.iter().take(TOLD).map(|(_, told)| told.as_str()).collect();
    for (_, other) in failed.iter().skip(TOLD) {
        told.push_str(&other[other.rfind("\nseed").unwrap_or_default()..]);
    }
    assert!(failed.is_empty(), "{told}\n{} of {fleets} fleets, MODEL_SEED={seeds:?}", seeds.len());
}
