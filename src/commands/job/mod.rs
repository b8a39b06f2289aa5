//! `cph job`: one run for `show` and `wait`, which differ by a policy. `run` has its order, `subject` what it is about,
//! `workers` carry out what the engine decides, `request_ids` helps with ids that nobody knows, `ending` and `tell` say
//! how it ended.

mod ending;
mod print;
mod request_ids;
mod run;
mod subject;
mod workers;

use crate::cli::{self, Global};
use crate::commands::ProcessExit;
use crate::context::Context;
use crate::poll::Policy;
use run::Run;

/// One look at each job.
pub(super) fn show(context: &Context, global: &Global, typed: &cli::Show) -> ProcessExit {
    let policy = Policy { keep_texts: !typed.form.quiet, ..Policy::show() };
    let run = Run {
        command: ["job", "show"],
        jobs: &typed.jobs,
        place: &typed.place,
        form: &typed.form,
        exit_zero: typed.exit_zero,
        policy,
    };
    run.run(context, global)
}

/// Until every job has ended.
pub(super) fn wait(context: &Context, global: &Global, typed: &cli::Wait) -> ProcessExit {
    let policy = Policy {
        timeout: typed.timeout.0,
        interval: typed.interval,
        fail_fast: typed.fail_fast,
        keep_texts: !typed.form.quiet,
        ..Policy::wait()
    };
    let run = Run {
        command: ["job", "wait"],
        jobs: &typed.jobs,
        place: &typed.place,
        form: &typed.form,
        exit_zero: false,
        policy,
    };
    run.run(context, global)
}
