//! PURE: what the stream has not written yet. Its size has a bound however slow the reader is: of each job the latest
//! state alone, of the contact with the service the last two events.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use crate::error::Error;
use crate::job::Entry;

/// What a line is about.
#[derive(Debug, PartialEq)]
pub(super) enum Item {
    Job(Box<Entry>),
    Failing(Arc<Error>),
    Recovered(Arc<Error>),
}

/// In the order of the lines.
#[derive(Debug, Default)]
pub(super) struct Pending {
    order: VecDeque<Slot>,
    /// The latest state of each job in `order`, by its place in the engine.
    jobs: HashMap<usize, Box<Entry>>,
}

#[derive(Debug)]
enum Slot {
    Job(usize),
    Contact(Item),
}

impl Pending {
    /// The job at this place, in its present state.
    pub(super) fn job(&mut self, at: usize, entry: Entry) {
        if self.jobs.insert(at, Box::new(entry)).is_none() {
            self.order.push_back(Slot::Job(at));
        }
    }

    pub(super) fn failing(&mut self, error: &Arc<Error>) {
        self.contact(Item::Failing(Arc::clone(error)));
    }

    pub(super) fn recovered(&mut self, error: &Arc<Error>) {
        self.contact(Item::Recovered(Arc::clone(error)));
    }

    /// They come in turns: a pair that nobody has read yet says nothing.
    fn contact(&mut self, item: Item) {
        let is_contact = |slot: &Slot| matches!(slot, Slot::Contact(_));
        if self.order.iter().filter(|slot| is_contact(slot)).count() >= 2 {
            self.order.retain(|slot| !is_contact(slot));
        }
        self.order.push_back(Slot::Contact(item));
    }

    /// The next line.
    pub(super) fn take(&mut self) -> Option<Item> {
        loop {
            match self.order.pop_front()? {
                Slot::Contact(item) => return Some(item),
                Slot::Job(at) => {
                    if let Some(entry) = self.jobs.remove(&at) {
                        return Some(Item::Job(entry));
                    }
                }
            }
        }
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;
    use crate::exit::Exit;
    use crate::job::{Job, Status};

    fn entry(id: &str, status: Status) -> Entry {
        Entry::never_asked(Job { status, ..Job::unanswered(id) }, Exit::Ok)
    }

    #[test]
    fn a_later_state_replaces_an_earlier_one_in_its_place() {
        let mut pending = Pending::default();
        pending.job(0, entry("a", Status::Running));
        pending.job(1, entry("b", Status::Success));
        pending.job(0, entry("a", Status::Failure));
        assert_eq!(pending.take(), Some(Item::Job(Box::new(entry("a", Status::Failure)))));
        pending.job(0, entry("a", Status::Unknown));
        assert_eq!(pending.take(), Some(Item::Job(Box::new(entry("b", Status::Success)))));
        assert_eq!(pending.take(), Some(Item::Job(Box::new(entry("a", Status::Unknown)))));
        assert_eq!(pending.take(), None);
    }

    #[test]
    fn events_of_the_contact_come_in_turns_and_do_not_pile_up() {
        let error = |text: &str| Arc::new(Error::new(Kind::Unreachable, text));
        let mut pending = Pending::default();
        for at in 0..1000 {
            pending.failing(&error(&at.to_string()));
            assert!(pending.order.len() <= 2);
            pending.recovered(&error(&at.to_string()));
        }
        pending.failing(&error("last"));
        assert_eq!(pending.take(), Some(Item::Failing(error("last"))));
        assert_eq!(pending.take(), None);
        pending.recovered(&error("last"));
        pending.failing(&error("next"));
        assert_eq!(pending.take(), Some(Item::Recovered(error("last"))));
        assert_eq!(pending.take(), Some(Item::Failing(error("next"))));
    }
}
