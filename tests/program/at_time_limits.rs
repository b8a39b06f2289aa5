//! The tests that take a time limit of 30 s to its end, under a name that lets them begin first.

use crate::cli::show;
#[cfg(unix)]
use crate::credentials::{files, status, time_limits};

#[test]
fn a_network_that_dies_behind_the_first_answer_ends_the_run() {
    show::a_network_that_dies_behind_the_first_answer_ends_the_run();
}

#[cfg(unix)]
#[test]
fn a_pipe_is_waited_for_within_limits() {
    files::a_pipe_is_waited_for_within_limits();
}

#[cfg(unix)]
#[test]
fn each_service_is_told_for_itself() {
    status::each_service_is_told_for_itself();
}

#[cfg(unix)]
#[test]
fn every_wait_ends() {
    time_limits::every_wait_ends();
}
