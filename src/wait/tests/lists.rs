//! Whole requests, and jobs that turn out to belong to one.

use std::cell::Cell;

use super::*;
use crate::listing::PAGE;

/// A service with these jobs in one request; a page is what `cut` leaves of it.
fn page(ids: &[String], offset: usize, entry: impl Fn(&str) -> Entry) -> Result<Answer, Error> {
    Ok(Answer::Page(ids.iter().skip(offset).take(PAGE).map(|id| entry(id)).collect()))
}

fn ids(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("j{n:04}")).collect()
}

fn listed(count: usize, ends: Duration, seconds: u64) -> Story {
    let ids = ids(count);
    run(Wait::new(options(seconds), &[], &["r"]), |now, ask| match ask {
        Ask::Page { offset, .. } => page(&ids, *offset, |id| job(id, 0, ends, Status::Success, now)),
        Ask::Job(_) => no(Kind::NotFound),
    })
}

#[test]
fn a_look_costs_a_request_for_each_hundred_jobs() {
    assert_eq!(listed(3, s(0), 60).pages(), [0, 3, 0, 3]);
    assert_eq!(listed(250, s(0), 60).pages(), [0, 100, 200, 250, 0, 100, 200, 250]);
    // Only the first look has to find out where a full page is the last one.
    let running = |count: usize, first: usize, each: usize| {
        let pages = listed(count, s(99), 5).pages();
        let (found_out, rest) = pages.split_at(first);
        assert_eq!(found_out, (0..first).map(|n| n * PAGE).collect::<Vec<_>>());
        let look: Vec<usize> = (0..each).map(|n| n * PAGE).collect();
        assert!(rest.len() >= 3 * each && rest.chunks(each).all(|pages| look.starts_with(pages)), "{pages:?}");
    };
    running(250, 3, 3);
    running(1000, 11, 10);
    // The look that sees the last of them end is the one that is read to its end.
    let story = listed(3, s(2), 60);
    let (last, before) = story.pages().split_last().map(|(last, before)| (*last, before.to_vec())).unwrap();
    assert_eq!((story.outcome.verdict, last), (Exit::Ok, 3));
    assert!(before.iter().all(|offset| *offset == 0), "{before:?}");
}

#[test]
fn a_failure_needs_no_second_look_and_is_named() {
    let ids = ids(3);
    let story = run(Wait::new(options(60), &[], &["r"]), |now, ask| match ask {
        Ask::Page { offset, .. } => page(&ids, *offset, |id| {
            job(id, 0, s(0), if id == "j0001" { Status::Failure } else { Status::Success }, now)
        }),
        Ask::Job(_) => no(Kind::NotFound),
    });
    assert_eq!((story.outcome.verdict, story.pages()), (Exit::Failed, vec![0]));
    assert_eq!(story.outcome.entries[1].job.status, Status::Failure);
}

#[test]
fn a_list_still_growing_is_never_success() {
    let ids = ids(40);
    // Ten more jobs every second; each is done at once.
    let story = run(Wait::new(options(60), &[], &["r"]), |now, ask| match ask {
        Ask::Page { offset, .. } => {
            let there = ids.len().min(10 + 10 * usize::try_from(now.as_secs()).unwrap());
            page(&ids[..there], *offset, |id| job(id, 0, s(0), Status::Success, now))
        }
        Ask::Job(_) => no(Kind::NotFound),
    });
    assert_eq!((story.outcome.verdict, story.outcome.entries.len()), (Exit::Ok, 40));
    assert!(story.took >= s(3));
}

#[test]
fn a_short_page_hides_nothing() {
    let ids = ids(150);
    // Every page is cut to 30, and the last job runs for ten seconds.
    let story = run(Wait::new(options(60), &[], &["r"]), |now, ask| match ask {
        Ask::Page { offset, .. } => {
            let upto = ids.len().min(offset + 30);
            let ends = |id: &str| if id == "j0149" { s(10) } else { s(0) };
            page(&ids[..upto], *offset, |id| job(id, 0, ends(id), Status::Success, now))
        }
        Ask::Job(_) => no(Kind::NotFound),
    });
    assert_eq!((story.outcome.verdict, story.outcome.entries.len()), (Exit::Ok, 150));
    assert!(story.took >= s(10));
}

