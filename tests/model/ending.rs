//! That a run ends when it must, and not before (CONTRACT §6; RELIABILITY §3.4).

use std::time::Duration;

use cph::error::Kind;
use cph::job::Status;
use cph::poll::{Change, Query};

use crate::driver::{Received, Said, Sent};
use crate::facts::{About, Fact, Facts};
use crate::lists::{Ending, Read, confirmed, confirmed_in_a_row};
use crate::oracle::{gave_up, patience_is_over};
use crate::scenario::{ms, s};

/// One look more than what is tolerated: a pause, an answer, and what the service asked for.
const ONE_LOOK: Duration = s(11 + 10 + 60);

pub(crate) fn complaints(facts: &Facts<'_>) -> Vec<String> {
    let mut wrong = facts.run.wrong.clone();
    let scenario = facts.scenario;
    if facts.run.idle_wakes > 2 * facts.run.sent.len() + 100 {
        wrong.push(format!("woken {} times for nothing", facts.run.idle_wakes));
    }
    let Some(ended) = facts.run.ended else {
        wrong.push("no end".to_owned());
        return wrong;
    };
    // A machine that is suspended when the time is up notices later.
    let asleep = |timeout: Duration| facts.run.stops.iter().any(|(began, over)| *began <= timeout && *over == ended);
    if let Some(timeout) = scenario.policy.timeout
        && ended > timeout
        && !asleep(timeout)
    {
        wrong.push(format!("the end is at {ended:?}, the time limit {timeout:?}"));
    }
    too_early(facts, ended, &mut wrong);
    if facts.run.stops.is_empty() {
        too_late(facts, ended, &mut wrong);
    }
    reported_once(facts, &mut wrong);
    wrong
}

/// When nothing more can be learned of a job, for certain.
fn settled(facts: &Facts<'_>, received: &[Fact]) -> Option<Fact> {
    let wait = facts.scenario.policy.repeat;
    let mut seen = false;
    for fact in received {
        match fact.said {
            said if said.is_terminal() => return Some(*fact),
            About::Status(Status::Unknown) => return Some(*fact),
            About::Status(_) if !wait => return Some(*fact),
            About::Status(_) => seen = true,
            About::Error(Kind::NotFound, _) if !wait || seen || fact.at >= s(15) => return Some(*fact),
            About::Error(Kind::NotFound, _) => {}
            About::Error(_, retryable) if !retryable || !wait => return Some(*fact),
            About::Error(..) => {}
        }
    }
    None
}

/// An end before the time limit needs a reason.
fn too_early(facts: &Facts<'_>, ended: Duration, wrong: &mut Vec<String>) {
    let policy = &facts.scenario.policy;
    let failed = |received: &Vec<Fact>| received.iter().any(|fact| fact.said == About::Status(Status::Failure));
    let known_to_fail = facts.scenario.refused > 0 || facts.jobs.values().any(failed);
    if facts.timed_out
        || facts.stop.is_some()
        || facts.contact.is_none()
        || (policy.fail_fast && known_to_fail)
        || patience_is_over(facts)
    {
        return;
    }
    for (id, received) in facts.jobs.iter().filter(|_| !facts.is_heavy()) {
        if settled(facts, received).is_none() && !id.starts_with("..") && !gave_up(facts, received) {
            wrong.push(format!("the end is at {ended:?}, and {id} is still open: {:?}", received.last()));
        }
    }
    for (request, reads) in &facts.reads {
        let in_order = |ending| reads.last().is_some_and(|read| read.ending == ending);
        let moved = reads.iter().rfind(|read| read.ending == Ending::Proven || read.ending == Ending::Empty);
        let moving_since = moved.map_or(Duration::ZERO, |read| read.received);
        let settled = confirmed(reads).is_some()
            || (in_order(Ending::Proven) && (!policy.repeat || known_to_fail || odd_member(facts, request)))
            || in_order(Ending::CountsPages)
            || (in_order(Ending::Empty) && (!policy.repeat || ended >= s(15)))
            || (in_order(Ending::Void) && (!policy.repeat || ended >= moving_since + s(290)))
            || (facts.is_doubted(request) && (!policy.repeat || ended >= s(300)))
            || refused(facts, request);
        if !settled {
            let reads: Vec<_> = reads.iter().map(|read| (read.ending, read.ids.len(), read.received)).collect();
            wrong.push(format!("the end is at {ended:?}, and {request} is still open: {reads:?}"));
        }
    }
}

