//! The stream of `-o jsonl` on stdout: what happens goes to a thread that writes line by line, so that a slow reader
//! delays no request. A reader that goes away ends the stream and nothing else. Decides nothing.

mod pending;

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use crate::error::Error;
use crate::job::{Entry, Status};
use crate::output::json::JobView;
use crate::output::stream::pending::{Item, Pending};
use crate::output::{Report, is_listed, jsonl, stdio};
use crate::poll::{Change, Engine};

/// The writer's stack in bytes: it makes and writes one line after the other.
const STACK: usize = 256 << 10;

/// From the first line to the last.
pub(crate) struct Stream {
    shared: Arc<Shared>,
    writer: Option<JoinHandle<()>>,
    has_begun: bool,
    /// Jobs whose lines wait for the names of their phones, in the order of what happened.
    held: Vec<usize>,
    /// The error of the outage that lasts.
    failing: Option<Arc<Error>>,
}

struct Shared {
    /// The statuses that are listed; empty: all.
    only: Vec<Status>,
    state: Mutex<State>,
    /// Notified when there is a line to write, and at the end.
    work: Condvar,
}

#[derive(Default)]
struct State {
    pending: Pending,
    /// Hashes of what the lines about jobs said.
    written: HashSet<u64>,
    is_over: bool,
    /// Why nothing more can be written.
    broken: Option<io::Error>,
}

impl Stream {
    pub(crate) fn new(only: Vec<Status>) -> Self {
        let shared = Shared { only, state: Mutex::default(), work: Condvar::new() };
        Self { shared: Arc::new(shared), writer: None, has_begun: false, held: Vec::new(), failing: None }
    }

    /// Takes over what happened; another reader takes the changes from the engine.
    pub(crate) fn observe(&mut self, engine: &Engine) {
        let mut state = self.shared.lock();
        if state.broken.is_some() {
            return;
        }
        let mut changed = Vec::new();
        if !std::mem::replace(&mut self.has_begun, true) {
            changed.extend(engine.refused());
            let shared = Arc::clone(&self.shared);
            let work = move || shared.write_all();
            // Where no thread can be started, all lines are written at the end.
            self.writer = std::thread::Builder::new().stack_size(STACK).spawn(work).ok();
        }
        for change in engine.unread_changes() {
            match change {
                Change::Seen(at) | Change::Ended(at) | Change::GivenUp(at) => changed.push(*at),
                // Only then has a name come, or is none waited for any more.
                Change::Named => changed.append(&mut self.held),
                Change::Failing(error) => {
                    state.pending.failing(error);
                    self.failing = Some(Arc::clone(error));
                }
                Change::Recovered(_) => {
                    if let Some(error) = self.failing.take() {
                        state.pending.recovered(&error);
                    }
                }
                Change::Listed(..) | Change::ListGivenUp(_) | Change::Throttled { .. } | Change::Stretched { .. } => {}
            }
        }
        for at in changed {
            if engine.awaits_name(at) {
                self.held.push(at);
            } else if let Some(entry) = engine.entry(at) {
                state.pending.job(at, entry);
            }
        }
        self.shared.work.notify_one();
    }

    /// The rest, when a run is over: every line that is pending, jobs whose last state has no line yet, and the
    /// verdict.
    pub(crate) fn end(self, out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
        self.shared.lock().is_over = true;
        self.shared.work.notify_one();
        match self.writer {
            Some(writer) => drop(writer.join()),
            None => self.shared.write_all(),
        }
        let mut state = self.shared.lock();
        if let Some(reason) = state.broken.take() {
            return Err(reason);
        }
        let mut write = |line: Vec<u8>| out.write_all(&line).and_then(|()| out.flush());
        for entry in report.listed() {
            if !state.written.contains(&hash(entry)) {
                write(jsonl::job(entry))?;
            }
        }
        write(jsonl::end(report))
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes what is pending until the end of the run.
    fn write_all(&self) {
        let mut state = self.lock();
        loop {
            let Some(item) = state.pending.take() else {
                if state.is_over {
                    return;
                }
                state = self.work.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            if matches!(&item, Item::Job(entry) if !is_listed(&self.only, entry)) {
                continue;
            }
            // Without the lock: whoever adds an item holds up all workers.
            drop(state);
            let (line, said) = match &item {
                Item::Job(entry) => (jsonl::job(entry), Some(hash(entry))),
                Item::Failing(error) => (jsonl::error(error), None),
                Item::Recovered(error) => (jsonl::recovered(error), None),
            };
            let written = stdio::Stdout.write_all(&line);
            state = self.lock();
            state.written.extend(said);
            if let Err(reason) = written {
                state.broken = Some(reason);
                state.pending.clear();
                return;
            }
        }
    }
}

/// Of what a line says about a job, for less than the line itself takes.
fn hash(entry: &Entry) -> u64 {
    let mut hasher = DefaultHasher::new();
    JobView::from(entry).hash(&mut hasher);
    hasher.finish()
}
