//! That nobody is forgotten: no look later than its interval and one round of the fleet (CONTRACT §6).

use std::collections::HashMap;
use std::time::Duration;

use cph::error::Kind;
use cph::job::Status;
use cph::poll::Query;

use crate::driver::{Received, Said, Sent};
use crate::facts::Facts;
use crate::scenario::{ms, s};

/// Threads and clocks are not exact to the microsecond.
pub(crate) const SLACK: Duration = ms(20);

pub(crate) fn complaints(facts: &Facts<'_>) -> Vec<String> {
    let mut wrong = Vec::new();
    if !facts.scenario.policy.repeat {
        return wrong;
    }
    let looks = Looks::new(facts);
    // Jobs that are on a list are not asked for by themselves.
    if facts.scenario.lists.is_empty() && !facts.is_heavy() {
        looks.first_round(&mut wrong);
        looks.gaps(&mut wrong);
        looks.last_look(&mut wrong);
    } else if facts.scenario.requests.is_empty() && !facts.is_heavy() {
        looks.answers(&mut wrong);
    }
    looks.silence(&mut wrong);
    looks.lists(&mut wrong);
    wrong
}

pub(crate) struct Looks<'a> {
    pub(crate) facts: &'a Facts<'a>,
    /// The slowest answer.
    pub(crate) slowest: Duration,
    /// When each job ended, by the answers: their events in order.
    ended: Vec<usize>,
    /// The first 429.
    pub(crate) throttled: Option<Duration>,
    asks_to_wait: bool,
}

impl<'a> Looks<'a> {
    fn new(facts: &'a Facts<'a>) -> Self {
        let takes = |sent: &Sent| sent.received.as_ref().map(|received| received.at - sent.at);
        let mut ended: Vec<usize> = facts
            .jobs
            .values()
            .filter_map(|received| received.iter().find(|fact| fact.said.is_terminal()))
            .map(|fact| fact.number)
            .collect();
        ended.sort_unstable();
        let throttled = facts.run.answers().find_map(|(_, received)| {
            matches!(received.said, Said::Error { kind: Kind::RateLimited, .. }).then_some(received.at)
        });
        let asks =
            |(_, received): (&Sent, &Received)| matches!(received.said, Said::Error { retry_after: Some(_), .. });
        Self {
            slowest: facts.run.sent.iter().filter_map(takes).max().unwrap_or_default().min(s(10)),
            ended,
            throttled,
            asks_to_wait: facts.run.answers().any(asks),
            facts,
        }
    }

    /// Jobs that had not ended before this event.
    fn open(&self, number: usize) -> usize {
        self.facts.scenario.jobs.len() - self.ended.partition_point(|ended| *ended < number)
    }

    /// The time that so many looks need.
    pub(crate) fn round(&self, looks: usize, at: Duration) -> Duration {
        let rate = if self.throttled.is_some_and(|throttled| throttled <= at) { 1.0 } else { 20.0 };
        let looks = looks as f64;
        Duration::from_secs_f64((looks / rate).max(looks / 16.0 * self.slowest.as_secs_f64())) + self.slowest
    }

    /// Nothing that stretches a pause happened from then on.
    pub(crate) fn is_quiet(&self, from: Duration, to: Duration) -> bool {
        let before = if self.asks_to_wait { s(61) } else { Duration::ZERO };
        self.facts.is_quiet(from.saturating_sub(before), to)
    }

    fn interval(&self, id: &str, at: Duration) -> Duration {
        let adaptive = |age: Duration| age.mul_f64(0.1).clamp(s(1), s(10)).mul_f64(1.1);
        self.facts.scenario.policy.interval.unwrap_or_else(|| adaptive(self.facts.age(id, at).1))
    }

    fn first_round(&self, wrong: &mut Vec<String>) {
        let facts = self.facts;
        let (Some((_, contact)), Some(ended)) = (facts.contact, facts.run.ended) else { return };
        let jobs = facts.scenario.jobs.len();
        let round = self.slowest.mul_f64((jobs / 16 + 2) as f64) + SLACK;
        if facts.stop.is_some() || facts.scenario.policy.fail_fast || !self.is_quiet(Duration::ZERO, contact + round) {
            return;
        }
        let mut first: HashMap<&str, Duration> = HashMap::new();
        for sent in &facts.run.sent {
            let Query::Job(id) = &sent.query else { continue };
            if first.contains_key(id.as_str()) && first.len() < jobs && sent.at < ended {
                wrong.push(format!("{id} is looked at again at {:?}, and others never were", sent.at));
                break;
            }
            first.entry(id).or_insert(sent.at);
        }
        for job in &facts.scenario.jobs {
            let at = first.get(job.id.as_str()).copied().unwrap_or(ended);
            if at > contact + round {
                wrong.push(format!("the first look at {} is at {at:?}, after contact at {contact:?}", job.id));
            }
        }
    }