/// A job of the list can't be a success any more, so that the list could not give 0.
fn odd_member(facts: &Facts<'_>, request: &str) -> bool {
    let listed = |id: &str| facts.listed.get(request).is_some_and(|listed| listed.contains(id));
    let hopeless = |(id, received): (&&str, &Vec<Fact>)| {
        let success = received.iter().any(|fact| fact.said == About::Status(Status::Success));
        let failure = received.iter().any(|fact| fact.said == About::Status(Status::Failure));
        listed(id) && (id.starts_with("..") || failure || (!success && settled(facts, received).is_some()))
    };
    facts.jobs.iter().any(hopeless)
}

/// An answer about the request that ends it, or none for 5 minutes.
fn refused(facts: &Facts<'_>, request: &str) -> bool {
    let wait = facts.scenario.policy.repeat;
    let mut failing_since = None;
    facts.run.answers().any(|(sent, received)| {
        if !matches!(&sent.query, Query::Page { request_id, .. } if request_id == request) {
            return false;
        }
        match &received.said {
            Said::Error { kind: Kind::NotFound, .. } => !wait || received.at >= s(15),
            Said::Error { retryable, kind, .. } => {
                let since = *failing_since.get_or_insert(received.at);
                !wait || received.at >= since + s(300) || !(*retryable || *kind == Kind::ServiceError)
            }
            _ => {
                failing_since = None;
                false
            }
        }
    })
}

fn too_late(facts: &Facts<'_>, ended: Duration, wrong: &mut Vec<String>) {
    let scenario = facts.scenario;
    let all = facts.jobs.values().map(|received| facts.pointless_after(received).map(|fact| fact.at));
    let sure = |(request, reads): (&&str, &Vec<Read>)| {
        confirmed_in_a_row(reads).filter(|_| !facts.is_doubted(request)).map(|read| read.received)
    };
    let lists = facts.reads.iter().map(sure);
    let known: Option<Duration> = all.chain(lists).try_fold(Duration::ZERO, |last, at| Some(last.max(at?)));
    let page_under_way = |known: &Duration| {
        let under_way =
            |sent: &Sent| sent.at <= *known && sent.received.as_ref().is_none_or(|received| received.at > *known);
        facts.run.sent.iter().any(|sent| matches!(sent.query, Query::Page { .. }) && under_way(sent))
    };
    if let Some(known) = known.filter(|known| ended > *known && !page_under_way(known)) {
        wrong.push(format!("all was known at {known:?}, and the end is at {ended:?}"));
    }
    if let Some((stop, _, at)) = facts.stop.filter(|(_, _, at)| ended > *at + s(15)) {
        wrong.push(format!("stopped at {at:?} ({stop:?}), and the end is at {ended:?}"));
    }
    // The first thing that was said of its end.
    let ends = |received: &Vec<Fact>| received.iter().find(|fact| fact.said.is_terminal()).copied();
    let failure = |fact: &Fact| fact.said == About::Status(Status::Failure);
    let failed = facts.jobs.values().filter_map(ends).filter(failure).map(|fact| fact.at).min();
    if scenario.policy.fail_fast && !facts.is_heavy() && failed.is_some_and(|at| ended > at) {
        wrong.push(format!("--fail-fast, a failure at {failed:?}, and the end is at {ended:?}"));
    }
    unbroken_failure(facts, ended, wrong);
    moving(facts, wrong);
    if !scenario.policy.repeat {
        single_looks(facts, wrong);
    }
}

