//! The pure engine (`src/poll/`) against a random service, judged by an oracle that was written from the contract:
//! `generate` makes a scenario, `world` is the service, `driver` runs the engine, the other files check the run.
//!
//! `MODEL_FLEETS=n` runs so many fleets, `MODEL_SEED=n` one, with all that was asked and answered.

// A test fails by panicking, in its helpers, too.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod allowed_requests;
mod driver;
mod ending;
mod facts;
mod generate;
mod generate_lists;
mod last_look;
mod lists;
mod liveness;
mod liveness_lists;
mod names;
mod oracle;
mod request_rate;
mod requests;
mod scenario;
mod world;

use std::fmt::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use driver::{Run, drive};
use facts::Facts;
use generate::Draw;
use scenario::Scenario;

/// Fleets of a usual run; the first has this seed.
const FLEETS: u64 = 400;
const FIRST: u64 = 1;
/// Each so many fleets one runs again with the texts kept, or not.
const TWINS: u64 = 16;
/// The same with names.
const NAMED_TWINS: u64 = 4;
/// Failing fleets that are reported.
const REPORTED: usize = 3;

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is no number: {text}")))
}

fn judge(scenario: &Scenario, run: &Run) -> Vec<String> {
    let facts = Facts::gather(scenario, run);
    let mut wrong = oracle::complaints(&facts);
    wrong.extend(allowed_requests::complaints(&facts));
    wrong.extend(request_rate::complaints(&facts));
    wrong.extend(ending::complaints(&facts));
    wrong.extend(liveness::complaints(&facts));
    wrong
}

fn story(run: &Run) -> String {
    let mut text = String::new();
    for (at, sent) in run.sent.iter().enumerate() {
        let _ = writeln!(text, "{at}: {:?} {:?}, useful until {:?}", sent.at, sent.query, sent.until);
        let _ = match &sent.received {
            Some(received) => writeln!(text, "    {:?} {:?}", received.at, received.said),
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

/// Whether texts are kept is a matter of output, which never changes what is asked and how it ends.
fn twin(scenario: &Scenario, seed: u64, run: &Run) -> Option<String> {
    let mut other = scenario.clone();
    other.policy.keep_texts = !scenario.policy.keep_texts;
    let other = drive(&other, seed);
    let asked = |run: &Run| run.sent.iter().map(|sent| (sent.at, sent.key.clone())).collect::<Vec<_>>();
    let differs = other.verdict != run.verdict || asked(&other) != asked(run);
    differs.then(|| "it makes a difference whether texts are kept".to_owned())
}

/// Names of phones are read beside the looks, and change neither these nor how it ends.
fn named_twin(scenario: &Scenario, seed: u64, run: &Run) -> Option<String> {
    let mut other = scenario.clone();
    other.policy.names = true;
    let other = drive(&other, seed);
    let asked = |run: &Run| run.sent.iter().map(|sent| (sent.at, sent.key.clone())).collect::<Vec<_>>();
    if other.verdict != run.verdict || asked(&other) != asked(run) || other.ended != run.ended {
        let first = asked(&other).iter().zip(asked(run)).position(|(one, two)| *one != two);
        let ended = (run.ended, other.ended);
        return Some(format!("names make a difference, from request {first:?} on; ends: {ended:?}"));
    }
    names::complaint(&other).or(other.wrong.into_iter().next())
}

/// What is wrong with this fleet, where something is.
fn fleet(seed: u64, whole: bool) -> Option<String> {
    let scenario = Draw::scenario(seed);
    let run = drive(&scenario, seed);
    let mut wrong = judge(&scenario, &run);
    if seed.is_multiple_of(TWINS) {
        wrong.extend(twin(&scenario, seed, &run));
    }
    // A machine that stands still does so after other events.
    if seed.is_multiple_of(NAMED_TWINS) && scenario.jumps.is_empty() {
        wrong.extend(named_twin(&scenario, seed, &run));
    }
    if wrong.is_empty() && !whole {
        return None;
    }
    let mut report = format!("{scenario:#?}\n");
    if whole {
        report.push_str(&story(&run));
    }
    let _ = writeln!(report, "seed {seed}: exit {} at {:?}", run.verdict.code(), run.ended);
    for wrong in wrong.iter().take(12) {
        let _ = writeln!(report, "  {wrong}");
    }
    Some(report)
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
                    if let Some(report) = fleet(seed, false) {
                        failed.lock().unwrap().push((seed, report));
                    }
                }
            });
        }
    });
    let mut failed = failed.into_inner().unwrap();
    failed.sort();
    let seeds: Vec<u64> = failed.iter().map(|(seed, _)| *seed).collect();
    let mut report: String = failed.iter().take(REPORTED).map(|(_, report)| report.as_str()).collect();
    for (_, other) in failed.iter().skip(REPORTED) {
        report.push_str(&other[other.rfind("\nseed").unwrap_or_default()..]);
    }
    assert!(failed.is_empty(), "{report}\n{} of {fleets} fleets, MODEL_SEED={seeds:?}", seeds.len());
}