#[test]
fn a_vanished_job_is_asked_for_by_itself() {
    let ids = ids(5);
    let story = run(Wait::new(options(60), &[], &["r"]), |now, ask| match ask {
        Ask::Page { offset, .. } => {
            let there = if now > s(3) { &ids[..4] } else { &ids[..] };
            page(there, *offset, |id| job(id, 0, s(5), Status::Success, now))
        }
        Ask::Job(id) => ok(job(id, 0, s(8), Status::Failure, now)),
    });
    assert_eq!(story.outcome.verdict, Exit::Failed);
    assert!(!story.looks_at("j0004").is_empty() && story.looks_at("j0003").is_empty());
    assert_eq!(story.outcome.entries[4].job.status, Status::Failure);
}

#[test]
fn an_empty_list_is_never_success() {
    let empty = |_: Duration, _: &Ask| Ok(Answer::Page(vec![]));
    let story = run(Wait::new(options(60), &[], &["r"]), empty);
    assert_eq!((story.outcome.verdict, story.took.as_secs()), (Exit::NotFound, 15));
    let story = run(Wait::new(options(60), &[], &["r"]), |_, _| no(Kind::NotFound));
    assert_eq!((story.outcome.verdict, story.took.as_secs()), (Exit::NotFound, 15));
    // Empty at first, as right after the call that starts jobs.
    let ids = ids(2);
    let story = run(Wait::new(options(60), &[], &["r"]), |now, ask| match ask {
        Ask::Page { offset: 0, .. } if now < s(4) => Ok(Answer::Page(vec![])),
        Ask::Page { offset, .. } => page(&ids, *offset, |id| job(id, 0, s(0), Status::Success, now)),
        Ask::Job(_) => no(Kind::NotFound),
    });
    assert_eq!((story.outcome.verdict, story.outcome.entries.len()), (Exit::Ok, 2));
    // Empty later: the jobs are asked for by themselves, but nobody confirms that these are all.
    let story = run(Wait::new(options(90), &[], &["r"]), |now, ask| match ask {
        Ask::Page { .. } if now > s(4) => Ok(Answer::Page(vec![])),
        Ask::Page { offset, .. } => page(&ids, *offset, |id| job(id, 0, s(9), Status::Success, now)),
        Ask::Job(id) => ok(job(id, 0, s(9), Status::Success, now)),
    });
    assert_eq!(story.outcome.verdict, Exit::NotFound);
    assert!(story.outcome.entries.iter().all(|entry| entry.job.status == Status::Success));
}

#[test]
fn a_page_that_repeats_ends_it() {
    let ids = ids(100);
    for count in [100, 3] {
        let story = run(Wait::new(options(60), &[], &["r"]), |now, ask| match ask {
            Ask::Page { .. } => page(&ids[..count], 0, |id| job(id, 0, s(0), Status::Success, now)),
            Ask::Job(_) => no(Kind::NotFound),
        });
        assert_eq!((story.outcome.verdict, story.pages().len()), (Exit::BadAnswer, 2));
    }
}

#[test]
fn behind_the_last_job_not_found_is_an_empty_page() {
    let ids = ids(3);
    let story = run(Wait::new(options(60), &[], &["r"]), |now, ask| match ask {
        Ask::Page { offset: 0, .. } => page(&ids, 0, |id| job(id, 0, s(0), Status::Success, now)),
        _ => no(Kind::NotFound),
    });
    assert_eq!(story.outcome.verdict, Exit::Ok);
}

