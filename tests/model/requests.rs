//! What a whole request contributes to the exit code (CONTRACT §6, "How a list is read"): a list is proof only when it
//! was read twice alike, and nothing that it really had was hidden.

use cph::error::Kind;
use cph::poll::Query;

use crate::driver::Said;
use crate::facts::Facts;
use crate::lists::{Ending, Read, confirmed, confirmed_in_a_row};
use crate::oracle::{Codes, code_of, patience_is_over};
use crate::scenario::{Counting, ListPlan, NEVER};
use crate::world::listed;

/// What a request adds to its jobs.
pub(crate) fn codes(facts: &Facts<'_>, request: &str, reads: &[Read], decided_by_jobs: bool) -> Codes {
    let mut codes = Codes::new();
    let confirmed = confirmed(reads).is_some();
    let stopped = facts.stop.is_some() || facts.timed_out || facts.run.outcome.failed_fast;
    let proven = reads.last().is_some_and(|read| read.ending == Ending::Proven);
    // Jobs that have not ended, or failed, decide it themselves.
    if decided_by_jobs && (proven || stopped || patience_is_over(facts)) {
        codes.insert(0);
    }
    for (sent, received) in facts.run.answers() {
        let of_it = matches!(&sent.query, Query::Page { request_id, .. } if request_id == request);
        match &received.said {
            Said::Error { kind, retryable, .. } if of_it && !(confirmed && *retryable) => codes.extend(match kind {
                Kind::NotFound | Kind::AuthRejected => None,
                Kind::Forbidden => Some(4),
                Kind::BadAnswer | Kind::WrongJob | Kind::UnknownStatus => Some(7),
                _ => Some(6),
            }),
            _ => {}
        }
    }
    if confirmed {
        codes.insert(0);
        if facts.is_doubted(request) || (stopped && confirmed_in_a_row(reads).is_none()) {
            codes.insert(7);
        }
        return codes;
    }
    if let Some((stop, _, _)) = facts.stop {
        codes.insert(code_of(stop));
    }
    if reads.is_empty() {
        codes.insert(6);
    }
    for read in reads {
        match read.ending {
            Ending::Empty => codes.insert(5),
            Ending::Void | Ending::CountsPages => codes.insert(7),
            Ending::Open | Ending::Proven if stopped => codes.insert(7),
            Ending::Open => false,
            // Read several times, and each time another list.
            Ending::Proven => (reads.len() > 1 || facts.is_doubted(request)) && codes.insert(7),
        };
    }
    codes
}

/// Jobs that the list really had while it was read for the last time, and that were never received; those that had not
/// succeeded.
pub(crate) fn hidden(facts: &Facts<'_>, request: &str, reads: &[Read]) -> Vec<String> {
    let Some(list) = facts.scenario.lists.iter().find(|list| list.request_id == request) else {
        return vec![format!("exit 0 for {request}, which does not exist")];
    };
    let Some(read) = confirmed(reads) else {
        return vec![format!("exit 0, but {request} was not read twice alike: {:?}", reads.len())];
    };
    let missing = certain(list, read).into_iter().filter(|id| !read.ids.contains(*id));
    missing.map(|id| format!("exit 0, but {request} had {id} too when it was read for the last time")).collect()
}

/// The jobs of a list which no reader may miss in this reading.
fn certain<'a>(list: &'a ListPlan, read: &Read) -> Vec<&'a str> {
    let shrinks = list.members.iter().any(|member| member.until != NEVER);
    let grows = list.members.iter().any(|member| !member.from.is_zero());
    if shrinks && grows {
        // One that goes while another comes: no reader can notice.
        return Vec::new();
    }
    // Where pages are counted, no later page has what came after the first.
    let at = if list.counting == Counting::Pages { read.first } else { read.last };
    listed(list, at).into_iter().map(|job| job.id.as_str()).collect()
}
