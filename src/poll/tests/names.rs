//! `--names`: pages of phones beside the looks.

use super::*;
use crate::job::Phone;

/// A job of the phone with the same number: `j3` of `p3`.
fn of_phone(observation: Observation) -> Observation {
    let phone_id = observation.job.job_id.as_deref().map(|id| id.replace('j', "p"));
    Observation { job: Job { phone_id, ..observation.job }, ..observation }
}

fn with_names(policy: Policy) -> Policy {
    Policy { names: true, ..policy }
}

/// The phones `p0`, `p1`, …, each with its name.
fn phones(count: usize, offset: usize, limit: usize) -> Result<Answer, Error> {
    let phone = |n: usize| Phone { id: format!("p{n}"), name: Some(format!("name {n}")) };
    Ok(Answer::Phones((0..count).skip(offset).take(limit).map(phone).collect()))
}

fn offsets(story: &Story) -> Vec<usize> {
    let offset = |(_, query): &(Duration, Query)| match query {
        Query::Phones { offset, limit: 200 } => Some(*offset),
        _ => None,
    };
    story.asked.iter().filter_map(offset).collect()
}

fn shown(story: &Story) -> Vec<&str> {
    let names = story.outcome.entries.iter().map(|entry| entry.job.phone_name.as_deref());
    names.map(|name| name.unwrap_or("-")).collect()
}

fn missing(story: &Story) -> &str {
    story.outcome.missing_names.as_ref().map_or("", |error| &error.message)
}

/// `job show --names` of these jobs, all of them successes.
fn show_names(ids: &[&str], answer: impl Fn(usize, usize) -> Result<Answer, Error>) -> Story {
    run(engine(with_names(Policy::show()), ids, &[]), |now, query| match query {
        Query::Job(id) => ok(of_phone(success(id, now))),
        Query::Page { .. } => no(Kind::NotFound),
        Query::Phones { offset, limit } => answer(*offset, *limit),
    })
}

#[test]
fn pages_are_read_until_all_phones_are_named() {
    for (ids, count, asked, names, why) in [
        (&["j0"][..], 1000, &[0][..], &["name 0"][..], ""),
        (&["j0", "j399"], 1000, &[0, 200], &["name 0", "name 399"], ""),
        (&["j9"], 9, &[0, 9], &["-"], "the project's list of phones does not have p9"),
        (
            &["j7", "j8", "j9"],
            8,
            &[0, 8],
            &["name 7", "-", "-"],
            "list of phones does not have those of 2 jobs (p8, …)",
        ),
        (&["j0"], 0, &[0], &["-"], "does not have p0"),
    ] {
        let story = show_names(ids, |offset, limit| phones(count, offset, limit));
        assert_eq!((offsets(&story), shown(&story)), (asked.to_vec(), names.to_vec()), "{ids:?}");
        assert!(missing(&story).contains(why) && missing(&story).is_empty() == why.is_empty(), "{}", missing(&story));
        assert_eq!(story.verdict, Exit::Ok);
    }
    let without = run(show(&["j0"], &[]), |now, _| ok(of_phone(success("j0", now))));
    assert_eq!((without.asked.len(), missing(&without)), (1, ""));
}

#[test]
fn a_failure_is_tried_again_and_then_only_the_names_are_missing() {
    for (kind, attempts) in [
        (Kind::Forbidden, 1),
        (Kind::BadAnswer, 1),
        (Kind::NotFound, 1),
        (Kind::Tls, 1),
        (Kind::ServiceError, 3),
        (Kind::RateLimited, 3),
        (Kind::Unreachable, 3),
        (Kind::HttpTimeout, 3),
    ] {
        let story = show_names(&["j0", "j1"], |_, _| no(kind));
        assert_eq!((offsets(&story).len(), story.verdict), (attempts, Exit::Ok), "{kind:?}");
        assert_eq!((missing(&story), shown(&story)), (&*format!("{kind:?}"), vec!["-", "-"]));
        assert!(!story.changes.iter().any(|change| matches!(change, Change::Failing(_) | Change::Throttled { .. })));
    }
    let failures = Cell::new(0);
    let story = show_names(&["j0"], |offset, limit| {
        failures.set(failures.get() + 1);
        if failures.get() < 3 { no(Kind::ServiceError) } else { phones(1, offset, limit) }
    });
    assert_eq!((shown(&story), missing(&story)), (vec!["name 0"], ""));
}

