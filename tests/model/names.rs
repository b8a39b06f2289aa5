//! A service that lists phones, as badly as it likes: whatever it does, the looks do not notice. A 401 is left out:
//! it stops a run.

use std::time::Duration;

use cph::error::{Error, Kind};
use cph::job::Phone;
use cph::poll::{Answer, Query};
use fastrand::Rng;

use crate::driver::Run;
use crate::scenario::{ms, s};
use crate::world::phone_of;

pub(crate) struct Names {
    /// Whether this run asks for them.
    pub(crate) asked: bool,
    rng: Rng,
    /// Percent.
    faults: u32,
    phones: usize,
    slow: bool,
}

impl Names {
    pub(crate) fn new(asked: bool, seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed ^ 0x9a3e);
        let faults = [0, 10, 100][rng.usize(0..3)];
        Self { asked, faults, phones: rng.usize(0..2000), slow: rng.bool(), rng }
    }

    pub(crate) fn takes(&mut self, most: Duration) -> Duration {
        let longest = if self.slow { s(12) } else { ms(400) };
        longest.mul_f64(self.rng.f64()).max(ms(1)).min(most).min(s(10))
    }

    pub(crate) fn answer(&mut self, query: &Query, late: bool) -> Result<Answer, Error> {
        let Query::Phones { offset, limit } = *query else { panic!("{query:?}") };
        if late || self.rng.u32(0..100) < self.faults {
            let kinds = [Kind::Forbidden, Kind::ServiceError, Kind::RateLimited, Kind::HttpTimeout, Kind::BadAnswer];
            let kind = kinds[self.rng.usize(0..kinds.len())];
            let mut error = Error::new(kind, "a fault").retryable(self.rng.bool());
            error.service.retry_after = self.rng.bool().then(|| s(self.rng.u64(0..40)));
            return Err(error);
        }
        let phone = |n: usize| {
            let id = phone_of(&format!("job{n:03}"));
            Phone { name: Some(name_of(&id)), id }
        };
        Ok(Answer::Phones((0..self.phones).skip(offset).take(limit).map(phone).collect()))
    }
}

fn name_of(phone_id: &str) -> String {
    format!("name of {phone_id}")
}

/// No job has the name of another one's phone.
pub(crate) fn complaint(run: &Run) -> Option<String> {
    let jobs = run.outcome.entries.iter().map(|entry| &entry.job);
    let mut named = jobs.filter_map(|job| Some((job.phone_id.as_deref()?, job.phone_name.as_deref()?)));
    named.find(|(id, name)| *name != name_of(id)).map(|wrong| format!("{wrong:?}"))
}
