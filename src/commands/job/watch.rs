//! Who follows a run while it lasts: the progress on stderr, and the stream of `-o jsonl` on stdout. Decides nothing.

use std::time::Duration;

use crate::output::progress::Progress;
use crate::output::stream::Stream;
use crate::poll::Engine;

pub(super) struct Watch<'a> {
    pub(super) progress: Progress,
    pub(super) stream: Option<&'a mut Stream>,
}

impl Watch<'_> {
    /// Whether nobody follows.
    pub(super) fn is_silent(&self) -> bool {
        self.progress.is_silent() && self.stream.is_none()
    }

    /// Takes the engine's changes; returns whether there is something to draw.
    pub(super) fn observe(&mut self, engine: &mut Engine, now: Duration) -> bool {
        self.feed_stream(engine);
        self.progress.observe(engine, now)
    }

    /// The stream leaves the changes to the progress, which takes them.
    fn feed_stream(&mut self, engine: &Engine) {
        if let Some(stream) = &mut self.stream {
            stream.observe(engine);
        }
    }

    pub(super) fn draw(&mut self) {
        self.progress.draw();
    }

    /// The time until the next drawing.
    pub(super) fn next_draw(&self, now: Duration) -> Duration {
        self.progress.next_draw(now)
    }

    pub(super) fn end(&mut self, engine: &mut Engine, now: Duration) {
        self.feed_stream(engine);
        self.progress.end(engine, now);
    }
}
