//! Whole requests.

use std::cell::Cell;

use super::*;

#[test]
fn a_look_costs_a_request_for_each_hundred_jobs() {
    for (count, read) in [(3, vec![0, 2]), (250, vec![0, 99, 198, 249]), (1, vec![0, 1])] {
        for story in read_by_both(|_, _| names(count), success) {
            assert_eq!((story.verdict, story.pages()), (Exit::Ok, [read.clone(), read.clone()].concat()));
        }
    }
    // The first look goes to the end; a later one that can't be the last stops at a short page.
    for (count, look) in [(250, 3), (1000, 11)] {
        let ids = names(count);
        let story = run(wait(20, &[], &["r"]), |now, query| match query {
            Query::Page { range, .. } => page(&ids, *range, |id| job(id, 0, s(99), Status::Success, now)),
            Query::Job(_) | Query::Phones { .. } => no(Kind::NotFound),
        });
        let mut pages = story.pages();
        assert_eq!(pages.remove(look), count - 1);
        let expected: Vec<usize> = (0..look).map(|n| n * 99).collect();
        assert!(pages.chunks(look).all(|pages| expected.starts_with(pages)), "{pages:?}");
        assert_eq!(story.verdict, Exit::Running);
    }
}

#[test]
fn a_failure_behind_a_short_page_ends_a_fast_wait() {
    let ids = names(45);
    let policy = Policy { fail_fast: true, ..policy(60) };
    let story = run(engine(policy, &[], &["r"]), |now, query| match query {
        Query::Page { range, .. } => {
            let range = PageRange { limit: range.limit.min(30), ..*range };
            let end = |id: &str| if id == "j0044" { (s(0), Status::Failure) } else { (s(999), Status::Success) };
            page(&ids, range, |id| job(id, 0, end(id).0, end(id).1, now))
        }
        Query::Job(_) | Query::Phones { .. } => no(Kind::NotFound),
    });
    assert_eq!((story.verdict, story.outcome.entries.len()), (Exit::Failed, 45));
    assert!(story.took < s(1));
}

#[test]
fn what_kept_a_list_from_being_read_is_told() {
    // Every job succeeded, and the read that confirms fails.
    let story = run(wait(20, &[], &["r"]), |now, query| match query {
        Query::Page { .. } if now > ms(200) => no(Kind::ServiceError),
        Query::Page { range, .. } => page(&names(2), *range, |id| success(id, now)),
        Query::Job(_) | Query::Phones { .. } => no(Kind::NotFound),
    });
    assert_eq!((story.verdict, story.outcome.errors[0].kind), (Exit::Unreachable, Kind::ServiceError));
    // They run, and their list can't be read any more.
    let story = run(wait(20, &[], &["r"]), |now, query| match query {
        Query::Page { .. } if now > ms(200) => no(Kind::ServiceError),
        Query::Page { range, .. } => page(&names(2), *range, |id| job(id, 0, s(999), Status::Success, now)),
        Query::Job(_) | Query::Phones { .. } => no(Kind::NotFound),
    });
    assert_eq!((story.verdict, story.words()), (Exit::Running, vec!["service_error"; 2]));
    // Requests that were not read because of the first one tell that once.
    let story = run(show(&[], &["a", "b", "c"]), |_, _| no(Kind::AuthRejected));
    assert_eq!((story.asked.len(), story.outcome.errors.len()), (1, 1));
    let story =
        run(show(&[], &["a", "b", "c"]), |_, query| no(Kind::ServiceError).map_err(|error| error.about(id_of(query))));
    let about: Vec<_> = story.outcome.errors.iter().filter_map(|error| error.about.as_deref()).collect();
    assert_eq!(about, ["a", "b", "c"]);
}

#[test]
fn many_lists_have_the_ceiling_of_single_jobs() {
    let requests = names(100);
    let refs: Vec<&str> = requests.iter().map(String::as_str).collect();
    let policy = Policy { interval: Some(s(1)), ..policy(60) };
    let story = run(engine(policy, &[], &refs), |now, query| match query {
        Query::Page { request_id, range } => {
            let ids = [format!("{request_id}a"), format!("{request_id}b")];
            page(&ids, *range, |id| job(id, 0, s(999), Status::Success, now))
        }
        Query::Job(_) | Query::Phones { .. } => no(Kind::NotFound),
    });
    assert!(story.between(s(10), s(50)) <= 20 * 40 + 1, "{}", story.between(s(10), s(50)));
    assert!(story.between(s(10), s(50)) >= 780, "{}", story.between(s(10), s(50)));
}

