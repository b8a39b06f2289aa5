//! What one random fleet is: everything that is drawn before the run, so that a failing seed prints as a whole.

use std::time::Duration;

use cph::error::Kind;
use cph::job::Status;
use cph::poll::Policy;
use fastrand::Rng;

/// A moment that does not come.
pub(crate) const NEVER: Duration = Duration::MAX;

pub(crate) const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub(crate) const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// How the service answers about one job or one request in place of the truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Oddity {
    UnknownStatus,
    WrongJob,
    BadAnswer,
    Forbidden,
    /// 503, always.
    Broken,
    /// 501.
    NotImplemented,
}

/// One job as it really is.
#[derive(Debug, Clone)]
pub(crate) struct JobPlan {
    pub(crate) id: String,
    /// Seconds before the run; `None`: its begin is not told.
    pub(crate) begun: Option<i64>,
    /// ShowJob knows it from then on, and until then.
    pub(crate) appears: Duration,
    pub(crate) vanishes: Duration,
    pub(crate) ends: Duration,
    pub(crate) end: Status,
    /// Each answer after its end tells success or failure by chance.
    pub(crate) fickle: bool,
    pub(crate) oddity: Option<(Oddity, Duration)>,
    /// What ShowJob says started it.
    pub(crate) request: Option<String>,
    /// Bytes of its `execute_msg`.
    pub(crate) text: usize,
}

/// What `offset` means to the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counting {
    Items,
    Pages,
    /// It gives the first page whatever is asked for.
    Ignored,
}

/// A job on a list, from when until when.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) job: JobPlan,
    pub(crate) from: Duration,
    pub(crate) until: Duration,
}

/// One request as it really is.
#[derive(Debug, Clone)]
pub(crate) struct ListPlan {
    pub(crate) request_id: String,
    /// Oldest first.
    pub(crate) members: Vec<Member>,
    /// New jobs stand at its head.
    pub(crate) newest_first: bool,
    /// Each answer has an order of its own.
    pub(crate) shuffled: bool,
    pub(crate) counting: Counting,
    /// Most items of a page, whatever is asked for.
    pub(crate) cap: usize,
    /// "Not found" instead of an empty page behind the end.
    pub(crate) not_found_behind: bool,
    pub(crate) appears: Duration,
    pub(crate) oddity: Option<(Oddity, Duration)>,
}

/// One way in which a request fails.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fault {
    pub(crate) kind: Kind,
    pub(crate) status: Option<u16>,
    pub(crate) retryable: bool,
    /// The credential's own error: whoever hands it out has retried.
    pub(crate) retried: bool,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) takes: Duration,
}

#[derive(Debug, Clone)]
pub(crate) struct Outage {
    pub(crate) from: Duration,
    pub(crate) until: Duration,
    pub(crate) fault: Fault,
}

#[derive(Debug, Clone)]
pub(crate) struct Scenario {
    pub(crate) policy: Policy,
    /// Items that a call refused in place of starting a job.
    pub(crate) refused: usize,
    /// Asked for by id.
    pub(crate) jobs: Vec<JobPlan>,
    /// Asked for by request id.
    pub(crate) requests: Vec<String>,
    /// Known to the service; those not asked for can be found by the answers of `jobs`.
    pub(crate) lists: Vec<ListPlan>,
    /// The share of requests that fail by chance, and how.
    pub(crate) fault_rate: f64,
    pub(crate) faults: Vec<Fault>,
    pub(crate) outages: Vec<Outage>,
    /// The first answer after it takes longer: the credential was renewed.
    pub(crate) renewal: Duration,
    /// Usual times of an answer, and the share of answers that take up to ten times as long.
    pub(crate) takes: (Duration, Duration),
    pub(crate) slow: f64,
    /// The machine stands still: when, and for how long.
    pub(crate) jumps: Vec<(Duration, Duration)>,
}

impl Scenario {
    pub(crate) fn draw(seed: u64) -> Self {
        Draw { rng: Rng::with_seed(seed) }.scenario()
    }
}

struct Draw {
    rng: Rng,
}

impl Draw {
    fn chance(&mut self, percent: u32) -> bool {
        self.rng.u32(0..100) < percent
    }

    fn between(&mut self, from: Duration, to: Duration) -> Duration {
        from + (to.saturating_sub(from)).mul_f64(self.rng.f64())
    }

    /// Small times as likely as large ones.
    fn spread(&mut self, from: Duration, to: Duration) -> Duration {
        let (low, high) = (from.as_secs_f64().ln(), to.as_secs_f64().ln());
        Duration::from_secs_f64((low + (high - low) * self.rng.f64()).exp())
    }

