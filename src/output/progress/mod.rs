//! The progress of a run, on stderr: on a terminal a few lines that are redrawn in place, elsewhere, for a wait, a
//! plain line for each change and a heartbeat every minute. Before the first request it is `connecting`. Decides
//! nothing, and a stderr that can't be written to is no error.

mod bar;
pub(crate) mod connecting;
mod plain;
mod terminal;
#[cfg(test)]
mod tests;

use std::time::Duration;

use jiff::Timestamp;

use crate::output::cells::Line;
use crate::output::progress::terminal::Canvas;
use crate::output::stdio;
use crate::poll::{Change, Engine};

/// Several changes often come together: lines once a second are enough.
const PLAIN_PAUSE: Duration = Duration::from_secs(1);
const HEARTBEAT: Duration = Duration::from_secs(60);
/// A run that ends sooner needs no progress.
const FIRST: Duration = Duration::from_millis(300);
const FIRST_OF_SHOW: Duration = TICK;
/// Redraws after a change, and without one.
const REDRAW: Duration = Duration::from_millis(200);
const TICK: Duration = Duration::from_secs(1);

/// Columns and rows of the window as they are now.
pub(crate) type Size = Box<dyn Fn() -> (usize, usize) + Send>;

pub(crate) struct Progress {
    mode: Mode,
    /// What is waited for, and how long at most.
    title: String,
    /// Until the first drawing, once something has happened.
    first: Duration,
    last: Option<Duration>,
    pending: Vec<Change>,
    drawing: Drawing,
}

/// What is to be drawn next.
enum Drawing {
    None,
    Plain(Vec<String>),
    Terminal(Vec<Line>),
}

enum Mode {
    Silent,
    Plain { clock: fn() -> Timestamp },
    Terminal { size: Size, color: bool, service: String },
}

impl Progress {
    fn new(mode: Mode, title: &str) -> Self {
        Self { mode, title: title.to_owned(), first: FIRST, last: None, pending: Vec::new(), drawing: Drawing::None }
    }

    pub(crate) fn silent() -> Self {
        Self::new(Mode::Silent, "")
    }

    /// Whether nothing is ever shown.
    pub(crate) fn is_silent(&self) -> bool {
        matches!(self.mode, Mode::Silent)
    }

    /// Lines with a UTC time.
    pub(crate) fn plain(title: &str, clock: fn() -> Timestamp) -> Self {
        Self::new(Mode::Plain { clock }, title)
    }

    /// Lines redrawn in place; `service` is the host that is asked.
    #[must_use]
    pub(crate) fn terminal(title: &str, service: String, size: Size, color: bool) -> Self {
        Self::new(Mode::Terminal { size, color, service }, title)
    }

    /// For one look, which most often ends within a second.
    #[must_use]
    pub(crate) fn of_show(self) -> Self {
        Self { first: FIRST_OF_SHOW, ..self }
    }

    /// The time until the next drawing.
    pub(crate) fn next_draw(&self, now: Duration) -> Duration {
        let pause = match &self.mode {
            Mode::Silent => Duration::MAX,
            _ if self.last.is_none() && self.pending.is_empty() => TICK,
            _ if self.last.is_none() => self.first,
            Mode::Plain { .. } if self.pending.is_empty() => HEARTBEAT,
            Mode::Plain { .. } => PLAIN_PAUSE,
            Mode::Terminal { .. } if self.pending.is_empty() => TICK,
            Mode::Terminal { .. } => REDRAW,
        };
        self.last.unwrap_or_default().saturating_add(pause).saturating_sub(now)
    }

    /// Takes the engine's changes; returns whether there is something to draw.
    pub(crate) fn observe(&mut self, engine: &mut Engine, now: Duration) -> bool {
        let changes = engine.changes();
        if self.is_silent() {
            return false;
        }
        // A name is no event of its own in a log.
        let is_plain = matches!(self.mode, Mode::Plain { .. });
        self.pending.extend(changes.into_iter().filter(|change| !is_plain || *change != Change::Named));
        if !self.next_draw(now).is_zero() {
            return false;
        }
        self.prepare(engine, now);
        !matches!(self.drawing, Drawing::None)
    }

    fn prepare(&mut self, engine: &Engine, now: Duration) {
        let changes = std::mem::take(&mut self.pending);
        self.drawing = match &self.mode {
            Mode::Silent => return,
            Mode::Plain { .. } => {
                let first = self.last.is_none();
                let mut lines: Vec<String> = first.then(|| self.title.clone()).into_iter().collect();
                if !first || !changes.is_empty() {
                    lines.extend(plain::lines(engine, now, &changes));
                }
                Drawing::Plain(lines)
            }
            Mode::Terminal { size, color, service, .. } => {
                let (columns, rows) = size();
                let canvas = Canvas { columns, rows, color: *color };
                Drawing::Terminal(terminal::lines(engine, now, &self.title, service, canvas))
            }
        };
        self.last = Some(now);
    }

    /// Draws what `observe` prepared.
    pub(crate) fn draw(&mut self) {
        match (std::mem::replace(&mut self.drawing, Drawing::None), &self.mode) {
            (Drawing::Plain(lines), Mode::Plain { clock }) => {
                let time = clock();
                lines.iter().for_each(|line| stdio::line(&format!("{time:.0} {line}")));
            }
            (Drawing::Terminal(lines), Mode::Terminal { .. }) => stdio::show_temporary_lines(&lines),
            _ => {}
        }
    }

    /// The last lines, or none: a terminal is left as it was.
    pub(crate) fn end(&mut self, engine: &mut Engine, now: Duration) {
        if let Mode::Terminal { .. } = self.mode {
            return stdio::clear_temporary();
        }
        self.pending.extend(engine.changes());
        // Errors that end the wait are printed in full afterwards.
        let is_shown_elsewhere =
            |change: &Change| matches!(change, Change::GivenUp(_) | Change::ListGivenUp(_) | Change::Named);
        self.pending.retain(|change| !is_shown_elsewhere(change));
        if self.last.is_some() && !self.pending.is_empty() {
            self.prepare(engine, now);
            self.draw();
        }
    }
}
