//! Carries out what a [`Wait`] decides: threads that ask, and a main thread that shows how it stands. Everything
//! that is a decision is in `wait`; here are only the clock, the lock and the bell.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::api::client::Client;
use crate::error::Error;
use crate::output::progress::Progress;
use crate::wait::{Answer, Ask, Order, Outcome, Step, Wait};

/// As long as a condition variable is asked to sleep at most.
const LONG: Duration = Duration::from_secs(3600);

struct Watch {
    client: Arc<Client>,
    started: Instant,
    state: Mutex<State>,
    /// Rings for one idle thread when there may be work for it.
    work: Condvar,
    /// Rings for the main thread after each answer.
    news: Condvar,
}

struct State {
    wait: Wait,
    threads: usize,
    idle: usize,
}

/// Waits to the end. Requests still under way then are left behind: the end must not wait for them.
pub(super) fn watch(client: &Arc<Client>, wait: Wait, started: Instant, mut progress: Progress) -> Outcome {
    let state = Mutex::new(State { wait, threads: 0, idle: 0 });
    let watch =
        Arc::new(Watch { client: Arc::clone(client), started, state, work: Condvar::new(), news: Condvar::new() });
    let mut state = watch.lock();
    hire(&watch, &mut state);
    // A machine that gives no thread at all still gets its answer.
    let alone = state.threads == 0;
    loop {
        let now = watch.started.elapsed();
        if state.wait.is_ended(now) {
            progress.end(&mut state.wait, now);
            return state.wait.outcome(now);
        }
        if alone {
            state = step(&watch, state);
            continue;
        }
        if progress.observe(&mut state.wait, now) {
            drop(state);
            // Without the lock: a terminal that was stopped must not stop the looks.
            progress.draw();
            state = watch.lock();
            continue;
        }
        let until_end = state.wait.time_left(now).unwrap_or(LONG);
        state = sleep(&watch.news, state, progress.next_draw(now).min(until_end));
    }
}

/// One more thread, where there is more to do than threads to do it.
fn hire(watch: &Arc<Watch>, state: &mut State) {
    if state.threads >= state.wait.width() {
        return;
    }
    let own = Arc::clone(watch);
    let work = move || {
        let mut state = own.lock();
        while !state.wait.is_ended(own.started.elapsed()) {
            state = step(&own, state);
        }
        own.work.notify_one();
        own.news.notify_one();
    };
    if std::thread::Builder::new().spawn(work).is_ok() {
        state.threads += 1;
    }
}

/// One step: a request, or a sleep until the next.
fn step<'a>(watch: &'a Arc<Watch>, mut state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
    let now = watch.started.elapsed();
    match state.wait.next(now) {
        Step::Ended => state,
        Step::Sleep(until) => {
            state.idle += 1;
            let time = until.map_or(LONG, |until| until.saturating_sub(now));
            let mut state = sleep(&watch.work, state, time);
            state.idle -= 1;
            state
        }
        Step::Ask(order) => {
            // There may be more to ask at once.
            if state.idle > 0 {
                watch.work.notify_one();
            } else {
                hire(watch, &mut state);
            }
            drop(state);
            let answer = watch.ask(&order);
            let mut state = watch.lock();
            state.wait.saw(watch.started.elapsed(), &order, answer, fastrand::f64());
            watch.news.notify_one();
            state
        }
    }
}

fn sleep<'a>(bell: &Condvar, state: MutexGuard<'a, State>, time: Duration) -> MutexGuard<'a, State> {
    bell.wait_timeout(state, time.min(LONG)).map_or_else(|poison| poison.into_inner().0, |(state, _)| state)
}

impl Watch {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ask(&self, order: &Order) -> Result<Answer, Error> {
        let deadline = self.started + order.until;
        match &order.ask {
            Ask::Job(id) => self.client.show_job_once(id, deadline).map(|entry| Answer::Job(Box::new(entry))),
            Ask::Page { request_id, offset } => {
                self.client.list_jobs_once(request_id, *offset, deadline).map(Answer::Page)
            }
        }
    }
}