/// Unbroken failure is tolerated for 5 minutes and one look; in show for 30 s and one answer.
fn unbroken_failure(facts: &Facts<'_>, ended: Duration, wrong: &mut Vec<String>) {
    // What a show was asked to wait fits its 30 s.
    let asked = |(_, received): (&Sent, &Received)| match received.said {
        Said::Error { retry_after: Some(asked), .. } => asked.min(s(30)),
        _ => Duration::ZERO,
    };
    let asked = facts.run.answers().map(asked).max().unwrap_or_default();
    let bears = if facts.scenario.policy.repeat { s(300) + ONE_LOOK } else { s(40) + asked };
    let mut good = facts.alive.iter().copied().chain([ended]);
    let Some(mut last) = good.next() else { return };
    for next in good {
        let failing = facts.failing.partition_point(|at| *at <= last);
        if let Some(first) = facts.failing.get(failing).filter(|at| next > **at + bears) {
            wrong.push(format!("nothing but failure from {first:?} to {next:?}"));
        }
        last = next;
    }
}

/// A list that moves whenever it is read is tolerated for 5 minutes.
fn moving(facts: &Facts<'_>, wrong: &mut Vec<String>) {
    for (request, reads) in &facts.reads {
        let mut since = None;
        for read in reads {
            if read.ending != Ending::Void {
                since = None;
                continue;
            }
            let since = *since.get_or_insert(read.received);
            let interval = facts.scenario.policy.interval.unwrap_or_default();
            if read.sent > since + s(300) + ONE_LOOK.max(interval * 2) && facts.is_quiet(since, read.sent) {
                wrong.push(format!("{request} moves from {since:?} on, and is read at {:?}", read.sent));
            }
        }
    }
}

/// In show, a look takes 30 s at most.
fn single_looks(facts: &Facts<'_>, wrong: &mut Vec<String>) {
    let mut began = std::collections::HashMap::new();
    for sent in &facts.run.sent {
        let received = sent.received.as_ref().map_or(sent.at, |received: &Received| received.at);
        let over = |received: &Received| !matches!(received.said, Said::Error { retryable: true, .. });
        if matches!(sent.query, Query::Page { .. }) && sent.received.as_ref().is_some_and(over) {
            began.remove(&sent.key);
            continue;
        }
        let from = *began.entry(&sent.key).or_insert(sent.at);
        if received > from + s(30) + ms(1) {
            wrong.push(format!("the look at {:?} took from {from:?} to {received:?}", sent.query));
        }
    }
}

/// Every job that ended is reported once, and so is the end of each failure that passed.
fn reported_once(facts: &Facts<'_>, wrong: &mut Vec<String>) {
    let mut failing = false;
    for change in &facts.run.changes {
        let expected = match change {
            Change::Failing(_) => false,
            Change::Recovered(_) => true,
            _ => continue,
        };
        if std::mem::replace(&mut failing, !expected) != expected {
            wrong.push(format!("{change:?} is reported twice in a row"));
        }
    }
    let ended = facts.run.changes.iter().filter_map(|change| match change {
        Change::Ended(at) => Some(*at),
        _ => None,
    });
    let mut ended: Vec<usize> = ended.collect();
    let count = ended.len();
    ended.sort_unstable();
    ended.dedup();
    if ended.len() < count {
        wrong.push("a job was reported as ended twice".to_owned());
    }
    let entries = &facts.run.outcome.entries;
    let by_answers = |entry: &&cph::job::Entry| {
        matches!(entry.job.status, Status::Success | Status::Failure) && entry.job.job_id.is_some()
    };
    if count < entries.iter().filter(by_answers).count() {
        wrong.push(format!(
            "{count} jobs were reported as ended, and {} did",
            entries.iter().filter(by_answers).count()
        ));
    }
}
