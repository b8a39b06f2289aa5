//! A map of bounded size: a new entry replaces the oldest one.
//!
//! It must not know what it holds. Linear search, newest first: fast enough for the sizes used here.

use std::collections::VecDeque;

#[derive(Debug)]
pub(super) struct BoundedMap<V> {
    limit: usize,
    entries: VecDeque<(String, V)>,
}

impl<V> BoundedMap<V> {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, entries: VecDeque::new() }
    }

    /// `key` is one that was never used before.
    pub(super) fn add(&mut self, key: String, value: V) {
        if self.entries.len() >= self.limit {
            self.entries.pop_front();
        }
        self.entries.push_back((key, value));
    }

    pub(super) fn get(&self, key: &str) -> Option<&V> {
        self.entries.iter().rev().find(|(own, _)| own == key).map(|(_, value)| value)
    }

    pub(super) fn get_mut(&mut self, key: &str) -> Option<&mut V> {
        self.entries.iter_mut().rev().find(|(own, _)| own == key).map(|(_, value)| value)
    }

    pub(super) fn newest_first(&self) -> impl Iterator<Item = &V> {
        self.entries.iter().rev().map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_forgotten_first() {
        let mut newest = BoundedMap::new(2);
        for (number, key) in ["a", "b", "c"].into_iter().enumerate() {
            newest.add(key.to_owned(), number);
        }
        *newest.get_mut("b").unwrap() += 10;
        let held: Vec<_> = ["a", "b", "c", "d"].into_iter().map(|key| newest.get(key).copied()).collect();
        assert_eq!(held, [None, Some(11), Some(2), None]);
    }
}
