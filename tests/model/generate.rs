//! One fleet by chance: the command and its flags, the jobs asked for by id, and how the service does.

use std::time::Duration;

use cph::error::Kind;
use cph::job::Status;
use cph::poll::Policy;
use fastrand::Rng;

use crate::scenario::{Anomaly, Fault, JobPlan, Member, NEVER, Outage, Scenario, ms, s};

pub(crate) struct Draw {
    pub(crate) rng: Rng,
}

impl Draw {
    pub(crate) fn chance(&mut self, percent: u32) -> bool {
        self.rng.u32(0..100) < percent
    }

    pub(crate) fn between(&mut self, from: Duration, to: Duration) -> Duration {
        from + (to.saturating_sub(from)).mul_f64(self.rng.f64())
    }

    /// Small times as likely as large ones.
    pub(crate) fn spread(&mut self, from: Duration, to: Duration) -> Duration {
        let (low, high) = (from.as_secs_f64().ln(), to.as_secs_f64().ln());
        Duration::from_secs_f64((low + (high - low) * self.rng.f64()).exp())
    }

    pub(crate) fn scenario(seed: u64) -> Scenario {
        let mut draw = Self { rng: Rng::with_seed(seed) };
        let policy = draw.policy();
        let longest = policy.timeout.unwrap_or(s(1200));
        let mut scenario = Scenario {
            policy,
            refused: 0,
            jobs: Vec::new(),
            requests: Vec::new(),
            lists: Vec::new(),
            fault_rate: 0.0,
            faults: Vec::new(),
            outages: Vec::new(),
            renewal: NEVER,
            takes: (ms(1), ms(10)),
            slow: 0.0,
            jumps: Vec::new(),
        };
        if draw.chance(55) {
            draw.jobs(&mut scenario, longest);
        } else {
            draw.requests(&mut scenario, longest);
        }
        draw.service(&mut scenario, longest);
        if scenario.policy.timeout.is_none() {
            // It would never end.
            let listed = scenario.lists.iter_mut().flat_map(|list| &mut list.members).map(|member| &mut member.job);
            let all = scenario.jobs.iter_mut().chain(listed);
            all.filter(|job| job.ends == NEVER).for_each(|job| job.ends = longest);
        }
        scenario
    }

    fn policy(&mut self) -> Policy {
        let mut policy = if self.chance(25) { Policy::show() } else { Policy::wait() };
        policy.keep_texts = self.chance(50);
        if policy.repeat {
            policy.timeout = self.chance(70).then(|| self.spread(s(5), s(1800)));
            policy.interval = self.chance(25).then(|| self.spread(s(1), s(60)));
            policy.fail_fast = self.chance(15);
        }
        // A login before the first request may have used some of its time.
        if self.chance(10) { policy.with_contact_until(s(self.rng.u64(5..30))) } else { policy }
    }

    fn jobs(&mut self, scenario: &mut Scenario, longest: Duration) {
        let count = match self.rng.u32(0..100) {
            0..20 => 1,
            20..60 => self.rng.usize(2..17),
            60..90 => self.rng.usize(17..61),
            _ => self.rng.usize(61..301),
        };
        // Few fleets with long runs: the time that a check may take is short.
        let longest = if count > 60 { longest.min(s(300)) } else { longest };
        let anomalies = if self.chance(50) { 0 } else { self.rng.u32(1..30) };
        let failing = if self.chance(40) { 0 } else { self.rng.u32(1..50) };
        scenario.jobs = (0..count).map(|n| self.job(&format!("job{n:03}"), longest, anomalies, failing)).collect();
        if !scenario.policy.repeat && self.chance(25) {
            // One that is hard to answer: what is then shown is the attempts.
            let at = self.rng.usize(0..count);
            scenario.jobs[at].anomaly = Some((Anomaly::Broken, Duration::ZERO));
        }
        if self.chance(8) {
            scenario.refused = self.rng.usize(1..4);
        }
        if self.chance(2) {
            let text = self.rng.usize(100_000..1_200_000);
            scenario.jobs.iter_mut().take(60).for_each(|job| job.text = text);
        }
        if count > 1 && self.chance(20) {
            self.common_request(scenario);
        }
    }

    /// All or some of the jobs name a request that lists all, some or none of them.
    fn common_request(&mut self, scenario: &mut Scenario) {
        let naming = if self.chance(50) { 100 } else { 60 };
        let listing = [0, 60, 100][self.rng.usize(0..3)];
        let mut list = self.empty_list("found");
        for job in &mut scenario.jobs {
            if self.chance(naming) {
                job.request = Some("found".to_owned());
            } else if self.chance(30) {
                job.request = Some(format!("nothing{}", self.rng.u32(0..5)));
            }
            if self.chance(listing) {
                list.members.push(Member { job: job.clone(), from: Duration::ZERO, until: NEVER });
            }
        }
        self.quirks(&mut list);
        if self.chance(15) {
            self.shrink(&mut list, s(60));
        }
        if self.chance(10) {
            list.anomaly = self.anomaly(s(60));
        }
        scenario.lists.push(list);
    }

