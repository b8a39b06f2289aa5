//! That a list is read again in time, the second time at once where only that is missing; and that jobs that are on a
//! list are not forgotten.

use std::collections::HashSet;

use cph::job::Status;

use crate::driver::Key;
use crate::facts::{About, Fact};
use crate::lists::Ending;
use crate::liveness::{Looks, SLACK};
use crate::scenario::{ListPlan, ms, s};

impl Looks<'_> {
    pub(crate) fn lists(&self, wrong: &mut Vec<String>) {
        let facts = self.facts;
        let asked_singly: HashSet<&Key> =
            facts.run.sent.iter().map(|sent| &sent.key).filter(|(_, page)| page.is_none()).collect();
        for (request, reads) in &facts.reads {
            for pair in reads.windows(2) {
                let [before, after] = pair else { continue };
                let slowed = self.throttled.is_some_and(|at| at < after.sent);
                if slowed || !self.is_quiet(before.sent, after.sent) {
                    continue;
                }
                let all_succeeded = facts.succeeded_at(request).is_some_and(|at| at <= before.received);
                // An interval that was asked for may outrank it.
                let adaptive = facts.scenario.policy.interval.is_none();
                let pause = if adaptive && before.ending == Ending::Proven && all_succeeded {
                    // Only the second reading is missing.
                    ms(1500)
                } else {
                    facts.scenario.policy.interval.unwrap_or(s(10)).max(s(10)).mul_f64(1.1)
                };
                // Jobs that vanished from a list are asked for one by one, and lists wait their turn with them.
                let round = ms(55) * u32::try_from(asked_singly.len() + facts.reads.len()).unwrap_or(u32::MAX);
                let bound = before.received + pause + round + self.slowest * 3 + SLACK;
                if after.sent > bound {
                    wrong.push(format!(
                        "{request} was read at {:?} and again only at {:?}",
                        before.received, after.sent
                    ));
                }
            }
        }
    }

    /// Jobs asked for by id, some of them answered by a list that was found: each is answered again.
    pub(crate) fn answers(&self, wrong: &mut Vec<String>) {
        let facts = self.facts;
        let Some(ended) = facts.run.ended else { return };
        let jobs = facts.scenario.jobs.len();
        let pages = |list: &ListPlan| jobs / list.cap.clamp(1, 100) + 3;
        let read = self.slowest * u32::try_from(facts.scenario.lists.iter().map(pages).sum::<usize>()).unwrap_or(1);
        let interval = facts.scenario.policy.interval.unwrap_or(s(10)).max(s(10)).mul_f64(1.1);
        let hopeful = |(_, received): &(&&str, &Vec<Fact>)| {
            facts.pointless_after(received).is_none_or(|fact| fact.said.is_terminal())
        };
        for (id, received) in facts.jobs.iter().filter(hopeful) {
            for (at, fact) in
                received.iter().enumerate().filter(|(_, fact)| fact.said == About::Status(Status::Running))
            {
                let next = received.get(at + 1).map_or(ended, |next| next.at);
                let bound = interval + read + self.round(jobs, next) + SLACK;
                if next > fact.at + bound && self.is_quiet(fact.at.saturating_sub(bound), next) {
                    wrong.push(format!("{id} runs at {:?}, and is heard of at {next:?}, not {bound:?} later", fact.at));
                }
            }
        }
    }
}