#[test]
fn a_failure_needs_no_second_read_and_is_named() {
    let failing = |id: &str, now| job(id, 0, s(0), if id == "j0001" { Status::Failure } else { Status::Success }, now);
    for story in read_by_both(|_, _| names(3), failing) {
        assert_eq!((story.verdict, story.pages()), (Exit::Failed, vec![0, 2]));
        assert_eq!(story.outcome.entries[1].job.status, Status::Failure);
    }
}

#[test]
fn a_listed_id_that_is_none_is_never_asked_for() {
    let hostile = "../../../v3/secret?x=1#";
    for (end, exit) in [(Status::Success, Exit::BadAnswer), (Status::Failure, Exit::Failed)] {
        for ends in [0, 30] {
            for engine in [show(&[], &["r"]), wait(60, &[], &["r"])] {
                let story = run(engine, |now, query| match query {
                    Query::Page { range, .. } if now < s(2) => {
                        page(&["a".to_owned(), hostile.to_owned()], *range, |id| job(id, 0, s(ends), end, now))
                    }
                    Query::Page { range, .. } => page(&["a".to_owned()], *range, |id| job(id, 0, s(ends), end, now)),
                    Query::Phones { .. } => no(Kind::NotFound),
                    Query::Job(id) => panic!("asked for {id}"),
                });
                let running = ends > 0 && story.took < s(2);
                let expected = if running { Exit::BadAnswer } else { exit };
                assert_eq!(story.verdict, expected, "{end:?} {ends}");
                let error = story.outcome.entries[1].error.as_ref().map_or("", |error| &error.message);
                let distrusted = "the service listed it, but it is not a valid job id";
                assert_eq!(error, if end == Status::Failure && ends == 0 { "" } else { distrusted });
            }
        }
    }
}

#[test]
fn a_short_page_hides_nothing() {
    let ids = names(150);
    // Every page is cut to 30, and the last job runs for ten seconds.
    for (end, exit) in [(Status::Success, Exit::Ok), (Status::Failure, Exit::Failed)] {
        let story = run(wait(60, &[], &["r"]), |now, query| match query {
            Query::Page { range, .. } => {
                let range = PageRange { limit: range.limit.min(30), ..*range };
                let last = |id: &str| id == "j0149";
                page(&ids, range, |id| {
                    job(id, 0, if last(id) { s(10) } else { s(0) }, if last(id) { end } else { Status::Success }, now)
                })
            }
            Query::Job(_) | Query::Phones { .. } => no(Kind::NotFound),
        });
        assert_eq!((story.verdict, story.outcome.entries.len()), (exit, 150));
        assert!(story.took >= s(10));
    }
}

#[test]
fn a_vanished_job_is_asked_for_by_itself() {
    let ids = names(5);
    let story = run(wait(60, &[], &["r"]), |now, query| match query {
        Query::Page { range, .. } => {
            let there = if now > s(3) { &ids[..4] } else { &ids[..] };
            page(there, *range, |id| job(id, 0, s(5), Status::Success, now))
        }
        Query::Phones { .. } => no(Kind::NotFound),
        Query::Job(id) => ok(job(id, 0, s(8), Status::Failure, now)),
    });
    assert_eq!(story.verdict, Exit::Failed);
    assert!(!story.looks_at("j0004").is_empty() && story.looks_at("j0003").is_empty());
    assert_eq!(story.outcome.entries[4].job.status, Status::Failure);
}

#[test]
fn an_empty_list_is_never_success() {
    for answer in [|| Ok(Answer::Page(vec![])), || no(Kind::NotFound)] {
        let story = run(wait(60, &[], &["r"]), |_, _| answer());
        assert_eq!((story.verdict, story.took.as_secs()), (Exit::NotFound, 15));
        let story = run(show(&[], &["r"]), |_, _| answer());
        assert_eq!((story.verdict, story.asked.len()), (Exit::NotFound, 1));
    }
    // Empty at first, as right after the call that starts jobs.
    let [_, story] = read_by_both(|now, _| if now < s(4) { vec![] } else { names(2) }, success);
    assert_eq!((story.verdict, story.outcome.entries.len()), (Exit::Ok, 2));
    // Empty later: the jobs are asked for by themselves, but nothing confirms that these are all.
    let ids = names(2);
    let story = run(wait(90, &[], &["r"]), |now, query| match query {
        Query::Page { .. } if now > s(4) => Ok(Answer::Page(vec![])),
        Query::Page { range, .. } => page(&ids, *range, |id| job(id, 0, s(9), Status::Success, now)),
        Query::Phones { .. } => no(Kind::NotFound),
        Query::Job(id) => ok(job(id, 0, s(9), Status::Success, now)),
    });
    assert_eq!(story.verdict, Exit::BadAnswer);
    assert!(story.outcome.entries.iter().all(|entry| entry.job.status == Status::Success));
    // Empty in the read that confirms.
    for story in read_by_both(|_, number| if number > 2 { vec![] } else { names(2) }, success) {
        assert!(matches!(story.verdict, Exit::BadAnswer | Exit::NotFound), "{:?}", story.verdict);
    }
}

