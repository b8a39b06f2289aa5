//! ListJobs: the jobs of one or several requests, a page at a time.
//!
//! PURE. It must not know how jobs are started. Source: page `cph_api_0522`, and the page ErrorCode for the errors.
//! The response has its own request id, not the one asked for, as in the documented example.

use jiff::Timestamp;

use super::{
    error_response::ErrorResponse, http::IncomingRequest, job::SimulatedJob, job_requests::JobRequests, reply::Reply,
};

/// Request ids in one call.
const MAX_IDS: usize = 20;

/// Jobs on one page; also the default.
const MAX_LIMIT: usize = 100;

pub(super) fn list_jobs(
    request: &IncomingRequest,
    requests: &mut JobRequests,
    now: Timestamp,
) -> Result<Reply, ErrorResponse> {
    let ids = request_ids(request)?;
    let (offset, limit) = page(request, MAX_LIMIT, MAX_LIMIT)?;
    // What the service does with a few unknown ids is not documented; here they add nothing.
    let known: Vec<_> = ids.iter().filter_map(|id| Some((id, requests.numbers(id)?))).collect();
    if known.is_empty() {
        return Err(ErrorResponse::cph(400, "CPS.0050", "Jobs related to this requestId is not found."));
    }
    let all = known.into_iter().flat_map(|(id, numbers)| numbers.into_iter().map(move |number| (id, number)));
    let page = all.skip(offset).take(limit).filter_map(|(id, number)| requests.numbered(id, number, now));
    Ok(Reply::Jobs(page.map(SimulatedJob::into_item).collect()))
}

/// `request_ids` has priority over `request_id`; each id once.
fn request_ids(request: &IncomingRequest) -> Result<Vec<String>, ErrorResponse> {
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
        0 => Err(ErrorResponse::cph(400, "CPS.0049", "Parameter: request_id is empty.")),
        1..=MAX_IDS => Ok(ids),
        _ => Err(ErrorResponse::cph(400, "CPS.0161", "Parameter: the number of request IDs has exceeded the limit.")),
    }
}

/// Offset and limit of a list: the limit where the query has none, and the greatest.
pub(super) fn page(request: &IncomingRequest, default: usize, most: usize) -> Result<(usize, usize), ErrorResponse> {
    let number = |key: &str, default: usize| match request.query_values(key).next() {
        None => Some(default),
        // `parse` alone would accept a plus sign.
        Some(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok(),
        Some(_) => None,
    };
    match (number("offset", 0), number("limit", default)) {
        (Some(offset), Some(limit)) if (1..=most).contains(&limit) => Ok((offset, limit)),
        _ => Err(ErrorResponse::cph(400, "CPS.0002", "Parameter: offset or limit is invalid.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many jobs, and the first and the last; or the error.
    fn summary(query: &str) -> String {
        let request = IncomingRequest { query: query.into(), ..IncomingRequest::default() };
        match list_jobs(&request, &mut JobRequests::default(), "2026-01-15T08:00:00Z".parse().unwrap()) {
            Ok(Reply::Jobs(jobs)) => match (jobs.first(), jobs.last()) {
                (Some(first), Some(last)) => format!("{} {} {}", jobs.len(), first.job_id, last.job_id),
                _ => "0".into(),
            },
            Ok(other) => panic!("{other:?}"),
            Err(error) => format!("{} {}", error.status, error.code),
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
            ("request_id=sim-req-10000-9&offset=9950", "50 sim-req-10000-9-09951 sim-req-10000-9-10000"),
            ("request_id=sim-req-40-3-2s", "40 sim-req-40-3-2s-01 sim-req-40-3-2s-40"),
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
            ("request_id=sim-req-3-4", "400 CPS.0050"),
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
            assert_eq!(summary(query), expected, "{query}");
        }
    }
}