    fn scenario(&mut self) -> Scenario {
        let mut policy = if self.chance(25) { Policy::show() } else { Policy::wait() };
        policy.keep_texts = self.chance(50);
        if policy.repeat {
            policy.timeout = self.chance(70).then(|| self.spread(s(5), s(1800)));
            policy.interval = self.chance(25).then(|| self.spread(s(1), s(60)));
            policy.fail_fast = self.chance(15);
        }
        let longest = policy.timeout.unwrap_or(s(1200));
        let mut scenario = Scenario {
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
            policy,
        };
        if self.chance(60) {
            self.jobs(&mut scenario, longest);
        } else {
            self.requests(&mut scenario, longest);
        }
        self.service(&mut scenario, longest);
        scenario
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
        let odd = if self.chance(50) { 0 } else { self.rng.u32(1..30) };
        let failing = if self.chance(40) { 0 } else { self.rng.u32(1..50) };
        scenario.jobs = (0..count).map(|n| self.job(&format!("job{n:03}"), longest, odd, failing)).collect();
        if scenario.policy.timeout.is_none() {
            // It would never end.
            scenario.jobs.iter_mut().filter(|job| job.ends == NEVER).for_each(|job| job.ends = longest);
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
            list.oddity = self.oddity(s(60));
        }
        scenario.lists.push(list);
    }

    fn requests(&mut self, scenario: &mut Scenario, longest: Duration) {
        for n in 0..[1, 1, 1, 2, 3][self.rng.usize(0..5)] {
            let list = self.list(&format!("request{n}"), longest.min(s(600)));
            scenario.requests.push(list.request_id.clone());
            scenario.lists.push(list);
        }
        if self.chance(5) {
            scenario.requests.push("request0".to_owned());
        }
        if scenario.policy.timeout.is_none() {
            let members = scenario.lists.iter_mut().flat_map(|list| &mut list.members);
            members.filter(|member| member.job.ends == NEVER).for_each(|member| member.job.ends = longest);
        }
    }

