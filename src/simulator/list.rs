//! ListJobs: the jobs of one or several requests, a page at a time.
//!
//! Pure. It must not know how jobs come about. Source: page `cph_api_0522`; which error is which, the sentences of
//! the page ErrorCode. The answer names its own request id, not the one asked for, as the documented example does.

use jiff::Timestamp;

use super::{fault::Fault, job::Job, message::Request, reply::Act, requests::Requests};

/// Request ids in one call.
const IDS: usize = 20;

/// Jobs on one page, also when the request says nothing.
const LIMIT: usize = 100;

/// Answers a list request at `now`.
pub(super) fn list(request: &Request, requests: &Requests, now: Timestamp) -> Result<Act, Fault> {
    let ids = request_ids(request)?;
    let (offset, limit) = page(request)?;
    // Of several requests some may be unknown: what the service does then is not documented, here they add nothing.
    let known: Vec<Vec<Job>> = ids.iter().filter_map(|id| requests.jobs(id, now)).collect();
    if known.is_empty() {
        return Err(Fault::cph(400, "CPS.0050", "Jobs related to this requestId is not found."));
    }
    Ok(Act::Jobs(known.into_iter().flatten().skip(offset).take(limit).map(Job::into_item).collect()))
}

/// `request_ids` wins over `request_id`; each id once.
fn request_ids(request: &Request) -> Result<Vec<String>, Fault> {
    let several: Vec<String> = request.query_values("request_ids").collect();
    let mut ids: Vec<String> = Vec::new();
    for id in several.iter().flat_map(|list| list.split(',')).map(str::trim).filter(|id| !id.is_empty()) {
        if !ids.iter().any(|known| known == id) {
            ids.push(id.to_owned());
        }
    }
    if ids.is_empty() {
        ids.extend(request.query_values("request_id").find(|id| !id.is_empty()));
    }
    match ids.len() {
        0 => Err(Fault::cph(400, "CPS.0049", "Parameter: request_id is empty.")),
        1..=IDS => Ok(ids),
        _ => Err(Fault::cph(400, "CPS.0161", "Parameter: the number of request IDs has exceeded the limit.")),
    }
}

/// Jobs to leave out, and jobs on the page.
fn page(request: &Request) -> Result<(usize, usize), Fault> {
    let number = |key: &str, default: usize| match request.query_values(key).next() {
        None => Some(default),
        // parse alone would take a plus sign.
        Some(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok(),
        Some(_) => None,
    };
    match (number("offset", 0), number("limit", LIMIT)) {
        (Some(offset), Some(limit)) if (1..=LIMIT).contains(&limit) => Ok((offset, limit)),
        _ => Err(Fault::cph(400, "CPS.0002", "Parameter: offset or limit is invalid.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many jobs, and the first and the last; or the error.
    fn gist(query: &str) -> String {
        let request = Request { query: query.into(), ..Request::default() };
        match list(&request, &Requests::default(), "2026-01-15T08:00:00Z".parse().unwrap()) {
            Ok(Act::Jobs(jobs)) => match (jobs.first(), jobs.last()) {
                (Some(first), Some(last)) => format!("{} {} {}", jobs.len(), first.job_id, last.job_id),
                _ => "0".into(),
            },
            Ok(other) => panic!("{other:?}"),
            Err(fault) => format!("{} {}", fault.status, fault.code),
        }
    }

    #[test]
    fn pages_and_errors() {
        let many = |count: usize| (1..=count).map(|number| format!("x{number}")).collect::<Vec<_>>().join(",");
        let (twenty, too_many) = (format!("request_ids=sim-req-3-1,{}", many(19)), format!("request_ids={}", many(21)));
        let rows = [
            ("request_id=sim-req-3-1", "3 sim-req-3-1-1 sim-req-3-1-3"),
            ("request_id=sim%2Dreq-3-1&offset=1&limit=1", "1 sim-req-3-1-2 sim-req-3-1-2"),
            ("request_id=sim-req-250", "100 sim-req-250-001 sim-req-250-100"),
            ("request_id=sim-req-250&offset=100&limit=100", "100 sim-req-250-101 sim-req-250-200"),
            ("request_id=sim-req-250&offset=200", "50 sim-req-250-201 sim-req-250-250"),
            ("request_id=sim-req-250&offset=250", "0"),
            ("request_id=sim-req-250&offset=4000000000", "0"),
            ("request_id=sim-req-empty", "0"),
            ("request_ids=sim-req-3-1", "3 sim-req-3-1-1 sim-req-3-1-3"),
            ("request_ids=sim-req-3-1,sim-req-250&offset=2&limit=3", "3 sim-req-3-1-3 sim-req-250-002"),
            ("request_ids=sim-req-3-1%2Csim-req-empty,,sim-req-3-1", "3 sim-req-3-1-1 sim-req-3-1-3"),
            ("request_ids=sim-req-3-1&request_ids=sim-req-250&limit=4", "4 sim-req-3-1-1 sim-req-250-001"),
            ("request_id=sim-req-250&request_ids=sim-req-3-1", "3 sim-req-3-1-1 sim-req-3-1-3"),
            ("request_ids=&request_id=sim-req-3-1", "3 sim-req-3-1-1 sim-req-3-1-3"),
            (&twenty, "3 sim-req-3-1-1 sim-req-3-1-3"),
            (&too_many, "400 CPS.0161"),
            ("", "400 CPS.0049"),
            ("request_id=", "400 CPS.0049"),
            ("request_ids=,", "400 CPS.0049"),
            ("limit=1", "400 CPS.0049"),
            ("request_id=sim-ok", "400 CPS.0050"),
            ("request_id=sim-req-3-1-1", "400 CPS.0050"),
            ("request_ids=x,y", "400 CPS.0050"),
            ("request_id=sim-req-3-1&limit=0", "400 CPS.0002"),
            ("request_id=sim-req-3-1&limit=101", "400 CPS.0002"),
            ("request_id=sim-req-3-1&limit=", "400 CPS.0002"),
            ("request_id=sim-req-3-1&limit=x", "400 CPS.0002"),
            ("request_id=sim-req-3-1&offset=-1", "400 CPS.0002"),
            ("request_id=sim-req-3-1&offset=%2B1", "400 CPS.0002"),
            ("request_id=sim-req-3-1&offset=99999999999999999999", "400 CPS.0002"),
        ];
        for (query, expected) in rows {
            assert_eq!(gist(query), expected, "{query}");
        }
    }
}
