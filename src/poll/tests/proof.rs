//! When a list is proof, and when it is not.

use std::cell::Cell;

use super::*;

#[test]
fn a_list_still_growing_is_never_success() {
    // Ten more jobs every second; each is done at once.
    let grown = |now: Duration, _| names(40.min(10 + 10 * usize::try_from(now.as_secs()).unwrap()));
    let [_, story] = read_by_both(grown, success);
    assert_eq!((story.verdict, story.outcome.entries.len()), (Exit::Ok, 40));
    assert!(story.took >= s(3));
    // One more every second, for longer than failures are accepted.
    let [_, story] = read_by_both(|now, _| names(2 + usize::try_from(now.as_secs().min(400)).unwrap()), success);
    assert_eq!((story.verdict, story.outcome.entries.len()), (Exit::Ok, 402));
    // One more for ever, at either end.
    for newest_first in [false, true] {
        for engine in [show(&[], &["r"]), wait(20, &[], &["r"])] {
            let story = run(engine, |now, query| match query {
                Query::Page { range, .. } => {
                    let mut ids = names(5 + usize::try_from(now.as_millis() / 60).unwrap());
                    if newest_first {
                        ids.reverse();
                    }
                    page(&ids, *range, |id| success(id, now))
                }
                Query::Job(_) | Query::Phones { .. } => no(Kind::NotFound),
            });
            assert_eq!(story.verdict, Exit::BadAnswer, "{newest_first}");
        }
    }
}

#[test]
fn what_another_list_says_is_no_proof_of_a_list_that_was_read_once() {
    // Its jobs run when it is read, so that one look is enough; they are on a second list, too, and succeed meanwhile.
    let time = |query: &Query| if id_of(query) == "once" { ms(50) } else { ms(400) };
    let story = run_with(show(&[], &["once", "other"]), time, &[], |now, query| match query {
        Query::Page { request_id, range } => {
            let ends = if request_id == "once" { s(999) } else { s(0) };
            page(&names(2), *range, |id| job(id, 0, ends, Status::Success, now))
        }
        Query::Job(_) | Query::Phones { .. } => no(Kind::NotFound),
    });
    assert_eq!(story.verdict, Exit::BadAnswer, "{:?}", story.outcome);
    assert_eq!(story.outcome.errors[0].about.as_deref(), Some("request once"));
}

#[test]
fn a_job_that_can_not_be_asked_for_is_neither_where_it_is_told_as_both() {
    for first in [Status::Failure, Status::Success] {
        let other = if first == Status::Failure { Status::Success } else { Status::Failure };
        let story = run(show(&[], &["a", "b"]), |now, query| match query {
            Query::Page { request_id, range } => {
                let end = if request_id == "a" { first } else { other };
                page(&["no/id".to_owned()], *range, |id| job(id, 0, s(0), end, now))
            }
            Query::Job(_) | Query::Phones { .. } => no(Kind::NotFound),
        });
        assert_eq!(story.verdict, Exit::BadAnswer, "{first:?}: {:?}", story.outcome.entries);
    }
}

#[test]
fn a_list_that_grows_at_its_head_for_a_while_is_awaited() {
    // Newest first; another one with every request until there are 230.
    let list = |_, number: usize| names(230.min(150 + number)).into_iter().rev().collect::<Vec<_>>();
    let [_, story] = read_by_both(list, success);
    assert_eq!((story.verdict, story.outcome.entries.len()), (Exit::Ok, 230));
}

#[test]
fn not_found_behind_a_page_is_no_end_of_a_list() {
    for engine in [show(&[], &["r"]), wait(60, &[], &["r"])] {
        let ids = names(150);
        let story = run(engine, |now, query| match query {
            Query::Page { range, .. } if range.offset > 1 => no(Kind::NotFound),
            Query::Page { range, .. } => page(&ids[..100], *range, |id| success(id, now)),
            Query::Job(_) | Query::Phones { .. } => no(Kind::NotFound),
        });
        assert_eq!(story.verdict, Exit::BadAnswer, "{:?}", story.outcome.errors);
    }
}

#[test]
fn a_service_that_counts_pages_is_found_out() {
    for (count, exit) in
        [(3, Exit::Ok), (60, Exit::Ok), (100, Exit::Ok), (101, Exit::BadAnswer), (150, Exit::BadAnswer)]
    {
        for engine in [show(&[], &["r"]), wait(60, &[], &["r"])] {
            let ids = names(count);
            let story = run(engine, |now, query| match query {
                Query::Page { range, .. } => {
                    let items = PageRange { offset: range.offset * range.limit, ..*range };
                    page(&ids, items, |id| success(id, now))
                }
                Query::Job(_) | Query::Phones { .. } => no(Kind::NotFound),
            });
            assert_eq!(story.verdict, exit, "{count}");
            if exit == Exit::BadAnswer {
                let error = &story.outcome.errors[0];
                assert!(error.message.contains("counts pages") && error.next_step().contains("job ids"), "{error:?}");
            }
        }
    }
}

