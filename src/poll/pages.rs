//! PURE: one read of one request's list, page by page, and whether it can be believed. Knows ids and nothing else:
//! neither jobs nor HTTP nor time.
//!
//! ListJobs has neither a total nor a page marker, and whether `offset` counts items or pages was never seen
//! live (the documentation says items). So each page overlaps the one before by an item:
//! what a service counts otherwise, and a list that changes meanwhile, show in the overlap.

use std::collections::HashSet;

/// Jobs on a full page: the most that the service gives at once (CPH API reference, ListJobs, `limit`).
pub const PAGE: usize = 100;
/// More items than this are no list of a request but a service without an end.
const MOST_ITEMS: usize = 100_000;

/// Nor are more pages than this: a list that grows as fast as it is read.
const MOST_PAGES: usize = 2_000;

/// The next page to ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRange {
    /// Items to skip.
    pub offset: usize,
    /// Items to give at most.
    pub limit: usize,
}

/// What a page changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    /// The list has no job at all.
    Empty,
    /// There may be more behind it.
    More,
    /// It proved that there is no more.
    End,
    /// The list changed while it was read: all of this read is void.
    Moved,
    /// The service counts pages where items are asked for, so that its later jobs can't be listed.
    CountsPages,
    /// There is no end to it.
    TooLong,
}

/// The items of one read so far.
#[derive(Debug, Default)]
pub(super) struct Pages {
    known: HashSet<String>,
    last: Option<String>,
    /// Items on the largest page: a service may give fewer than it is asked for.
    largest: usize,
    pages: usize,
    /// The page behind the last item was empty: it is found out what the service counts.
    checking: bool,
}

impl Pages {
    /// Items read so far.
    pub(super) fn len(&self) -> usize {
        self.known.len()
    }

    pub(super) fn lists(&self, id: &str) -> bool {
        self.known.contains(id)
    }

    /// The ids of a read that is over.
    pub(super) fn into_ids(self) -> HashSet<String> {
        self.known
    }

    pub(super) fn next(&self) -> PageRange {
        match self.len() {
            items if self.checking => PageRange { offset: 1, limit: items.saturating_sub(1) },
            items => PageRange { offset: items - self.overlap(), limit: PAGE },
        }
    }

    /// Pages of one item can't overlap and go on.
    fn overlap(&self) -> usize {
        usize::from(self.largest > 1)
    }

    /// Takes in the page that [`Pages::next`] named; empty also where the service said "not found".
    pub(super) fn add(&mut self, page: &[&str]) -> Page {
        if self.known.is_empty() {
            return if page.is_empty() { Page::Empty } else { self.take(page) };
        }
        if self.checking {
            return self.check(page);
        }
        let overlap = self.overlap();
        let known = page.iter().filter(|id| self.lists(id)).count();
        match (page.first(), overlap) {
            (None, 0) => Page::End,
            // Items before it were seen a moment ago.
            (None, _) if self.len() <= PAGE => {
                self.checking = true;
                Page::More
            }
            (None, _) => Page::Moved,
            (Some(_), 0) if known == 0 => self.take(page),
            (Some(_), 0) => Page::Moved,
            (Some(first), _) if !self.lists(first) => Page::Moved,
            (Some(_), _) if known < page.len() => self.take(page),
            (Some(_), _) if known == 1 => Page::End,
            (Some(_), _) => Page::Moved,
        }
    }

    /// The page at offset 1 with one item less than are known. Counted in items it holds all but the first of them,
    /// counted in pages it begins with the last.
    fn check(&mut self, page: &[&str]) -> Page {
        let (first, rest) = page.split_first().map_or((None, &[][..]), |(first, rest)| (Some(*first), rest));
        if first != self.last.as_deref() {
            return Page::Moved;
        }
        match rest {
            [] => Page::End,
            rest if rest.iter().all(|id| !self.lists(id)) => Page::CountsPages,
            _ => Page::Moved,
        }
    }

