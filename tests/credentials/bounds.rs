//! Limits of time: they are waited for all at once.

use std::fs;

use crate::answers::job;
use crate::cache::Home;
use crate::command::vault;
use crate::common::cph;
use crate::common::server::{Faulty, by, stall};
use crate::{towards, with_password};

#[test]
fn every_wait_ends() {
    std::thread::scope(|scope| {
        scope.spawn(a_program_has_30_seconds_and_its_children_do_not_prolong_them);
        scope.spawn(a_lock_that_is_not_had_is_done_without);
        scope.spawn(with_a_silent_iam_the_time_counts_from_the_login_on);
    });
}

fn a_program_has_30_seconds_and_its_children_do_not_prolong_them() {
    let text = "exec 2> /dev/null; sleep 45 & sleep 45";
    let run = vault(towards(cph(["job", "show", "sim-ok"]), "http://127.0.0.1:9"), text).run();
    assert_eq!(run.exit(), 3, "{run}");
    assert!(run.stderr.contains("did not end within 30 s"), "{run}");
    assert!((29.5..33.0).contains(&run.took.as_secs_f64()), "{:?}", run.took);
}

/// Somebody holds the lock and does not let go: after 10 s it is done without.
fn a_lock_that_is_not_had_is_done_without() {
    let home = Home::new();
    let lock = fs::File::options().write(true).open(home.file().with_extension("json.lock")).unwrap();
    fs::remove_file(home.file()).unwrap();
    lock.lock().unwrap();
    let run = home.show();
    assert_eq!((run.exit(), run.stderr.as_str(), home.logins()), (0, "", 2), "{run}");
    let seconds = run.took.as_secs_f64();
    assert!((9.5..15.0).contains(&seconds), "{seconds}");
    assert_eq!(home.show().exit(), 0);
    assert_eq!(home.logins(), 2, "a kept token needs no lock");
}

fn with_a_silent_iam_the_time_counts_from_the_login_on() {
    let service = Faulty::start(by(|request, _| if request.is_login() { stall() } else { job(request) }));
    let run = with_password(towards(cph(["job", "show", "j"]), &service.url())).run();
    assert_eq!(run.exit(), 6, "{run}");
    assert!(run.took.as_secs() <= 31, "{:?}", run.took);
    assert_eq!(service.logins_and_looks(), (3, 0), "{run}");
}