#[test]
fn a_page_that_shows_that_pages_are_counted_speaks_for_jobs_that_are_known() {
    // `x` is on another list, and has ended when the service tells of it behind the first page.
    let slow = |query: &Query| if id_of(query) == "paged" { ms(400) } else { RTT };
    for (own, told, exit) in [
        (Status::Failure, Status::Success, Exit::BadAnswer),
        (Status::Success, Status::Failure, Exit::BadAnswer),
        (Status::Failure, Status::Failure, Exit::Failed),
    ] {
        for engine in [show(&[], &["paged", "other"]), wait(60, &[], &["paged", "other"])] {
            let story = run_with(engine, slow, &[], |now, query| match query {
                Query::Page { request_id, range } if request_id == "other" => {
                    page(&["x".to_owned()], *range, |id| job(id, 0, s(0), own, now))
                }
                Query::Page { range: range @ PageRange { offset: 0, .. }, .. } => {
                    page(&names(5), *range, |id| success(id, now))
                }
                Query::Page { range: PageRange { offset: 1, .. }, .. } => Ok(Answer::Page(vec![
                    success("j0004", now),
                    job("x", 0, s(0), told, now),
                    job("new", 0, s(0), Status::Failure, now),
                ])),
                Query::Page { .. } | Query::Job(_) | Query::Phones { .. } => no(Kind::NotFound),
            });
            assert_eq!(story.verdict, exit, "{own:?} {told:?} {:?}", story.outcome);
            let entry = |id| story.outcome.entries.iter().find(|entry| entry.job.job_id.as_deref() == Some(id));
            assert!(entry("new").is_none(), "it adds no job");
            assert_eq!(entry("x").map(|entry| entry.exit), Some(exit), "{own:?} {told:?}");
        }
    }
}

#[test]
fn a_job_told_as_success_and_as_failure_is_neither() {
    // On the page that overlaps, and in the read that confirms.
    for number in [2, 3] {
        for engine in [show(&[], &["r"]), wait(60, &[], &["r"])] {
            let ids = names(2);
            let count = Cell::new(0);
            let story = run(engine, |now, query| match query {
                Query::Page { range, .. } => {
                    count.set(count.get() + 1);
                    let end = if count.get() == number { Status::Failure } else { Status::Success };
                    page(&ids, *range, |id| job(id, 0, s(0), end, now))
                }
                Query::Job(_) | Query::Phones { .. } => no(Kind::NotFound),
            });
            assert_eq!(story.verdict, Exit::BadAnswer, "{number}");
        }
    }
}

#[test]
fn a_success_that_is_told_otherwise_later_is_no_proof() {
    // In the page that overlaps, and in the read that confirms.
    for (number, later) in [(2, Status::Unknown), (2, Status::Running), (3, Status::Unknown), (4, Status::Running)] {
        for engine in [show(&[], &["r"]), wait(20, &[], &["r"])] {
            let count = Cell::new(0);
            let ids = names(2);
            let story = run(engine, |now, query| match query {
                Query::Page { range, .. } => {
                    count.set(count.get() + 1);
                    let (ends, end) = match later {
                        Status::Running if count.get() >= number => (s(999), Status::Success),
                        Status::Unknown if count.get() >= number => (s(0), Status::Unknown),
                        _ => (s(0), Status::Success),
                    };
                    page(&ids, *range, |id| job(id, 0, ends, end, now))
                }
                Query::Job(_) | Query::Phones { .. } => no(Kind::NotFound),
            });
            assert_eq!(story.verdict, Exit::BadAnswer, "{number} {later:?}");
        }
    }
}

#[test]
fn a_list_that_always_moves_is_given_up_though_a_job_of_it_runs_and_that_one_is_asked_for_by_itself() {
    // Whatever is asked for, the first page comes; a job that runs is soon not on it any more.
    let policy = Policy { timeout: None, ..Policy::wait() };
    let story = run(engine(policy, &[], &["r"]), |now, query| match query {
        Query::Page { .. } => {
            let ids = if now < s(10) { ["runs", "a"] } else { ["a", "b"] };
            let ends = |id: &str| if id == "runs" { s(400) } else { s(0) };
            Ok(Answer::Page(ids.iter().map(|id| job(id, 0, ends(id), Status::Success, now)).collect()))
        }
        Query::Phones { .. } => no(Kind::NotFound),
        Query::Job(id) => ok(job(id, 0, s(400), Status::Success, now)),
    });
    assert_eq!(story.verdict, Exit::BadAnswer);
    assert!((s(400)..s(420)).contains(&story.took), "{:?}", story.took);
    assert!(story.looks_at("runs").first().is_some_and(|at| (s(300)..s(320)).contains(at)));
}

#[test]
fn a_read_with_a_doubt_confirms_nothing_and_only_doubts_have_an_end() {
    // Two pages a read; the second read tells of a success as running.
    let doubtful = |timeout: u64, is_doubtful: fn(usize) -> bool| {
        let count = Cell::new(0);
        run(wait(timeout, &[], &["r"]), |now, query| match query {
            Query::Page { range, .. } => {
                count.set(count.get() + 1);
                let ends = if is_doubtful(count.get()) { s(9999) } else { s(0) };
                page(&names(2), *range, |id| job(id, 0, ends, Status::Success, now))
            }
            Query::Job(_) | Query::Phones { .. } => no(Kind::NotFound),
        })
    };
    let story = doubtful(60, |number| number == 3);
    assert_eq!((story.verdict, story.pages().len()), (Exit::Ok, 8));
    let story = doubtful(900, |number| number > 2);
    assert_eq!(story.verdict, Exit::BadAnswer);
    assert!((s(300)..s(320)).contains(&story.took), "{:?}", story.took);
}

#[test]
fn one_look_at_a_list_has_no_pauses() {
    let [story, _] = read_by_both(|_, _| names(2), success);
    assert_eq!((story.verdict, story.took), (Exit::Ok, 4 * RTT));
}
