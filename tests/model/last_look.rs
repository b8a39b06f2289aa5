//! That the last look before the deadline sees what ended before it.

use std::time::Duration;

use cph::job::Status;
use cph::poll::Query;

use crate::facts::{About, Fact};
use crate::liveness::{Looks, SLACK};
use crate::scenario::s;

impl Looks<'_> {
    /// Whatever still runs is looked at shortly before the deadline.
    pub(crate) fn last_look(&self, wrong: &mut Vec<String>) {
        let facts = self.facts;
        let (Some(timeout), true) = (facts.scenario.policy.timeout, facts.timed_out) else { return };
        let (least, most) = facts.scenario.takes;
        let shortest = (least * 2).clamp(s(1), s(10));
        let longest = (self.slowest.max(most) * 2).clamp(s(1), s(10));
        let still_open = |received: &&Vec<Fact>| {
            let ended = received.iter().find(|fact| fact.said.is_terminal());
            ended.is_none_or(|fact| fact.at + longest + s(1) > timeout)
        };
        let open = facts.jobs.values().filter(still_open).count() as f64;
        let fits = open / 20.0 + 1.0 < shortest.as_secs_f64() && open / 16.0 * most.as_secs_f64() < 0.5;
        let alone = open <= 4.0;
        let undisturbed = self.is_quiet(timeout.saturating_sub(s(90)), timeout) && self.throttled.is_none();
        if !(fits || alone) || !undisturbed || facts.stop.is_some() || timeout < s(12) || most > shortest {
            return;
        }
        for (id, received) in &facts.jobs {
            let Some(About::Status(Status::Running)) = received.last().map(|fact| fact.said) else { continue };
            let looks = facts.run.sent.iter().rev();
            let last = looks.filter(|sent| sent.query == Query::Job((*id).to_owned())).map(|sent| sent.at).next();
            if last.is_none_or(|at| at + longest + SLACK < timeout) {
                wrong.push(format!("the last look at {id} is at {last:?}, the time limit {timeout:?}"));
            }
            let plan = facts.scenario.jobs.iter().find(|job| job.id == *id);
            let ends = plan.map_or(Duration::MAX, |job| job.ends);
            // A look that is under way when the last one begins may be too early.
            if ends < timeout && ends + longest + most + SLACK < timeout {
                wrong.push(format!("{id} ended at {ends:?}, and nobody looked before {timeout:?}"));
            }
        }
    }
}
