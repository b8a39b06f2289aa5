//! Faults provoked for real, over loopback sockets, against the built binary.
//!
//! Each row of the tables is a fault and what must follow: exit code, error word, stderr, the bytes that were sent,
//! how often and how far apart. It runs with `job show` and with `job wait`, unless it says otherwise.
//! `FAULTS_ONLY=text` runs the rows whose name holds the text, `FAULTS_ONLY="text [wait]"` one of them with one
//! command; `FAULTS_SHOW=1` prints the output of each.

mod certificates;
mod check;
mod connect_timeouts;
mod connections;
mod first_contact;
mod lists;
mod many_jobs;
mod names;
mod proxies;
mod responses;
mod retries;
mod row;
mod wait;

/// One table, so that the rows which wait do so at the same time.
#[test]
fn every_fault_ends_as_promised() {
    let tables = [
        responses::rows(),
        connections::rows(),
        retries::rows(),
        many_jobs::rows(),
        first_contact::rows(),
        lists::rows(),
        wait::rows(),
        names::rows(),
    ];
    check::check_all(tables.into_iter().flatten().collect());
}
