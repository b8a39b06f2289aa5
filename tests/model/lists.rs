//! Whether the pages of one request, as the engine asked for them, prove what is on its list (CONTRACT "How a list
//! is read"). Written from the rule alone: the engine's own reader is what it judges.

use std::collections::HashSet;
use std::time::Duration;

use cph::error::Kind;
use cph::poll::Query;

use crate::driver::{Run, Said};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Still being read.
    Open,
    /// Its end was seen, and it overlaps.
    Proven,
    /// Nothing at offset 0.
    Empty,
    /// The list moved.
    Void,
    /// The service counts pages, and there are more than one.
    CountsPages,
}

/// One reading from offset 0 on.
#[derive(Debug, Clone)]
pub(crate) struct Read {
    pub(crate) ending: Ending,
    /// The items, and the last of them.
    pub(crate) ids: HashSet<String>,
    tail: String,
    /// When the first request for it was sent.
    pub(crate) sent: Duration,
    /// When the world was as the first and the last page show it.
    pub(crate) first: Duration,
    pub(crate) last: Duration,
    /// When the last page was received, and the number of that event.
    pub(crate) received: Duration,
    pub(crate) number: usize,
    /// An offset that the rule does not give.
    pub(crate) stray: Option<(usize, usize)>,
    largest: usize,
    checking: bool,
}

impl Read {
    fn lists(&self, id: &str) -> bool {
        self.ids.contains(id)
    }

    fn take(&mut self, page: &[&str]) {
        self.largest = self.largest.max(page.len());
        for id in page {
            if self.ids.insert((*id).to_owned()) {
                (*id).clone_into(&mut self.tail);
            }
        }
    }

    /// Takes in a page behind the first; what it makes of the reading.
    fn add(&mut self, offset: usize, limit: usize, page: &[&str]) -> Ending {
        let items = self.ids.len();
        let known = page.iter().filter(|id| self.lists(id)).count();
        if self.checking {
            if (offset, limit) != (1, items - 1) {
                self.stray = Some((offset, limit));
            }
            return match page {
                [one] if *one == self.tail => Ending::Proven,
                [_, _, ..] if known == 1 && page.contains(&self.tail.as_str()) => Ending::CountsPages,
                _ => Ending::Void,
            };
        }
        // Pages of one item cannot overlap and go on.
        if self.largest == 1 && offset == items {
            if page.is_empty() {
                return Ending::Proven;
            }
            if known > 0 {
                return Ending::Void;
            }
            self.take(page);
            return Ending::Open;
        }
        if items < 2 || offset != items - 1 {
            self.stray = Some((offset, limit));
        }
        match page {
            [] if items <= 100 => {
                self.checking = true;
                Ending::Open
            }
            [] => Ending::Void,
            [one] if self.lists(one) => Ending::Proven,
            [first, ..] if self.lists(first) && known < page.len() => {
                self.take(page);
                Ending::Open
            }
            _ => Ending::Void,
        }
    }
}

/// All readings of a request's list, in order.
pub(crate) fn reads(run: &Run, request: &str) -> Vec<Read> {
    let mut reads: Vec<Read> = Vec::new();
    for (sent, received) in run.answers() {
        let Query::Page { request_id, range } = &sent.query else { continue };
        if request_id != request {
            continue;
        }
        let page: Vec<&str> = match &received.said {
            Said::Page(items) => items.iter().map(|(id, _)| id.as_str()).collect(),
            Said::Error { kind: Kind::NotFound, .. } => Vec::new(),
            _ => continue,
        };
        if range.offset == 0 {
            let mut read = Read {
                ending: if page.is_empty() { Ending::Empty } else { Ending::Open },
                ids: HashSet::new(),
                tail: String::new(),
                sent: sent.at,
                first: received.read_at,
                last: received.read_at,
                received: received.at,
                number: received.number,
                stray: None,
                largest: 0,
                checking: false,
            };
            read.take(&page);
            reads.push(read);
            continue;
        }
        let Some(read) = reads.last_mut() else { continue };
        if read.ending != Ending::Open {
            // What is void or over is not read on.
            read.stray = Some((range.offset, range.limit));
            continue;
        }
        read.ending = read.add(range.offset, range.limit, &page);
        (read.last, read.received, read.number) = (received.read_at, received.at, received.number);
    }
    reads
}

/// Two readings alike whose end was proven, the second of them the last.
pub(crate) fn confirmed(reads: &[Read]) -> Option<&Read> {
    let (last, before) = reads.split_last()?;
    let before = before.iter().rfind(|read| read.ending == Ending::Proven)?;
    (last.ending == Ending::Proven && last.ids == before.ids).then_some(last)
}

/// The same where nothing was read in between.
pub(crate) fn confirmed_in_a_row(reads: &[Read]) -> Option<&Read> {
    confirmed(&reads[reads.len().saturating_sub(2)..])
}
