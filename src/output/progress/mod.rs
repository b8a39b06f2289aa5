//! How a wait stands, on stderr. On a terminal a few lines that are redrawn in place; elsewhere a plain line for each
//! change and a heartbeat a minute. Decides nothing, and a stderr that can't be written to changes nothing.

mod plain;
mod terminal;
mod window;

use std::time::Duration;

use jiff::Timestamp;

use crate::output::progress::window::Window;
use crate::output::stdio;
use crate::poll::{Change, Engine};

/// Changes come in bunches: a line of them a second is enough.
const PLAIN_PAUSE: Duration = Duration::from_secs(1);
const HEARTBEAT: Duration = Duration::from_secs(60);
/// What ends sooner than this needs no progress.
const FIRST: Duration = Duration::from_millis(300);
/// Redraws after a change, and without one.
const REDRAW: Duration = Duration::from_millis(200);
const TICK: Duration = Duration::from_secs(1);

/// Where and how it is shown.
pub(crate) struct Progress {
    form: Form,
    /// What is waited for, and how long at most.
    title: String,
    last: Option<Duration>,
    pending: Vec<Change>,
    lines: Vec<String>,
}

enum Form {
    Silent,
    Plain { clock: fn() -> Timestamp },
    Terminal { window: Window, size: Box<dyn Fn() -> (usize, usize)> },
}

impl Progress {
    fn new(form: Form, title: &str) -> Self {
        Self { form, title: title.to_owned(), last: None, pending: Vec::new(), lines: Vec::new() }
    }

    /// None at all.
    #[must_use]
    pub(crate) fn silent() -> Self {
        Self::new(Form::Silent, "")
    }

    /// Whether nothing is ever shown.
    #[must_use]
    pub(crate) fn is_silent(&self) -> bool {
        matches!(self.form, Form::Silent)
    }

    /// Lines with a UTC time.
    #[must_use]
    pub(crate) fn plain(title: &str, clock: fn() -> Timestamp) -> Self {
        Self::new(Form::Plain { clock }, title)
    }

    /// Lines redrawn in place; `size` gives columns and rows as they are now.
    #[must_use]
    pub(crate) fn terminal(title: &str, size: Box<dyn Fn() -> (usize, usize)>) -> Self {
        Self::new(Form::Terminal { window: Window::new(), size }, title)
    }

    /// Until something is to be drawn, as it stands now.
    #[must_use]
    pub(crate) fn next_draw(&self, now: Duration) -> Duration {
        let pause = match &self.form {
            Form::Silent => Duration::MAX,
            _ if self.last.is_none() && self.pending.is_empty() => TICK,
            _ if self.last.is_none() => FIRST,
            Form::Plain { .. } if self.pending.is_empty() => HEARTBEAT,
            Form::Plain { .. } => PLAIN_PAUSE,
            Form::Terminal { .. } if self.pending.is_empty() => TICK,
            Form::Terminal { .. } => REDRAW,
        };
        self.last.unwrap_or_default().saturating_add(pause).saturating_sub(now)
    }

    /// Looks at how it stands; gives whether there is something to draw.
    pub(crate) fn observe(&mut self, engine: &mut Engine, now: Duration) -> bool {
        self.pending.extend(engine.changes());
        if matches!(self.form, Form::Silent) || !self.next_draw(now).is_zero() {
            return false;
        }
        self.look(engine, now);
        !self.lines.is_empty()
    }

    fn look(&mut self, engine: &Engine, now: Duration) {
        let changes = std::mem::take(&mut self.pending);
        self.lines = match &self.form {
            Form::Silent => return,
            Form::Plain { .. } if self.last.is_some() => plain::lines(engine, now, &changes),
            Form::Plain { .. } if changes.is_empty() => vec![self.title.clone()],
            Form::Plain { .. } => [self.title.clone()].into_iter().chain(plain::lines(engine, now, &changes)).collect(),
            Form::Terminal { size, .. } => terminal::lines(engine, now, &self.title, size()),
        };
        self.last = Some(now);
    }

    /// Draws what was seen.
    pub(crate) fn draw(&mut self) {
        let lines = std::mem::take(&mut self.lines);
        match &mut self.form {
            Form::Silent => {}
            Form::Plain { clock } => {
                let time = clock().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
                lines.iter().for_each(|line| stdio::line(&format!("{time} {line}")));
            }
            // A terminal that can't be written to changes nothing.
            Form::Terminal { window, .. } => drop(window.draw(&lines)),
        }
    }

    /// The last lines, or none: a terminal is left as it was.
    pub(crate) fn end(&mut self, engine: &mut Engine, now: Duration) {
        if let Form::Terminal { window, .. } = &mut self.form {
            let _ = window.clear();
            return;
        }
        self.pending.extend(engine.changes());
        // Troubles that end it follow in full.
        self.pending.retain(|change| !matches!(change, Change::GivenUp(_) | Change::ListGivenUp(_)));
        if self.last.is_some() && !self.pending.is_empty() {
            self.look(engine, now);
            self.draw();
        }
    }
}