#[test]
fn several_requests_have_one_verdict() {
    let story = run(Wait::new(options(60), &[], &["a", "b", "none"]), |now, ask| match ask {
        Ask::Page { request_id, .. } if request_id == "none" => no(Kind::NotFound),
        Ask::Page { request_id, offset } => {
            page(&[format!("{request_id}1"), format!("{request_id}2")], *offset, |id| {
                job(id, 0, s(2), Status::Success, now)
            })
        }
        Ask::Job(_) => no(Kind::NotFound),
    });
    assert_eq!((story.outcome.verdict, story.outcome.requests.len()), (Exit::NotFound, 1));
    let ids: Vec<_> = story.outcome.entries.iter().filter_map(|entry| entry.job.job_id.as_deref()).collect();
    assert_eq!(ids, ["a1", "a2", "b1", "b2"]);
}

#[test]
fn trouble_in_the_middle_of_a_look_does_not_change_the_verdict() {
    let ids = ids(250);
    let count = Cell::new(0);
    let story = run(Wait::new(options(900), &[], &["r"]), |now, ask| match ask {
        Ask::Page { offset, .. } => {
            count.set(count.get() + 1);
            if count.get() % 3 == 0 {
                return no(Kind::Unreachable);
            }
            let end = |id: &str| if id == "j0200" { Status::Failure } else { Status::Success };
            page(&ids, *offset, |id| job(id, 0, s(20), end(id), now))
        }
        Ask::Job(_) => no(Kind::NotFound),
    });
    assert_eq!((story.outcome.verdict, story.outcome.entries.len()), (Exit::Failed, 250));
}

/// Jobs asked for by id that all name one request, or something else.
fn by_id(count: usize, seconds: u64, lists: bool, request_of: impl Fn(&str) -> String) -> Story {
    let ids = ids(count);
    let refs: Vec<&str> = ids.iter().map(String::as_str).collect();
    run(Wait::new(options(seconds), &refs, &[]), |now, ask| match ask {
        Ask::Page { request_id, offset } if lists && request_id == "r" => {
            page(&ids, *offset, |id| job(id, 0, s(20), Status::Success, now))
        }
        Ask::Page { .. } => no(Kind::NotFound),
        Ask::Job(id) => {
            let mut entry = job(id, 0, s(20), Status::Success, now);
            entry.job.request_id = Some(request_of(id));
            ok(entry)
        }
    })
}

#[test]
fn jobs_of_one_request_are_asked_for_together() {
    let story = by_id(1000, 60, true, |_| "r".to_owned());
    assert_eq!(story.outcome.verdict, Exit::Ok);
    let alone = story.asked.iter().filter(|(_, ask)| matches!(ask, Ask::Job(_))).count();
    assert_eq!(alone, 2);
    // A look at 20 s sees some of them end, and the next asks for no more pages than the others are on.
    assert!((100..200).contains(&story.pages().len()), "{}", story.pages().len());
}

#[test]
fn a_request_id_that_lists_nothing_is_tried_once() {
    let story = by_id(50, 60, false, |_| "r".to_owned());
    assert_eq!((story.outcome.verdict, story.pages().len()), (Exit::Ok, 1));
    let story = by_id(50, 60, false, |id| format!("own-{id}"));
    assert_eq!((story.outcome.verdict, story.pages().len()), (Exit::Ok, 0));
    let story = by_id(1, 60, true, |_| "r".to_owned());
    assert_eq!((story.outcome.verdict, story.pages().len()), (Exit::Ok, 0));
}

#[test]
fn a_found_list_that_breaks_down_is_done_without() {
    let ids = ids(30);
    let refs: Vec<&str> = ids.iter().map(String::as_str).collect();
    for kind in [Kind::ServiceError, Kind::Forbidden, Kind::BadAnswer, Kind::NotFound] {
        let story = run(Wait::new(options(300), &refs, &[]), |now, ask| match ask {
            Ask::Page { .. } if now > s(5) => no(kind),
            Ask::Page { offset, .. } => page(&ids, *offset, |id| job(id, 0, s(60), Status::Success, now)),
            Ask::Job(id) => {
                let mut entry = job(id, 0, s(60), Status::Success, now);
                entry.job.request_id = Some("r".to_owned());
                ok(entry)
            }
        });
        assert_eq!(story.outcome.verdict, Exit::Ok, "{kind:?}");
        assert!(story.took < s(80), "{kind:?}: {:?}", story.took);
    }
}
