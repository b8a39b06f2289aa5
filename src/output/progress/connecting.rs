//! What a run waits for before its first request about a job: a login, a look-up, a program. Shown on a terminal after
//! a second, in a line of its own that is gone afterwards. Decides nothing.
//!
//! The main thread is the one that waits, so that another one draws: it is started where something may take long.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::output::progress::{Size, TICK, terminal};
use crate::output::stdio;

/// The drawing thread's stack in bytes.
const STACK: usize = 128 << 10;

/// From the ids to the first request.
pub(crate) struct Connecting {
    /// When the run began, and the window; none where nothing is ever shown.
    terminal: Option<(Instant, Size)>,
    drawer: Option<(Arc<Shared>, JoinHandle<()>)>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// Notified at the end.
    end: Condvar,
}

#[derive(Default)]
struct State {
    awaited: Awaited,
    is_over: bool,
}

#[derive(Default)]
struct Awaited {
    text: String,
    /// A program may talk to the user on the same terminal, so that its line is drawn once, and clears nothing.
    is_program: bool,
    is_drawn: bool,
}

impl Awaited {
    /// The line to draw now.
    fn line(&mut self, elapsed: Duration, columns: usize) -> Option<String> {
        let was_drawn = std::mem::replace(&mut self.is_drawn, true);
        match self.is_program {
            true if was_drawn => None,
            true => Some(terminal::fitting(&self.text, columns)),
            false => Some(terminal::fitting(&terminal::waiting(&self.text, elapsed), columns)),
        }
    }
}

impl Connecting {
    pub(crate) fn silent() -> Self {
        Self { terminal: None, drawer: None }
    }

    pub(crate) fn terminal(started: Instant, size: Size) -> Self {
        Self { terminal: Some((started, size)), drawer: None }
    }

    /// From now on this service is waited for.
    pub(crate) fn service(&mut self, text: impl FnOnce() -> String) {
        self.set(text, false);
    }

    /// From now on this program is waited for.
    pub(crate) fn program(&mut self, text: impl FnOnce() -> String) {
        self.set(text, true);
    }

    fn set(&mut self, text: impl FnOnce() -> String, is_program: bool) {
        if let Some((started, size)) = self.terminal.take() {
            let shared = Arc::<Shared>::default();
            let drawn = Arc::clone(&shared);
            let draw = move || drawn.draw(started, &size);
            // Where no thread can be started, nothing is shown.
            let thread = std::thread::Builder::new().stack_size(STACK).spawn(draw);
            self.drawer = thread.ok().map(|thread| (shared, thread));
        }
        if let Some((shared, _)) = &self.drawer {
            shared.lock().awaited = Awaited { text: text(), is_program, is_drawn: false };
        }
    }
}

impl Drop for Connecting {
    fn drop(&mut self) {
        if let Some((shared, thread)) = self.drawer.take() {
            shared.lock().is_over = true;
            shared.end.notify_one();
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Once a second until the end, from the end of the first second.
    fn draw(&self, started: Instant, size: &Size) {
        let mut state = self.lock();
        loop {
            let waited = self.end.wait_timeout_while(state, TICK, |state| !state.is_over);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
            if state.is_over {
                return stdio::clear_temporary();
            }
            if let Some(line) = state.awaited.line(started.elapsed(), size().0) {
                stdio::show_temporary(&line);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_names_the_service_and_the_time_and_fits() {
        let mut awaited =
            Awaited { text: "logging in at iam.cn-north-4.myhuaweicloud.com".to_owned(), ..Awaited::default() };
        let mut line = |seconds, columns| awaited.line(Duration::from_secs(seconds), columns);
        let whole = "logging in at iam.cn-north-4.myhuaweicloud.com, 3s elapsed";
        assert_eq!(line(3, 80).as_deref(), Some(whole));
        assert_eq!(line(64, 200).unwrap(), whole.replace("3s", "1m 4s"));
        assert_eq!(line(4, 20).as_deref(), Some("logging in at iam.…"));
    }

    #[test]
    fn what_a_program_says_is_not_drawn_over() {
        let mut awaited = Awaited { text: "running x\u{1b}[2J".to_owned(), is_program: true, is_drawn: false };
        assert_eq!(awaited.line(Duration::from_secs(1), 80).as_deref(), Some("running x\\u{1b}[2J"));
        assert_eq!(awaited.line(Duration::from_secs(2), 80), None);
    }

    #[test]
    fn nothing_is_started_where_nothing_is_shown() {
        let mut connecting = Connecting::silent();
        connecting.service(|| unreachable!("no text is made"));
        assert!(connecting.drawer.is_none());
    }
}
