//! `cph job`: one run for `show` and `wait`, which differ by a policy. `run` is the way from the ids to the exit code.
//! `selection` reads the ids, `workers` send what the engine decides and `watch` follows it, `mistaken_request_ids`
//! recognises request ids among unknown job ids, `no_verdict` and `print` report the end, `junit` in a file, too.

mod junit;
mod mistaken_request_ids;
mod no_verdict;
mod print;
mod run;
mod selection;
mod typed_command;
mod watch;
mod workers;

use crate::cli::{self, Global};
use crate::commands::ProcessExit;
use crate::context::Context;
use crate::poll::Policy;
use run::Run;

/// One look at each job.
pub(super) fn show(context: &Context, global: &Global, typed: &cli::ShowArgs) -> ProcessExit {
    let (keep_texts, names) = (keeps_texts(&typed.form), asks_for_names(&typed.form));
    let policy = Policy { keep_texts, names, ..Policy::show() };
    let run = Run {
        command: ["job", "show"],
        jobs: &typed.jobs,
        place: &typed.place,
        form: &typed.form,
        report_file: typed.form.junit.as_deref(),
        exit_zero: typed.exit_zero,
        policy,
    };
    run.run(context, global)
}

/// Whether texts of jobs are shown anywhere.
fn keeps_texts(form: &cli::OutputArgs) -> bool {
    !form.quiet || form.junit.is_some()
}

/// Whether names of phones are wanted, and shown anywhere.
fn asks_for_names(form: &cli::OutputArgs) -> bool {
    form.names && keeps_texts(form)
}

/// Until every job has ended.
pub(super) fn wait(context: &Context, global: &Global, typed: &cli::WaitArgs) -> ProcessExit {
    let policy = Policy {
        timeout: typed.timeout.0,
        interval: typed.interval,
        fail_fast: typed.fail_fast,
        keep_texts: keeps_texts(&typed.form),
        names: asks_for_names(&typed.form),
        ..Policy::wait()
    };
    let run = Run {
        command: ["job", "wait"],
        jobs: &typed.jobs,
        place: &typed.place,
        form: &typed.form,
        report_file: typed.form.junit.as_deref(),
        exit_zero: false,
        policy,
    };
    run.run(context, global)
}
