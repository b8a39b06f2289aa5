//! The first contact: three rounds, in both commands, however many ids.

use super::*;

fn both(ids: &[&str]) -> [Engine; 2] {
    [show(ids, &[]), wait(900, ids, &[])]
}

#[test]
fn a_dead_network_is_three_rounds() {
    for (count, rounds) in [(1, vec![1, 1, 1]), (2, vec![1, 2, 2]), (20, vec![1, 16, 16]), (250, vec![1, 16, 16])] {
        let ids = names(count);
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        for kind in [Kind::Unreachable, Kind::ServiceError] {
            for engine in both(&ids) {
                let story = run(engine, |_, _| no(kind));
                assert_eq!(story.verdict, Exit::Unreachable);
                assert!(story.took < s(3), "{:?}", story.took);
                assert_eq!(story.asked.len(), rounds.iter().sum::<usize>(), "{count} {kind:?}");
                assert!(story.asked[0].0.is_zero() && story.asked.get(1).is_none_or(|(at, _)| *at >= RTT + ms(250)));
                // Different ids first; an id that was never asked carries what stopped the run.
                let asked: std::collections::BTreeSet<&str> =
                    story.asked.iter().map(|(_, query)| id_of(query)).collect();
                assert_eq!(asked.len(), count.min(33));
                assert!(story.words().iter().all(|word| *word == kind_word(kind)), "{:?}", story.words());
            }
        }
    }
}

fn kind_word(kind: Kind) -> &'static str {
    kind.word()
}

#[test]
fn a_silent_peer_is_told_within_half_a_minute_and_a_login_before_it_counts() {
    for count in [1, 2, 20, 250] {
        let ids = names(count);
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        for engine in both(&ids) {
            let story = run_with(engine, |_| s(99), &[], |_, _| no(Kind::HttpTimeout));
            assert_eq!(story.verdict, Exit::Unreachable);
            assert!((s(28)..s(30)).contains(&story.took), "{:?}", story.took);
        }
        let policy = Policy::wait().with_contact_until(s(12));
        let story = run_with(engine(policy, &ids, &[]), |_| s(99), &[], |_, _| no(Kind::HttpTimeout));
        assert!(story.took < s(12), "{:?}", story.took);
    }
}

#[test]
fn one_job_that_is_hard_to_answer_is_no_dead_network() {
    for (first, words) in [(Kind::Unreachable, "unreachable"), (Kind::ServiceError, "service_error")] {
        let ids = names(40);
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let story = run(show(&ids, &[]), |now, query| match id_of(query) {
            "j0000" => no(first),
            id => ok(job(id, 0, s(0), Status::Success, now)),
        });
        assert_eq!((story.verdict, story.asked.len(), story.looks_at("j0000").len()), (Exit::Unreachable, 42, 3));
        assert_eq!(story.words().iter().filter(|word| **word == words).count(), 1);
        let error = story.outcome.entries[0].error.as_ref().unwrap();
        assert!(error.message.ends_with("(3 attempts)"), "{}", error.message);
    }
}

#[test]
fn what_no_retry_helps_is_not_retried() {
    for engine in both(&["a"]) {
        let story = run(engine, |_, _| no(Kind::ServiceError).map_err(|error| error.retryable(false)));
        assert_eq!((story.verdict, story.asked.len(), story.took), (Exit::Unreachable, 1, RTT));
    }
    for engine in both(&["a"]) {
        let story = run(engine, |_, _| no(Kind::Unreachable).map_err(|error| Error { retried: true, ..error }));
        assert_eq!((story.verdict, story.asked.len()), (Exit::Unreachable, 1));
    }
}

#[test]
fn answers_that_can_not_be_used_are_no_contact_and_no_failed_round() {
    let ids = names(50);
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    for engine in both(&ids) {
        let story = run(engine, |_, _| no(Kind::BadAnswer));
        assert_eq!((story.verdict, story.asked.len(), story.widest), (Exit::BadAnswer, 50, 16));
    }
    // One of them does not make the run patient with the others.
    for engine in both(&["html", "b"]) {
        let story =
            run(engine, |_, query| no(if id_of(query) == "html" { Kind::BadAnswer } else { Kind::Unreachable }));
        assert_eq!((story.verdict, story.looks_at("b").len()), (Exit::Unreachable, 3));
        assert!(story.took < s(3));
    }
}

