//! Sends what the engine decides: worker threads send requests, the main thread draws the progress and feeds the
//! stream. All decisions are in `poll`; here are only the clock, the lock and the condition variables.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::watch::Watch;
use crate::api::client::Client;
use crate::error::Error;
use crate::poll::{Answer, Attempt, Engine, Outcome, Query, Step};

/// A worker's stack in bytes: it signs, sends and parses, and nesting is bounded.
const STACK: usize = 1 << 20;
/// Changes of so short a time are shown together: to wake the main thread for each takes a sixth of the CPU time of a
/// large run with `-o jsonl`.
const GATHERING: Duration = Duration::from_millis(20);
/// The longest sleep of a condition variable: its clock can't add every duration.
const LONG: Duration = Duration::from_secs(3600);

/// Sends requests until everything is decided. Does not wait for requests that are still in flight then.
pub(super) fn run(client: &Arc<Client>, engine: Engine, started: Instant, watch: Watch<'_>) -> Outcome {
    if engine.width() == 1 && watch.is_silent() && engine.time_left(Duration::ZERO).is_none() {
        return alone(client, engine, started);
    }
    Workers::new(client, engine, started, !watch.is_silent()).watch(watch)
}

/// A run of one request at a time without a timeout needs no second thread.
fn alone(client: &Client, mut engine: Engine, started: Instant) -> Outcome {
    loop {
        let now = started.elapsed();
        match engine.next(now) {
            Step::Ended => return engine.into_outcome(now),
            Step::Sleep(until) => std::thread::sleep(until.unwrap_or_default().saturating_sub(now)),
            Step::Send(attempt) => {
                let answer = ask(client, started, &attempt);
                take(&mut engine, started, &attempt, answer, false);
            }
        }
    }
}

/// Gives an answer to the engine. Changes that nobody watches must not pile up.
fn take(engine: &mut Engine, started: Instant, attempt: &Attempt, answer: Result<Answer, Error>, is_watched: bool) {
    engine.answered(started.elapsed(), attempt, answer, fastrand::f64());
    if !is_watched {
        drop(engine.changes());
    }
}

fn ask(client: &Client, started: Instant, attempt: &Attempt) -> Result<Answer, Error> {
    let deadline = started + attempt.until;
    match &attempt.query {
        Query::Job(id) => client.show_job(id, deadline).map(|observation| Answer::Job(Box::new(observation))),
        Query::Page { request_id, range } => {
            client.list_jobs(request_id, range.offset, range.limit, deadline).map(Answer::Page)
        }
        Query::Phones { offset, limit } => client.list_phones(*offset, *limit, deadline).map(Answer::Phones),
    }
}

struct Workers {
    client: Arc<Client>,
    started: Instant,
    /// Whether changes are shown or written.
    is_watched: bool,
    state: Mutex<State>,
    /// Notified for one idle worker when there may be a request to send.
    work: Condvar,
    /// Notified for the main thread when something changed that is shown, and at the end.
    changes: Condvar,
    /// Notified for the main thread at the end.
    end: Condvar,
}

struct State {
    /// Gone once the run has ended.
    engine: Option<Engine>,
    threads: usize,
    idle: usize,
}

impl Workers {
    fn new(client: &Arc<Client>, engine: Engine, started: Instant, is_watched: bool) -> Arc<Self> {
        let state = Mutex::new(State { engine: Some(engine), threads: 0, idle: 0 });
        let [work, changes, end] = std::array::from_fn(|_| Condvar::new());
        Arc::new(Self { client: Arc::clone(client), started, is_watched, state, work, changes, end })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the main thread does until the end.
    fn watch(self: &Arc<Self>, mut watch: Watch<'_>) -> Outcome {
        let mut state = self.lock();
        self.spawn_worker(&mut state);
        // Where no thread can be started, the main thread sends the requests.
        let alone = state.threads == 0;
        loop {
            let now = self.started.elapsed();
            if let Some(mut engine) = state.engine.take_if(|engine| engine.is_ended(now)) {
                drop(state);
                watch.end(&mut engine, now);
                return engine.into_outcome(now);
            }
            if alone {
                state = self.step(state);
                continue;
            }
            let Some(engine) = state.engine.as_mut() else { continue };
            if watch.observe(engine, now) {
                drop(state);
                // Without the lock: a stopped terminal must not stop the requests.
                watch.draw();
                state = self.lock();
                continue;
            }
            let until_end = engine.time_left(now).unwrap_or(LONG);
            let pause = watch.next_draw(now).min(until_end);
            state = self.wait(state, pause);
        }
    }

    /// Waits for the end, or for changes where they are watched.
    fn wait<'a>(&self, state: MutexGuard<'a, State>, pause: Duration) -> MutexGuard<'a, State> {
        if !self.is_watched {
            return sleep(&self.end, state, pause);
        }
        let state = sleep(&self.end, state, pause.min(GATHERING));
        if state.engine.as_ref().is_none_or(|engine| engine.has_changes() || engine.is_ended(self.started.elapsed())) {
            return state;
        }
        sleep(&self.changes, state, pause.saturating_sub(GATHERING))
    }

    /// One more worker, up to the engine's width.
    fn spawn_worker(self: &Arc<Self>, state: &mut State) {
        if state.engine.as_ref().is_none_or(|engine| state.threads >= engine.width()) {
            return;
        }
        let own = Arc::clone(self);
        let work = move || {
            let mut state = own.lock();
            while state.engine.as_ref().is_some_and(|engine| !engine.is_ended(own.started.elapsed())) {
                state = own.step(state);
            }
            own.work.notify_one();
            own.changes.notify_one();
            own.end.notify_one();
        };
        if std::thread::Builder::new().stack_size(STACK).spawn(work).is_ok() {
            state.threads += 1;
        }
    }

    /// One step: a request, or a sleep until the next.
    fn step<'a>(self: &'a Arc<Self>, mut state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        let now = self.started.elapsed();
        let Some(engine) = state.engine.as_mut() else { return state };
        match engine.next(now) {
            Step::Ended => state,
            Step::Sleep(until) => {
                state.idle += 1;
                let time = until.map_or(LONG, |until| until.saturating_sub(now));
                let mut state = sleep(&self.work, state, time);
                state.idle -= 1;
                state
            }
            Step::Send(attempt) => {
                // There may be more to ask at once.
                if state.idle > 0 {
                    self.work.notify_one();
                } else {
                    self.spawn_worker(&mut state);
                }
                drop(state);
                let answer = ask(&self.client, self.started, &attempt);
                let mut state = self.lock();
                if let Some(engine) = state.engine.as_mut() {
                    take(engine, self.started, &attempt, answer, self.is_watched);
                    if engine.has_changes() {
                        self.changes.notify_one();
                    }
                }
                state
            }
        }
    }
}

fn sleep<'a>(condvar: &Condvar, state: MutexGuard<'a, State>, time: Duration) -> MutexGuard<'a, State> {
    condvar.wait_timeout(state, time.min(LONG)).map_or_else(|poison| poison.into_inner().0, |(state, _)| state)
}
