//! Jobs asked for by id that turn out to belong to one request.

use super::*;

/// Jobs asked for by id that all name one request, or something else.
fn by_id(count: usize, seconds: u64, lists: bool, request_of: impl Fn(&str) -> String) -> Story {
    let ids = names(count);
    let refs: Vec<&str> = ids.iter().map(String::as_str).collect();
    run(wait(seconds, &refs, &[]), |now, query| match query {
        Query::Page { request_id, range } if lists && request_id == "r" => {
            page(&ids, *range, |id| job(id, 0, s(20), Status::Success, now))
        }
        Query::Page { .. } | Query::Phones { .. } => no(Kind::NotFound),
        Query::Job(id) => {
            let mut observation = job(id, 0, s(20), Status::Success, now);
            observation.job.request_id = Some(request_of(id));
            ok(observation)
        }
    })
}

#[test]
fn jobs_of_one_request_are_asked_for_together() {
    let story = by_id(1000, 60, true, |_| "r".to_owned());
    assert_eq!(story.verdict, Exit::Ok);
    let alone = story.asked.iter().filter(|(_, query)| matches!(query, Query::Job(_))).count();
    assert_eq!(alone, 2);
    // A look at 20 s sees some of them end, and the next asks for no more pages than the others are on.
    assert!((100..250).contains(&story.pages().len()), "{}", story.pages().len());
}

#[test]
fn requests_that_list_nothing_are_tried_seldom() {
    let story = by_id(50, 60, false, |_| "r".to_owned());
    assert_eq!((story.verdict, story.pages().len()), (Exit::Ok, 1));
    let story = by_id(50, 60, false, |id| format!("own-{id}"));
    assert_eq!((story.verdict, story.pages().len()), (Exit::Ok, 0));
    let story = by_id(1, 60, true, |_| "r".to_owned());
    assert_eq!((story.verdict, story.pages().len()), (Exit::Ok, 0));
    // Each two of them share one.
    let story = by_id(200, 60, false, |id| format!("r{}", id[1..].parse::<usize>().unwrap() / 2));
    assert_eq!(story.verdict, Exit::Ok);
    assert!(story.pages().len() <= 3 + 16, "{}", story.pages().len());
}

#[test]
fn a_found_list_that_breaks_down_is_done_without() {
    let ids = names(30);
    let refs: Vec<&str> = ids.iter().map(String::as_str).collect();
    let kinds = [Kind::ServiceError, Kind::Forbidden, Kind::BadAnswer, Kind::NotFound];
    for (kind, works_until) in kinds.into_iter().flat_map(|kind| [(kind, s(0)), (kind, s(5))]) {
        let story = run(wait(300, &refs, &[]), |now, query| match query {
            Query::Page { .. } if now > works_until => no(kind),
            Query::Page { range, .. } => page(&ids, *range, |id| job(id, 0, s(60), Status::Success, now)),
            Query::Phones { .. } => no(Kind::NotFound),
            Query::Job(id) => {
                let mut observation = job(id, 0, s(60), Status::Success, now);
                observation.job.request_id = Some("r".to_owned());
                ok(observation)
            }
        });
        assert_eq!(story.verdict, Exit::Ok, "{kind:?}");
        assert!(story.took < s(80), "{kind:?}: {:?}", story.took);
        if kind == Kind::ServiceError {
            // One that was of use is tried again, as any request.
            let is_failure =
                |(at, query): &&(Duration, Query)| matches!(query, Query::Page { .. }) && *at + RTT > works_until;
            let failures = story.asked.iter().filter(is_failure).count();
            assert!(if works_until.is_zero() { failures == 1 } else { failures == 3 }, "{failures}");
        }
        // What is told as over was told before.
        let told = |what: fn(&Change) -> bool| story.changes.iter().filter(|change| what(change)).count();
        let failing = told(|change| matches!(change, Change::Failing(_)));
        assert_eq!(failing, told(|change| matches!(change, Change::Recovered(_))), "{kind:?}");
    }
}

#[test]
fn a_job_that_is_being_asked_for_is_not_asked_for_a_second_time() {
    // The list ends while the slow answer to one of its jobs is under way.
    let ids = ["alone", "a", "b", "slow"];
    let time = |query: &Query| if *query == Query::Job("slow".to_owned()) { s(9) } else { RTT };
    let story = run_with(wait(300, &ids, &[]), time, &[], |now, query| match query {
        Query::Page { .. } if now > s(2) => no(Kind::BadAnswer),
        Query::Page { range, .. } => {
            let listed = ["a", "b", "slow"].map(str::to_owned);
            page(&listed, *range, |id| job(id, 0, s(60), Status::Success, now))
        }
        Query::Phones { .. } => no(Kind::NotFound),
        Query::Job(id) => {
            let mut observation = job(id, 0, s(60), Status::Success, now);
            observation.job.request_id = (id != "alone").then(|| "r".to_owned());
            ok(observation)
        }
    });
    assert_eq!((story.verdict, story.pages().len() > 1), (Exit::Ok, true));
    let looks = story.looks_at("slow");
    assert!(looks.len() > 1 && looks.windows(2).all(|pair| pair[1] - pair[0] >= s(9)), "{looks:?}");
}

#[test]
fn a_found_list_that_moves_keeps_nobody_waiting() {
    // The service gives the same page whatever is asked for, and one job is soon not on it.
    let ids = ["a", "b", "gone", "d"];
    let story = run(wait(300, &ids, &[]), |now, query| match query {
        Query::Page { .. } => {
            let listed = ids.iter().filter(|id| **id != "gone" || now < s(2));
            Ok(Answer::Page(listed.map(|id| job(id, 0, s(30), Status::Success, now)).collect()))
        }
        Query::Phones { .. } => no(Kind::NotFound),
        Query::Job(id) => {
            let mut observation = job(id, 0, s(30), Status::Success, now);
            observation.job.request_id = Some("r".to_owned());
            ok(observation)
        }
    });
    assert_eq!(story.verdict, Exit::Ok);
    assert!(story.took < s(34), "{:?}", story.took);
}

#[test]
fn request_ids_that_change_with_each_answer_do_not_pile_up() {
    let mut engine = wait(86_400, &["a", "b", "c", "d"], &[]);
    let mut now = Duration::ZERO;
    let (mut named, mut most) = (BTreeMap::new(), 0);
    for n in 0..1000 {
        let attempt = loop {
            match engine.next(now) {
                Step::Send(attempt) => break attempt,
                Step::Sleep(until) => now = until.unwrap(),
                Step::Ended => panic!("at {now:?}"),
            }
        };
        now += RTT;
        let id = id_of(&attempt.query);
        let mut observation = job(id, 0, s(99_999), Status::Success, now);
        observation.job.request_id = Some(format!("r{n}"));
        named.insert(id.to_owned(), format!("r{n}"));
        engine.answered(now, &attempt, ok(observation), 0.5);
        assert!(
            named.values().all(|id| engine.first_job_of_request.contains_key(id)),
            "those named last: {:?}",
            engine.first_job_of_request
        );
        most = most.max(engine.first_job_of_request.len());
    }
    // Two for each job, and the one that was too many.
    assert_eq!(most, 9);
}