    fn take(&mut self, page: &[&str]) -> Page {
        self.largest = self.largest.max(page.len());
        for id in page {
            if self.known.insert((*id).to_owned()) {
                self.last = Some((*id).to_owned());
            }
        }
        self.pages += 1;
        if self.len() > MOST_ITEMS || self.pages > MOST_PAGES { Page::TooLong } else { Page::More }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a list to its end: the ends of the read, and the ranges asked for.
    fn read(mut page: impl FnMut(usize, PageRange) -> Vec<String>) -> (Page, Vec<(usize, usize)>, usize) {
        let (mut pages, mut asked) = (Pages::default(), Vec::new());
        loop {
            let range = pages.next();
            let items = page(asked.len(), range);
            asked.push((range.offset, range.limit));
            let items: Vec<&str> = items.iter().map(String::as_str).collect();
            match pages.add(&items) {
                Page::More => {}
                end => return (end, asked, pages.len()),
            }
        }
    }

    fn ids(range: std::ops::Range<usize>) -> Vec<String> {
        range.map(|n| format!("j{n}")).collect()
    }

    fn by_items(count: usize, cap: usize) -> impl Fn(usize, PageRange) -> Vec<String> {
        move |_, PageRange { offset, limit }| ids(offset.min(count)..(offset + limit.min(cap)).min(count))
    }

    fn by_pages(count: usize) -> impl Fn(usize, PageRange) -> Vec<String> {
        move |_, PageRange { offset, limit }| ids(0..count).into_iter().skip(offset * limit).take(limit).collect()
    }

    #[test]
    fn pages_overlap_and_one_known_item_ends_them() {
        for (count, asked) in [
            (0, vec![(0, 100)]),
            (1, vec![(0, 100), (1, 100)]),
            (2, vec![(0, 100), (1, 100)]),
            (100, vec![(0, 100), (99, 100)]),
            (150, vec![(0, 100), (99, 100), (149, 100)]),
            (199, vec![(0, 100), (99, 100), (198, 100)]),
        ] {
            let end = if count == 0 { Page::Empty } else { Page::End };
            assert_eq!(read(by_items(count, 100)), (end, asked, count));
        }
        assert_eq!(read(by_items(1000, 100)).1.len(), 12);
    }

    #[test]
    fn a_service_that_gives_less_than_asked_hides_nothing() {
        for cap in [1, 2, 30, 99] {
            for count in [1, 2, 3, 60, 150] {
                let (end, _, read) = read(by_items(count, cap));
                assert_eq!((end, read), (Page::End, count), "{count} jobs, {cap} on a page");
            }
        }
    }

    #[test]
    fn a_service_that_counts_pages_is_found_out() {
        for count in [1, 2, 3, 60, 99, 100] {
            let (end, asked, read) = read(by_pages(count));
            assert_eq!((end, read), (Page::End, count), "{asked:?}");
        }
        for count in [101, 150, 250] {
            let (end, asked, _) = read(by_pages(count));
            assert_eq!((end, asked), (Page::CountsPages, vec![(0, 100), (99, 100), (1, 99)]));
        }
    }

    #[test]
    fn a_list_that_changed_is_void_or_overlaps() {
        // Three more at the head: four known ones and new ones, and then known ones only.
        let head = |n: usize, range: PageRange| {
            let all: Vec<String> = if n == 0 { ids(3..153) } else { ids(0..153) };
            all.into_iter().skip(range.offset).take(range.limit).collect()
        };
        assert_eq!(read(head), (Page::Moved, vec![(0, 100), (99, 100), (149, 100)], 150));
        // The same for a list of one page: nothing but known ones.
        let head = |n: usize, range: PageRange| {
            let all: Vec<String> = if n == 0 { ids(3..10) } else { ids(0..10) };
            all.into_iter().skip(range.offset).take(range.limit).collect()
        };
        assert_eq!(read(head).0, Page::Moved);
        // One less at the head: a gap in front of the page.
        let shrunk = |n: usize, range: PageRange| {
            let all: Vec<String> = if n == 0 { ids(0..150) } else { ids(1..150) };
            all.into_iter().skip(range.offset).take(range.limit).collect()
        };
        assert_eq!(read(shrunk), (Page::Moved, vec![(0, 100), (99, 100)], 100));
        // All of it gone.
        let gone = |n: usize, _: PageRange| if n == 0 { ids(0..5) } else { vec![] };
        assert_eq!(read(gone), (Page::Moved, vec![(0, 100), (4, 100), (1, 4)], 5));
        let gone = |n: usize, range| if n < 2 { by_items(250, 100)(n, range) } else { vec![] };
        assert_eq!(read(gone), (Page::Moved, vec![(0, 100), (99, 100), (198, 100)], 199));
        // Gone when its end was looked for, and in another order when it was found out what the service counts.
        let other_order = |n: usize, _: PageRange| match n {
            0 => ids(0..5),
            1 => vec![],
            _ => vec!["j4".to_owned(), "j0".to_owned()],
        };
        assert_eq!(read(other_order).0, Page::Moved);
        // The same page for ever.
        assert_eq!(read(|_, _| ids(0..100)).0, Page::Moved);
        assert_eq!(read(|_, _| ids(0..1)).0, Page::Moved);
    }

    #[test]
    fn a_list_without_end_is_none() {
        let (end, asked, _) = read(|_, range| ids(range.offset..range.offset + range.limit));
        assert_eq!((end, asked.len()), (Page::TooLong, 1011));
        assert_eq!(read(by_items(MOST_ITEMS, 100)).0, Page::End);
        let (end, asked, _) = read(|n, range| by_items(5 + n, 100)(n, range));
        assert_eq!((end, asked.len()), (Page::TooLong, MOST_PAGES + 1));
    }
}