#[test]
fn a_401_stops_the_run_and_no_job_that_has_ended_hides_it() {
    let stopped = show_names(&["j0", "j1"], |_, _| no(Kind::AuthRejected));
    assert_eq!((stopped.verdict, stopped.outcome.errors.len()), (Exit::Auth, 1));
    assert_eq!((stopped.words(), missing(&stopped)), (vec!["", ""], ""));
    let stopped = run(engine(with_names(policy(600)), &["j0", "j1"], &[]), |now, query| match query {
        Query::Phones { .. } => no(Kind::AuthRejected),
        Query::Page { .. } => no(Kind::NotFound),
        Query::Job(id) => ok(of_phone(job(id, 0, if id == "j0" { s(0) } else { s(99) }, Status::Success, now))),
    });
    assert_eq!((stopped.verdict, stopped.words()), (Exit::Auth, vec!["", "auth_rejected"]));
    assert!(stopped.outcome.errors.is_empty() && stopped.took < s(3), "{:?}", stopped.took);
}

#[test]
fn a_list_that_does_not_move_on_or_never_ends_is_given_up() {
    let story = show_names(&["j999999"], |_, limit| phones(1000, 0, limit));
    assert_eq!(
        (offsets(&story), missing(&story)),
        (vec![0, 200], "the service gives the same page of phones whatever is asked for")
    );
    let quick = |_: &Query| ms(1);
    let endless = engine(with_names(Policy::show()), &["j999999"], &[]);
    let story = run_with(endless, quick, &[], |now, query| match query {
        Query::Phones { offset, limit } => phones(900_000, *offset, *limit),
        _ => ok(of_phone(success("j999999", now))),
    });
    assert_eq!((offsets(&story).len(), missing(&story)), (501, "the project has more than 100000 phones"));
}

#[test]
fn names_have_half_a_minute_and_a_show_the_time_of_a_look() {
    let slow = |query: &Query| if matches!(query, Query::Phones { .. }) { s(9) } else { RTT };
    for (policy, least, most) in [(Policy::show(), s(26), ms(29_600)), (policy(600), s(26), s(31))] {
        let story = run_with(engine(with_names(policy), &["j9000"], &[]), slow, &[], |now, query| match query {
            Query::Phones { offset, limit } => phones(10_000, *offset, *limit),
            _ => ok(of_phone(success("j9000", now))),
        });
        assert!((least..=most).contains(&story.took) && story.verdict == Exit::Ok, "{:?}", story.took);
        assert_eq!(missing(&story), "there was no time to read the whole list of phones");
    }
    let story = run_with(engine(with_names(policy(5)), &["j9000"], &[]), slow, &[], |now, query| match query {
        Query::Phones { offset, limit } => phones(10_000, *offset, *limit),
        _ => ok(of_phone(success("j9000", now))),
    });
    assert_eq!((story.took, missing(&story)), (s(5), "there was no time to read the whole list of phones"));
    assert!(!story.outcome.timed_out, "every job has ended");
}

#[test]
fn a_phone_that_is_seen_later_is_looked_for_once_more() {
    let engine = engine(with_names(policy(600)), &[], &["r"]);
    let story = run(engine, |now, query| match query {
        Query::Page { range, .. } => {
            let ids = ["j0", "j250", "j1"].map(str::to_owned);
            let there = if now < s(4) { 2 } else { 3 };
            page(&ids[..there], *range, |id| of_phone(job(id, 0, s(8), Status::Success, now)))
        }
        Query::Phones { offset, limit } => phones(300, *offset, *limit),
        Query::Job(_) => no(Kind::NotFound),
    });
    assert_eq!((shown(&story), missing(&story)), (vec!["name 0", "name 250", "name 1"], ""));
    assert_eq!(offsets(&story), [0, 200, 0]);
}

#[test]
fn looks_are_neither_fewer_nor_later_because_of_names() {
    let ids = names(300);
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let time = |query: &Query| if matches!(query, Query::Phones { .. }) { s(8) } else { ms(200) };
    let waits = |policy: Policy| {
        run_with(engine(policy, &ids, &[]), time, &[], |now, query| match query {
            Query::Phones { .. } => no(Kind::RateLimited),
            Query::Job(id) => ok(of_phone(job(id, 0, s(20), Status::Success, now))),
            Query::Page { .. } => no(Kind::NotFound),
        })
    };
    let (without, with) = (waits(policy(600)), waits(with_names(policy(600))));
    let first_looks = |story: &Story| ids.iter().map(|id| story.looks_at(id)[0]).collect::<Vec<_>>();
    assert_eq!(first_looks(&without), first_looks(&with));
    assert_eq!((without.widest, with.widest, offsets(&with)), (16, 17, vec![0, 0, 0]), "one request beside the looks");
    let looks = [&without, &with].map(|story| story.between(s(0), s(19)) - offsets(story).len());
    assert!(looks[0].abs_diff(looks[1]) <= 4, "{looks:?}: the pauses differ by chance");
}