    /// Whatever happens, the run goes on asking.
    fn silence(&self, wrong: &mut Vec<String>) {
        let facts = self.facts;
        let Some(ended) = facts.run.ended else { return };
        let interval = facts.scenario.policy.interval.unwrap_or_default().max(s(11));
        // A pause, the time that the service asked for, and an answer.
        let longest = interval + s(10) + if self.asks_to_wait { s(60) } else { Duration::ZERO };
        let times: Vec<Duration> = facts.run.sent.iter().map(|sent| sent.at).chain([ended]).collect();
        for pair in times.windows(2) {
            let stopped = facts.run.stops.iter().any(|(_, over)| pair[0] <= *over && *over <= pair[1]);
            if pair[1] > pair[0] + longest && !stopped {
                wrong.push(format!("nothing is asked from {:?} to {:?}", pair[0], pair[1]));
            }
        }
    }

    fn gaps(&self, wrong: &mut Vec<String>) {
        let facts = self.facts;
        let Some(ended) = facts.run.ended else { return };
        let mut last: HashMap<&str, &Received> = HashMap::new();
        let mut missing_since: HashMap<&str, Duration> = HashMap::new();
        let mut failing_since: HashMap<&str, Duration> = HashMap::new();
        let by_look = facts.run.sent.iter().filter_map(|sent| match &sent.query {
            Query::Job(id) => Some((id.as_str(), Some(sent), sent.at)),
            Query::Page { .. } | Query::Phones { .. } => None,
        });
        let at_the_end = facts.scenario.jobs.iter().map(|job| (job.id.as_str(), None, ended));
        for (id, sent, at) in by_look.chain(at_the_end) {
            let before = last.remove(id);
            // One that is not answered for 5 minutes may be given up.
            let failing = failing_since.get(id).copied();
            if let Some(received) = before.filter(|received| failing.is_none_or(|since| received.at < since + s(300))) {
                self.gap(id, received, at, sent.is_none(), wrong);
            }
            let Some(received) = sent.and_then(|sent| sent.received.as_ref()) else { continue };
            last.insert(id, received);
            if matches!(received.said, Said::Error { kind, .. } if kind != Kind::NotFound) {
                failing_since.entry(id).or_insert(received.at);
            } else {
                failing_since.remove(id);
            }
            // "Not found" is tolerated for 15 s and one look.
            if matches!(received.said, Said::Error { kind: Kind::NotFound, .. }) {
                let since = *missing_since.entry(id).or_insert(received.at);
                let bound =
                    since.max(s(1)) + s(15) + self.interval(id, at) + self.round(self.open(received.number), at);
                if at > bound + SLACK && self.is_quiet(since, at) {
                    wrong.push(format!("{id} is not found from {since:?} on, and asked for at {at:?}"));
                }
            }
        }
    }

    fn gap(&self, id: &str, received: &Received, next: Duration, is_end: bool, wrong: &mut Vec<String>) {
        let facts = self.facts;
        let round = self.round(self.open(received.number), next);
        let interval = self.interval(id, received.at);
        match received.said {
            Said::Job(Status::Running) => {
                let bound = received.at + interval + round + SLACK;
                if next > bound && self.is_quiet(received.at.saturating_sub(interval + round), next) {
                    let what = if is_end { "at the end" } else { "looked at" };
                    wrong.push(format!("{id} runs at {:?}, and is {what} at {next:?}, not by {bound:?}", received.at));
                }
            }
            Said::Error { retryable: true, .. } => {
                // As soon as the service answers again.
                let good = facts.good.partition_point(|at| *at <= received.at);
                if let Said::Error { retry_after: Some(asked), .. } = received.said {
                    // Nothing else asks to wait.
                    let bound = received.at + asked.min(s(60)) + interval.max(s(11)) + round + SLACK;
                    let alone = facts.is_quiet(received.at.saturating_sub(s(61)), received.at.saturating_sub(ms(1)));
                    if next > bound && alone && facts.is_quiet(received.at + ms(1), next) {
                        wrong.push(format!("{id} is to wait for {asked:?} from {:?} on, not to {next:?}", received.at));
                    }
                }
                let Some(good) = facts.good.get(good) else { return };
                let bound = *good + interval.max(s(11)) + round + SLACK;
                if next > bound && self.is_quiet(*good + ms(1), next) {
                    wrong.push(format!(
                        "{id} failed at {:?}, and is looked at at {next:?}, not by {bound:?}",
                        received.at
                    ));
                }
            }
            _ => {}
        }
    }
}