    fn job(&mut self, id: &str, longest: Duration, odd: u32, failing: u32) -> JobPlan {
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
            fickle: false,
            oddity: None,
            request: None,
            text: 20,
        };
        if self.chance(odd) {
            match self.rng.u32(0..10) {
                0..2 => job.appears = self.between(s(0), s(14)),
                2 => job.appears = self.between(s(16), s(60)),
                3 => job.appears = NEVER,
                4 => job.vanishes = self.spread(s(1), longest),
                _ => job.oddity = self.oddity(longest),
            }
        }
        job
    }

    fn oddity(&mut self, longest: Duration) -> Option<(Oddity, Duration)> {
        let all = [
            Oddity::UnknownStatus,
            Oddity::WrongJob,
            Oddity::BadAnswer,
            Oddity::Forbidden,
            Oddity::Broken,
            Oddity::NotImplemented,
        ];
        let from = if self.chance(60) { Duration::ZERO } else { self.spread(s(1), longest) };
        Some((all[self.rng.usize(0..all.len())], from))
    }

    fn empty_list(&mut self, request_id: &str) -> ListPlan {
        ListPlan {
            request_id: request_id.to_owned(),
            members: Vec::new(),
            newest_first: self.chance(50),
            shuffled: false,
            counting: Counting::Items,
            cap: usize::MAX,
            not_found_behind: self.chance(30),
            appears: Duration::ZERO,
            oddity: None,
        }
    }

    fn list(&mut self, request_id: &str, longest: Duration) -> ListPlan {
        let mut list = self.empty_list(request_id);
        let count = match self.rng.u32(0..100) {
            0..4 => 0,
            4..14 => 1,
            14..50 => self.rng.usize(2..20),
            50..60 => 100,
            60..65 => 101,
            _ => self.rng.usize(20..301),
        };
        let odd = if self.chance(70) { 0 } else { self.rng.u32(1..10) };
        let failing = if self.chance(50) { 0 } else { self.rng.u32(1..30) };
        // Half of the lists are ended before: what is then shown is the reading.
        let longest = if self.chance(50) { ms(200) } else { longest };
        for n in 0..count {
            let job = self.job(&format!("{request_id}-{n:03}"), longest, odd, failing);
            list.members.push(Member { job, from: Duration::ZERO, until: NEVER });
        }
        self.quirks(&mut list);
        match self.rng.u32(0..100) {
            0..20 => self.grow(&mut list, failing),
            20..30 => self.shrink(&mut list, longest),
            // Growing and shrinking at the same time can hide a job from any reader.
            30..33 => {
                self.grow(&mut list, failing);
                self.shrink(&mut list, longest);
            }
            _ => {}
        }
        if self.chance(5) {
            list.appears = self.between(s(0), s(30));
        }
        if self.chance(4) {
            list.oddity = self.oddity(s(60));
        }
        if !list.members.is_empty() && self.chance(6) {
            let at = self.rng.usize(0..list.members.len());
            list.members[at].job.fickle = true;
        }
        if !list.members.is_empty() && self.chance(3) {
            let at = self.rng.usize(0..list.members.len());
            list.members[at].job.id = "../no id".to_owned();
        }
        list
    }

    fn quirks(&mut self, list: &mut ListPlan) {
        match self.rng.u32(0..100) {
            0..8 => list.counting = Counting::Pages,
            8..13 => list.counting = Counting::Ignored,
            13..20 => list.shuffled = true,
            _ => {}
        }
        if self.chance(15) {
            list.cap = [1, 2, 10, 50, 99][self.rng.usize(0..5)];
        }
    }

    fn grow(&mut self, list: &mut ListPlan, failing: u32) {
        let step = self.spread(ms(50), s(30));
        // For ever means longer than any patience; a slow reader must not meet the greatest list.
        let count = if self.chance(30) { (s(400).div_duration_f64(step) as usize).min(1500) } else { 30 };
        let start = self.between(s(0), s(20));
        for n in 0..count {
            let from = start + step.mul_f64(n as f64);
            let mut job = self.job(&format!("{}-new{n:04}", list.request_id), s(5), 0, failing);
            job.ends = if self.chance(60) { from } else { job.ends.min(s(30)) };
            list.members.push(Member { job, from, until: NEVER });
        }
    }

    fn shrink(&mut self, list: &mut ListPlan, longest: Duration) {
        for member in &mut list.members {
            if self.rng.u32(0..100) < 30 {
                member.until = member.from + self.spread(ms(100), longest.max(s(5)));
            }
        }
    }

    fn service(&mut self, scenario: &mut Scenario, longest: Duration) {
        let quick = self.spread(ms(1), ms(800));
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
            self.outage(scenario, longest);
        }
        if self.chance(10) {
            scenario.renewal = self.spread(ms(10), longest);
        }
        for _ in 0..[0, 0, 0, 1, 3][self.rng.usize(0..5)] {
            scenario.jumps.push((self.spread(ms(10), longest), self.spread(s(1), s(400))));
        }
        scenario.jumps.sort();
    }

    fn outage(&mut self, scenario: &mut Scenario, longest: Duration) {
        let from = if self.chance(25) { Duration::ZERO } else { self.spread(ms(100), longest) };
        let lasts = if self.chance(60) { self.spread(s(1), s(280)) } else { self.spread(s(280), s(1000)) };
        let mut fault = self.fault();
        let mut until = from + lasts;
        if self.chance(15) {
            // These two are for ever: a refused credential, a certificate that nobody trusts.
            let (kind, status) = if self.chance(70) { (Kind::AuthRejected, Some(401)) } else { (Kind::Tls, None) };
            fault = Fault { kind, status, retryable: false, retried: false, retry_after: None, takes: ms(20) };
            until = NEVER;
        } else if self.chance(15) {
            // A portal, a gateway that forbids, one that does not know the call.
            let (kind, status) =
                [(Kind::BadAnswer, 200), (Kind::Forbidden, 403), (Kind::ServiceError, 501)][self.rng.usize(0..3)];
            let status = Some(status);
            let takes = self.spread(ms(1), s(9));
            fault = Fault { kind, status, retryable: false, retried: false, retry_after: None, takes };
        }
        scenario.outages.push(Outage { from, until, fault });
    }

    fn fault(&mut self) -> Fault {
        let (kind, status) = match self.rng.u32(0..100) {
            0..30 => (Kind::Unreachable, None),
            30..45 => (Kind::HttpTimeout, None),
            45..70 => (Kind::ServiceError, Some(503)),
            70..90 => (Kind::RateLimited, Some(429)),
            90..95 => (Kind::ServiceError, Some(501)),
            _ => (Kind::Unreachable, None),
        };
        let asks = matches!(status, Some(429 | 503)) && self.chance(50);
        let seconds = if self.chance(85) { self.rng.u64(0..20) } else { self.rng.u64(20..200) };
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
