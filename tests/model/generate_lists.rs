//! Requests and their lists by chance: stable, growing at either end, shrinking, replaced while they are read, and
//! answered in pages that are not what was asked for.

use std::time::Duration;

use cph::job::Status;

use crate::generate::Draw;
use crate::scenario::{Counting, ListPlan, Member, NEVER, Scenario, ms, s};

/// Growth for ever lasts longer than any patience; more items than that would only slow the check down.
const MOST_NEW: usize = 1000;

impl Draw {
    pub(crate) fn requests(&mut self, scenario: &mut Scenario, longest: Duration) {
        for n in 0..[1, 1, 1, 2, 3][self.rng.usize(0..5)] {
            let list = self.list(&format!("request{n}"), longest.min(s(600)));
            scenario.requests.push(list.request_id.clone());
            scenario.lists.push(list);
        }
        if self.chance(5) {
            scenario.requests.push("request0".to_owned());
        }
    }

    pub(crate) fn empty_list(&mut self, request_id: &str) -> ListPlan {
        ListPlan {
            request_id: request_id.to_owned(),
            members: Vec::new(),
            newest_first: self.chance(50),
            shuffled: false,
            counting: Counting::Items,
            cap: usize::MAX,
            not_found_behind: self.chance(30),
            appears: Duration::ZERO,
            anomaly: None,
        }
    }

    fn list(&mut self, request_id: &str, longest: Duration) -> ListPlan {
        let mut list = self.empty_list(request_id);
        let count = match self.rng.u32(0..100) {
            0..4 => 0,
            4..14 => 1,
            14..45 => self.rng.usize(2..20),
            45..55 => 100,
            55..60 => 101,
            _ => self.rng.usize(20..301),
        };
        let anomalies = if self.chance(70) { 0 } else { self.rng.u32(1..10) };
        let failing = if self.chance(65) { 0 } else { self.rng.u32(1..30) };
        // Half of the lists ended before: what is then shown is the reading.
        let longest = if self.chance(50) { ms(200) } else { longest };
        for n in 0..count {
            let mut job = self.job(&format!("{request_id}-{n:03}"), longest, anomalies, failing);
            if longest < s(1) && job.ends == NEVER {
                job.ends = longest;
            }
            list.members.push(Member { job, from: Duration::ZERO, until: NEVER });
        }
        self.quirks(&mut list);
        match self.rng.u32(0..100) {
            0..18 => self.grow(&mut list, failing),
            18..28 => self.shrink(&mut list, longest),
            28..35 => self.replace(&mut list),
            // Growing and shrinking at the same time can hide a job from any reader.
            35..38 => {
                self.grow(&mut list, failing);
                self.shrink(&mut list, longest);
            }
            _ => {}
        }
        if self.chance(5) {
            list.appears = self.between(s(0), s(30));
        }
        if self.chance(4) {
            list.anomaly = self.anomaly(s(60));
        }
        self.spoil(&mut list);
        list
    }

    /// A job with changing answers, and one whose id can't be asked for.
    fn spoil(&mut self, list: &mut ListPlan) {
        if list.members.is_empty() {
            return;
        }
        let at = self.rng.usize(0..list.members.len());
        match self.rng.u32(0..100) {
            0..5 => {
                let job = &mut list.members[at].job;
                let other = if job.end == Status::Success { Status::Failure } else { Status::Success };
                job.fickle = Some(other);
            }
            5..8 => list.members[at].job.fickle = Some(Status::Running),
            8..11 => list.members[at].job.id = "../no id".to_owned(),
            _ => {}
        }
    }

    pub(crate) fn quirks(&mut self, list: &mut ListPlan) {
        match self.rng.u32(0..100) {
            0..12 => list.counting = Counting::Pages,
            12..18 => list.counting = Counting::Ignored,
            18..26 => list.shuffled = true,
            _ => {}
        }
        if self.chance(15) {
            list.cap = [1, 2, 10, 50, 99][self.rng.usize(0..5)];
        }
    }

    fn grow(&mut self, list: &mut ListPlan, failing: u32) {
        let step = self.spread(ms(50), s(30));
        let count = if self.chance(30) { (s(400).div_duration_f64(step) as usize).min(MOST_NEW) } else { 30 };
        let start = self.between(s(0), s(20));
        for n in 0..count {
            self.add(list, n, start + step.mul_f64(n as f64), failing);
        }
    }

    fn add(&mut self, list: &mut ListPlan, n: usize, from: Duration, failing: u32) {
        let mut job = self.job(&format!("{}-new{n:04}", list.request_id), s(5), 0, failing);
        job.ends = if self.chance(60) { from } else { job.ends.min(s(30)) };
        list.members.push(Member { job, from, until: NEVER });
    }

    pub(crate) fn shrink(&mut self, list: &mut ListPlan, longest: Duration) {
        for member in &mut list.members {
            if self.rng.u32(0..100) < 30 {
                member.until = member.from + self.spread(ms(100), longest.max(s(5)));
            }
        }
    }

    /// One goes when another comes, so that there are always as many.
    fn replace(&mut self, list: &mut ListPlan) {
        let step = self.spread(ms(100), s(3));
        for n in 0..list.members.len().min(100) {
            let from = step.mul_f64((n + 1) as f64);
            self.add(list, n, from, 0);
            list.members[n].until = from;
        }
    }
}