#[test]
fn a_page_that_repeats_ends_it_in_show_and_is_accepted_in_a_wait() {
    for count in [100, 3] {
        let same = |_: Duration, query: &Query| match query {
            Query::Page { .. } => Ok(Answer::Page(names(count).iter().map(|id| success(id, s(0))).collect())),
            Query::Job(_) | Query::Phones { .. } => no(Kind::NotFound),
        };
        let story = run(show(&[], &["r"]), same);
        assert_eq!((story.verdict, story.pages().iter().filter(|offset| **offset == 0).count()), (Exit::BadAnswer, 3));
        assert_eq!(story.took, 6 * RTT, "no pauses");
        let story = run(wait(900, &[], &["r"]), same);
        assert_eq!(story.verdict, Exit::BadAnswer);
        assert!((s(300)..s(320)).contains(&story.took) && story.asked.len() < 120, "{:?}", story.took);
    }
}

#[test]
fn time_that_is_up_before_the_list_was_read_twice_is_no_success() {
    let policy = Policy { timeout: Some(ms(120)), ..Policy::wait() };
    let story = run(engine(policy, &[], &["r"]), |now, query| match query {
        Query::Page { range, .. } => page(&names(2), *range, |id| success(id, now)),
        Query::Job(_) | Query::Phones { .. } => no(Kind::NotFound),
    });
    assert_eq!((story.verdict, story.outcome.timed_out), (Exit::BadAnswer, true));
}

#[test]
fn a_list_without_end_is_none() {
    for engine in [show(&[], &["r"]), wait(900, &[], &["r"])] {
        let story = run(engine, |now, query| match query {
            Query::Page { range, .. } => {
                let item = |n: usize| success(&format!("j{n}"), now);
                Ok(Answer::Page((range.offset..range.offset + range.limit).map(item).collect()))
            }
            Query::Job(_) | Query::Phones { .. } => no(Kind::NotFound),
        });
        assert_eq!(story.verdict, Exit::BadAnswer);
    }
}

#[test]
fn several_requests_have_one_verdict() {
    for engine in [show(&[], &["a", "b", "none", "a"]), wait(60, &[], &["a", "b", "none"])] {
        let story = run(engine, |now, query| match query {
            Query::Page { request_id, .. } if request_id == "none" => no(Kind::NotFound),
            Query::Page { request_id, range } => {
                page(&[format!("{request_id}1"), format!("{request_id}2")], *range, |id| success(id, now))
            }
            Query::Job(_) | Query::Phones { .. } => no(Kind::NotFound),
        });
        assert_eq!((story.verdict, story.outcome.errors.len()), (Exit::NotFound, 1));
        let ids: Vec<_> = story.outcome.entries.iter().filter_map(|entry| entry.job.job_id.as_deref()).collect();
        assert_eq!(ids, ["a1", "a2", "b1", "b2"]);
    }
}

#[test]
fn failures_in_the_middle_of_a_read_do_not_change_the_verdict() {
    let ids = names(250);
    let count = Cell::new(0);
    let story = run(wait(900, &[], &["r"]), |now, query| match query {
        Query::Page { range, .. } => {
            count.set(count.get() + 1);
            if count.get() % 3 == 0 {
                return no(Kind::Unreachable);
            }
            let end = |id: &str| if id == "j0200" { Status::Failure } else { Status::Success };
            page(&ids, *range, |id| job(id, 0, s(20), end(id), now))
        }
        Query::Job(_) | Query::Phones { .. } => no(Kind::NotFound),
    });
    assert_eq!((story.verdict, story.outcome.entries.len()), (Exit::Failed, 250));
}
