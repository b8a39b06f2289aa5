//! Faults provoked for real, over loopback sockets, against the built binary.
//!
//! Each row of the tables is a fault and what must be seen of it: exit code, word, stderr, the bytes that were sent,
//! how often and how far apart. It runs with `job show` and with `job wait`, unless it says otherwise.
//! `FAULTS_ONLY=text` runs the rows whose name holds the text, `FAULTS_ONLY="text [wait]"` one of them with one
//! command; `FAULTS_SHOW=1` tells what each of them said.

#![allow(missing_docs, unreachable_pub)] // A test binary is nobody's library,
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout)] // and may fail anywhere.

#[path = "../common/mod.rs"]
mod common;

mod answers;
mod certificates;
mod check;
mod connecting;
mod connections;
mod contact;
mod fleet;
mod lists;
mod policy;
mod proxies;
mod row;
mod waits;

/// One table, so that the rows which wait do so at the same time.
#[test]
fn every_fault_ends_as_promised() {
    let tables = [
        answers::rows(),
        connections::rows(),
        policy::rows(),
        fleet::rows(),
        contact::rows(),
        lists::rows(),
        waits::rows(),
    ];
    check::check_all(tables.into_iter().flatten().collect());
}