#[test]
fn a_refused_credential_costs_one_request_and_a_late_403_is_one_jobs() {
    let ids = names(50);
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    for kind in [Kind::AuthRejected, Kind::Forbidden, Kind::Tls] {
        for engine in both(&ids) {
            let story = run(engine, |_, _| no(kind));
            assert_eq!((story.asked.len(), story.words()), (1, vec![kind.word(); 50]));
        }
    }
    let story = run(show(&ids, &[]), |now, query| match id_of(query) {
        "j0007" => no(Kind::Forbidden),
        id => ok(job(id, 0, s(0), Status::Success, now)),
    });
    assert_eq!((story.verdict, story.asked.len()), (Exit::Auth, 50));
}

#[test]
fn a_throttled_run_is_short_and_polite() {
    let ids = names(60);
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    for engine in both(&ids) {
        let story = run(engine, |_, _| no(Kind::RateLimited));
        assert!(story.asked.len() <= 33 && story.took < s(10), "{} {:?}", story.asked.len(), story.took);
        assert_eq!(story.verdict, Exit::Unreachable);
    }
    let story = run(show(&ids, &[]), |now, query| match id_of(query) {
        "j0000" => ok(job("j0000", 0, s(0), Status::Success, now)),
        _ => no(Kind::RateLimited),
    });
    assert_eq!(story.verdict, Exit::Unreachable);
    assert!(story.asked.len() <= 80, "{}", story.asked.len());
}

#[test]
fn show_obeys_a_retry_after_that_fits_and_stops_at_once_where_it_does_not() {
    for (asked, requests, took) in [(12, 3, 24..26), (20, 2, 20..22), (31, 1, 0..1), (3600, 1, 0..1)] {
        let story = run(show(&["a"], &[]), |_, _| asked_to_wait(Kind::ServiceError, asked));
        assert_eq!((story.verdict, story.asked.len()), (Exit::Unreachable, requests), "{asked}");
        assert!(took.contains(&story.took.as_secs()), "{asked}: {:?}", story.took);
        let error = story.outcome.entries[0].error.as_ref().unwrap();
        assert_eq!(error.message.contains(&format!("asked to wait {asked} s")), requests < 3, "{}", error.message);
    }
    let story = run(wait(900, &["a"], &[]), |_, _| asked_to_wait(Kind::ServiceError, 3600));
    assert!((s(119)..s(125)).contains(&story.took) && story.asked.len() == 3, "{:?}", story.took);
}

#[test]
fn a_network_that_dies_in_the_middle_ends_a_show_in_half_a_minute() {
    let ids = names(1000);
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    for took in [ms(1), s(99)] {
        let story = run_with(
            show(&ids, &[]),
            |query| if id_of(query) < "j0200" { RTT } else { took },
            &[],
            |now, query| {
                if id_of(query) < "j0200" {
                    ok(job(id_of(query), 0, s(0), Status::Success, now))
                } else {
                    no(Kind::HttpTimeout)
                }
            },
        );
        assert_eq!(story.verdict, Exit::Unreachable);
        assert!(story.took < s(55), "{:?}", story.took);
        assert!(story.asked.len() < 200 + 120, "{}", story.asked.len());
    }
}

#[test]
fn nothing_is_asked_for_when_the_time_of_first_contact_is_over() {
    // A machine that stands still in the middle: no answer could come in time.
    for engine in both(&["a", "b"]) {
        let story = run_with(engine, |_| s(2), &[(s(1), s(60))], |_, _| no(Kind::BadAnswer));
        assert_eq!((story.verdict, story.asked.len()), (Exit::Unreachable, 1));
        assert_eq!(story.words(), ["bad_answer", "http_timeout"]);
    }
}

#[test]
fn unbroken_failure_ends_a_show_within_its_time_and_one_answer() {
    let ids = names(300);
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    for _ in 0..20 {
        let story = run_with(
            show(&ids, &[]),
            |query| if id_of(query) < "j0200" { ms(30) } else { s(99) },
            &[],
            |now, query| match id_of(query) {
                id if id < "j0200" => ok(job(id, 0, s(0), Status::Success, now)),
                _ => no(Kind::HttpTimeout),
            },
        );
        let died = story.asked.iter().find(|(_, query)| id_of(query) >= "j0200").map(|(at, _)| *at).unwrap();
        assert!(story.took <= died + s(10) + s(30) + s(10), "{:?} after {died:?}", story.took);
    }
}
