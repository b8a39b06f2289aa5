//! PURE: the pages of one request put together: where the next one begins, and whether they make sense. Knows no
//! HTTP and no clock; when enough has been read is decided by those who ask.

use std::collections::HashSet;

use crate::error::{Error, Kind};
use crate::job::{Entry, Status};

/// Jobs on a full page: the most that the service gives at once (CPH API reference, ListJobs, `limit`).
pub const PAGE: usize = 100;
/// More pages than this are no list of a request but a service that never ends.
const MOST_PAGES: usize = 1000;
/// Texts of all jobs together, in bytes: a page of full texts is below 300 kB.
const LONGEST_TEXTS: usize = 48 << 20;

/// What has been read so far in one look at a request.
#[derive(Debug, Default)]
pub struct Listing {
    ids: Vec<String>,
    known: HashSet<String>,
    items: usize,
    pages: usize,
    texts: usize,
    whole: bool,
    last_is_full: bool,
    open: usize,
    unsuccessful: usize,
}

impl Listing {
    /// Items to skip: where the next page begins.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.items
    }

    /// Takes in one page; gives those of its jobs that are new in this look.
    ///
    /// # Errors
    /// `bad_answer` where a page only repeats what was read before, or there is no end to them.
    pub fn add(&mut self, request_id: &str, page: Vec<Entry>) -> Result<Vec<Entry>, Error> {
        let endless = |what: &str| {
            Error::new(Kind::BadAnswer, format!("request {request_id}: {what}"))
                .hint("the list can't be trusted; ask for its jobs by their own ids")
        };
        self.whole = page.is_empty();
        self.last_is_full = page.len() >= PAGE;
        self.items += page.len();
        self.pages += 1;
        self.texts = page.iter().fold(self.texts, |sum, entry| sum.saturating_add(texts(entry)));
        if self.pages > MOST_PAGES || self.texts > LONGEST_TEXTS {
            return Err(endless("its list of jobs has no end"));
        }
        let fresh = |entry: &Entry| entry.job.job_id.as_ref().is_some_and(|id| self.known.insert(id.clone()));
        let page: Vec<Entry> = page.into_iter().filter(fresh).collect();
        if page.is_empty() && !self.whole {
            return Err(endless("a page of its list of jobs came twice"));
        }
        for Entry { job, .. } in &page {
            self.ids.extend(job.job_id.clone());
            self.open += usize::from(job.status == Status::Running);
            self.unsuccessful += usize::from(job.status != Status::Success);
        }
        Ok(page)
    }

    /// Whether an empty page has ended the list, which alone is proof that there is no more.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// Whether the last page was a full one, so that another is likely.
    #[must_use]
    pub fn last_is_full(&self) -> bool {
        self.last_is_full
    }

    /// Whether everything read so far has succeeded; true for nothing, too.
    #[must_use]
    pub fn is_all_success(&self) -> bool {
        self.unsuccessful == 0
    }

    /// Whether something read so far is running.
    #[must_use]
    pub fn has_running(&self) -> bool {
        self.open > 0
    }

    /// Jobs read so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether no job was read so far.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Whether a job was among those read.
    #[must_use]
    pub fn lists(&self, job_id: &str) -> bool {
        self.known.contains(job_id)
    }

    /// The ids, in the order of the alphabet: two looks are compared by them.
    #[must_use]
    pub fn sorted_ids(&self) -> Vec<String> {
        let mut ids = self.ids.clone();
        ids.sort_unstable();
        ids
    }
}

/// The trouble of a request whose list is empty: never a success.
#[must_use]
pub fn no_jobs(request_id: &str) -> Error {
    Error::new(Kind::NotFound, format!("request {request_id}: the service lists no jobs for it"))
        .hint("check the id, the project and the region; a call that was refused as a whole starts no jobs")
}

fn texts(entry: &Entry) -> usize {
    let job = &entry.job;
    let all = [&job.job_id, &job.phone_id, &job.server_id, &job.begin_time, &job.end_time];
    let all = all.into_iter().chain([&job.error_code, &job.error_msg, &job.execute_msg]);
    all.flatten().map(String::len).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::Job;

    fn page(ids: std::ops::Range<usize>, status: Status) -> Vec<Entry> {
        let job = |id: usize| Job { status, ..Job::unanswered(&id.to_string()) };
        ids.map(|id| Entry { job: job(id), observed_at: None, error: None }).collect()
    }

    #[test]
    fn pages_follow_each_other_until_an_empty_one() {
        let mut listing = Listing::default();
        assert_eq!(listing.add("r", page(0..100, Status::Success)).unwrap().len(), 100);
        assert!(listing.last_is_full() && !listing.is_whole() && listing.is_all_success());
        listing.add("r", page(100..150, Status::Running)).unwrap();
        assert!(!listing.last_is_full() && listing.has_running() && !listing.is_all_success());
        assert_eq!(listing.offset(), 150);
        assert!(listing.add("r", vec![]).unwrap().is_empty());
        assert!(listing.is_whole() && listing.lists("149") && !listing.lists("150"));
    }

    #[test]
    fn a_page_that_repeats_is_no_page() {
        for repeated in [0..3, 1..2] {
            let mut listing = Listing::default();
            listing.add("r", page(0..3, Status::Success)).unwrap();
            assert_eq!(listing.add("r", page(repeated, Status::Success)).unwrap_err().kind, Kind::BadAnswer);
        }
    }

    #[test]
    fn a_list_that_grew_at_its_head_overlaps_and_is_fine() {
        let mut listing = Listing::default();
        listing.add("r", page(0..100, Status::Running)).unwrap();
        assert_eq!(listing.add("r", page(98..120, Status::Running)).unwrap().len(), 20);
        assert_eq!((listing.len(), listing.offset()), (120, 122));
    }

    #[test]
    fn a_list_without_end_is_none() {
        let mut listing = Listing::default();
        let ended = (0..).map(|n| listing.add("r", page(n..n + 1, Status::Success))).find_map(Result::err);
        assert_eq!(ended.unwrap().kind, Kind::BadAnswer);
        let mut listing = Listing::default();
        let heavy = |n| {
            let job = Job { execute_msg: Some("x".repeat(4 << 20)), ..Job::unanswered(&format!("{n}")) };
            vec![Entry { job, observed_at: None, error: None }]
        };
        let pages = (0..).take_while(|n| listing.add("r", heavy(*n)).is_ok()).count();
        assert!(pages < 20, "{pages}");
    }
}