#[test]
fn a_pause_that_the_service_asked_for_holds_for_names_too() {
    // The longer one is longer than the time for names, which begins with the first request for them.
    for pause in [5, 45] {
        let throttled = Cell::new(false);
        let story = run(engine(with_names(policy(600)), &["j0", "j1"], &[]), |now, query| match query {
            Query::Job(id) if id == "j1" && !throttled.replace(true) => asked_to_wait(Kind::RateLimited, pause),
            Query::Job(id) => ok(of_phone(success(id, now))),
            Query::Phones { offset, limit } => phones(9, *offset, *limit),
            Query::Page { .. } => no(Kind::NotFound),
        });
        assert_eq!(shown(&story), ["name 0", "name 1"], "{pause}: {}", missing(&story));
        let first = story.asked.iter().find(|(_, query)| matches!(query, Query::Phones { .. })).unwrap().0;
        assert!(first >= s(pause), "{first:?}");
    }
}

#[test]
fn a_phone_that_is_first_seen_during_a_read_is_looked_for_in_one_more() {
    // `j5` is seen when the page with its phone was read already.
    let time = |query: &Query| match query {
        Query::Job(id) if id == "j5" => s(4),
        Query::Phones { .. } => s(2),
        _ => RTT,
    };
    let service = |now, query: &Query| match query {
        Query::Phones { offset, limit } => phones(300, *offset, *limit),
        Query::Page { .. } => no(Kind::NotFound),
        Query::Job(id) => ok(of_phone(job(id, 0, s(30), Status::Success, now))),
    };
    let story = run_with(engine(with_names(policy(60)), &["j250", "j5"], &[]), time, &[], service);
    assert_eq!((offsets(&story), shown(&story)), (vec![0, 200, 300, 0], vec!["name 250", "name 5"]));
    // A phone that no page has is looked for once.
    let late = |query: &Query| if *query == Query::Job("j5".to_owned()) { s(9) } else { RTT };
    let story = run_with(engine(with_names(policy(60)), &["j999", "j5"], &[]), late, &[], service);
    assert_eq!((offsets(&story), shown(&story)), (vec![0, 200, 300, 0], vec!["-", "name 5"]));
}

#[test]
fn a_line_waits_for_a_name_that_may_still_come() {
    let mut engine = engine(with_names(policy(60)), &["j0", "j1"], &[]);
    assert!(!engine.awaits_name(0), "its phone is not known");
    let first = send(&mut engine, s(0));
    engine.answered(RTT, &first, ok(of_phone(success("j0", RTT))), 0.5);
    assert!(engine.awaits_name(0) && !engine.awaits_name(1) && !engine.awaits_name(9));
    let second = send(&mut engine, RTT);
    engine.answered(2 * RTT, &second, ok(of_phone(success("j1", RTT))), 0.5);
    let page = send(&mut engine, 2 * RTT);
    assert_eq!((page.query.clone(), page.until), (Query::Phones { offset: 0, limit: 200 }, 2 * RTT + s(30)));
    engine.answered(3 * RTT, &page, phones(1, 0, 200), 0.5);
    assert!(!engine.awaits_name(0) && engine.awaits_name(1), "one was on the page");
    let page = send(&mut engine, 3 * RTT);
    engine.answered(4 * RTT, &page, no(Kind::Forbidden), 0.5);
    assert!(!engine.awaits_name(1), "no more is read");
}

#[test]
fn names_are_not_waited_for_without_contact_nor_behind_the_time_of_a_look() {
    let refused = Job { status: Status::Failure, phone_id: Some("p0".to_owned()), ..Job::default() };
    let mut engine = Engine::new(with_names(Policy::show()), vec![refused], &[]);
    assert_eq!(engine.next(s(0)), Step::Ended);
    for (answered, waits) in [(ms(29_499), true), (ms(29_500), false)] {
        let mut engine = super::engine(with_names(Policy::show()), &["j0"], &[]);
        let first = send(&mut engine, s(0));
        engine.answered(s(1), &first, ok(of_phone(success("j0", s(1)))), 0.5);
        assert_eq!(engine.waits_for_names(answered), waits, "{answered:?}");
    }
    for (answered, asked) in [(ms(28_500), true), (ms(28_501), false)] {
        let mut engine = super::engine(with_names(Policy::show()), &["j0"], &[]);
        let first = send(&mut engine, s(0));
        engine.answered(answered, &first, ok(of_phone(success("j0", answered))), 0.5);
        assert_eq!(matches!(engine.next(answered), Step::Send(_)), asked, "{answered:?}");
    }
}
