//! How a wait stands, on stderr. On a terminal a few lines that are redrawn in place; elsewhere a plain line for each
//! change and a heartbeat a minute. Decides nothing, and a stderr that can't be written to changes nothing.

mod bar;
mod plain;
mod terminal;
#[cfg(test)]
mod tests;
mod window;

use std::time::Duration;

use jiff::Timestamp;

use crate::output::progress::terminal::{Canvas, Line};
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
    drawing: Drawing,
}

/// What is to be drawn next.
enum Drawing {
    None,
    Plain(Vec<String>),
    Terminal(Vec<Line>),
}

enum Form {
    Silent,
    Plain { clock: fn() -> Timestamp },
    Terminal { window: Window, size: Box<dyn Fn() -> (usize, usize)>, color: bool },
}

impl Progress {
    fn new(form: Form, title: &str) -> Self {
        Self { form, title: title.to_owned(), last: None, pending: Vec::new(), drawing: Drawing::None }
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
    pub(crate) fn terminal(title: &str, size: Box<dyn Fn() -> (usize, usize)>, color: bool) -> Self {
        Self::new(Form::Terminal { window: Window::new(), size, color }, title)
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
        !matches!(self.drawing, Drawing::None)
    }

    fn look(&mut self, engine: &Engine, now: Duration) {
        let changes = std::mem::take(&mut self.pending);
        self.drawing = match &self.form {
            Form::Silent => return,
            Form::Plain { .. } => {
                let first = self.last.is_none();
                let mut lines: Vec<String> = first.then(|| self.title.clone()).into_iter().collect();
                if !first || !changes.is_empty() {
                    lines.extend(plain::lines(engine, now, &changes));
                }
                Drawing::Plain(lines)
            }
            Form::Terminal { size, color, .. } => {
                let (columns, rows) = size();
                let canvas = Canvas { columns, rows, color: *color };
                Drawing::Terminal(terminal::lines(engine, now, &self.title, canvas))
            }
        };
        self.last = Some(now);
    }

    /// Draws what was seen.
    pub(crate) fn draw(&mut self) {
        match (std::mem::replace(&mut self.drawing, Drawing::None), &mut self.form) {
            (Drawing::Plain(lines), Form::Plain { clock }) => {
                let time = clock().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
                lines.iter().for_each(|line| stdio::line(&format!("{time} {line}")));
            }
            // A terminal that can't be written to changes nothing.
            (Drawing::Terminal(lines), Form::Terminal { window, .. }) => drop(window.draw(&lines)),
            _ => {}
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