    pub(crate) fn job(&mut self, id: &str, longest: Duration, anomalies: u32, failing: u32) -> JobPlan {
        let began = self.chance(90);
        let begun = if self.chance(70) { self.rng.i64(0..5) } else { self.rng.i64(0..4000) };
        let ends = match self.rng.u32(0..100) {
            0..25 => Duration::ZERO,
            25..97 => self.spread(ms(100), longest.mul_f64(1.2)),
            _ => NEVER,
        };
        let mut job = JobPlan {
            id: id.to_owned(),
            begun: began.then_some(begun),
            appears: Duration::ZERO,
            vanishes: NEVER,
            ends,
            end: if self.chance(failing) { Status::Failure } else { Status::Success },
            fickle: None,
            anomaly: None,
            request: None,
            text: 20,
        };
        if self.chance(anomalies) {
            match self.rng.u32(0..10) {
                0..2 => job.appears = self.between(s(0), s(14)),
                2 => job.appears = self.between(s(16), s(60)),
                3 => job.appears = NEVER,
                4 => job.vanishes = self.spread(s(1), longest),
                _ => job.anomaly = self.anomaly(longest),
            }
        }
        job
    }

    pub(crate) fn anomaly(&mut self, longest: Duration) -> Option<(Anomaly, Duration)> {
        let all = [
            Anomaly::UnknownStatus,
            Anomaly::WrongJob,
            Anomaly::BadAnswer,
            Anomaly::Forbidden,
            Anomaly::Broken,
            Anomaly::NotImplemented,
        ];
        let from = if self.chance(60) { Duration::ZERO } else { self.spread(s(1), longest) };
        Some((all[self.rng.usize(0..all.len())], from))
    }

    fn service(&mut self, scenario: &mut Scenario, longest: Duration) {
        let quick = self.spread(ms(1), s(2));
        scenario.takes = (quick, quick.mul_f64(1.5));
        if self.chance(50) {
            return;
        }
        if self.chance(50) {
            scenario.slow = self.rng.f64() * 0.3;
        }
        if self.chance(50) {
            scenario.fault_rate = self.rng.f64() * 0.2;
            let count = self.rng.usize(1..8);
            scenario.faults = (0..count).map(|_| self.fault()).collect();
        }
        for _ in 0..[0, 0, 0, 1, 1, 2][self.rng.usize(0..6)] {
            let outage = self.outage(longest);
            scenario.outages.push(outage);
        }
        if self.chance(10) {
            scenario.renewal = self.spread(ms(10), longest);
        }
        for _ in 0..[0, 0, 0, 1, 3][self.rng.usize(0..5)] {
            scenario.jumps.push((self.spread(ms(10), longest), self.spread(s(1), s(400))));
        }
        scenario.jumps.sort();
    }

    fn outage(&mut self, longest: Duration) -> Outage {
        let from = if self.chance(25) { Duration::ZERO } else { self.spread(ms(100), longest) };
        let lasts = if self.chance(60) { self.spread(s(1), s(280)) } else { self.spread(s(280), s(1000)) };
        let final_answer =
            |kind, status, takes| Fault { kind, status, retryable: false, retried: false, retry_after: None, takes };
        match self.rng.u32(0..100) {
            // These two are for ever: a refused credential, a certificate that nobody trusts.
            0..10 => Outage { from, until: NEVER, fault: final_answer(Kind::AuthRejected, Some(401), ms(20)) },
            10..15 => Outage { from, until: NEVER, fault: final_answer(Kind::Tls, None, ms(20)) },
            // A portal, a gateway that forbids, one that does not know the call.
            15..30 => {
                let all = [(Kind::BadAnswer, 200), (Kind::Forbidden, 403), (Kind::ServiceError, 501)];
                let (kind, status) = all[self.rng.usize(0..all.len())];
                let fault = final_answer(kind, Some(status), self.spread(ms(1), s(9)));
                Outage { from, until: from + lasts, fault }
            }
            _ => Outage { from, until: from + lasts, fault: self.fault() },
        }
    }

    fn fault(&mut self) -> Fault {
        let (kind, status) = match self.rng.u32(0..100) {
            0..35 => (Kind::Unreachable, None),
            35..50 => (Kind::HttpTimeout, None),
            50..75 => (Kind::ServiceError, Some(503)),
            75..95 => (Kind::RateLimited, Some(429)),
            _ => (Kind::ServiceError, Some(501)),
        };
        let asks = matches!(status, Some(429 | 503)) && self.chance(50);
        let seconds = if self.chance(70) { self.rng.u64(0..20) } else { self.rng.u64(20..200) };
        Fault {
            kind,
            status,
            retryable: status != Some(501),
            retried: status.is_none() && self.chance(10),
            retry_after: asks.then(|| s(seconds)),
            takes: if kind == Kind::HttpTimeout { s(10) } else { self.spread(ms(1), ms(500)) },
        }
    }
}
