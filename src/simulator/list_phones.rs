//! ListCloudPhones: the phones of the project by the names that people gave them, a page at a time, newest first.
//!
//! PURE. It must not know jobs. Source: page `cph_api_0503`. Its filters are not there. The phones of the fixed jobs
//! are always on the list, with names in Latin and Chinese script and a hostile one; a phone for which a call started a
//! job is there, too.

use std::collections::HashSet;

use super::{
    error_response::ErrorResponse,
    http::IncomingRequest,
    job::{DOCUMENTED_PHONE, phone_id},
    list_jobs::page,
    phone::SimulatedPhone,
    reply::Reply,
    request_scenario::MAX_JOBS,
};

/// Phones on one page, and without a limit in the query.
const MAX_LIMIT: usize = 200;
const DEFAULT_LIMIT: usize = 100;

/// `started` are the ids of phones with jobs of this run, the newest first.
pub(super) fn list_phones(request: &IncomingRequest, started: Vec<&str>) -> Result<Reply, ErrorResponse> {
    let (offset, limit) = page(request, DEFAULT_LIMIT, MAX_LIMIT)?;
    let mut known = HashSet::from([DOCUMENTED_PHONE]);
    let first = started.into_iter().filter(|id| !is_numbered(id) && known.insert(id));
    let first = first.map(|id| SimulatedPhone::new(id.to_owned(), format!("phone {id}")));
    let documented = SimulatedPhone::new(DOCUMENTED_PHONE.to_owned(), "demo-1".to_owned());
    let first: Vec<SimulatedPhone> = first.chain([documented]).collect();
    let count = first.len() + MAX_JOBS;
    let numbers = offset.saturating_sub(first.len()).saturating_add(1)..=MAX_JOBS;
    let phones = first.into_iter().skip(offset).chain(numbers.map(SimulatedPhone::numbered)).take(limit);
    Ok(Reply::Phones { count, phones: phones.collect() })
}

/// Whether it is the phone of a fixed job.
fn is_numbered(id: &str) -> bool {
    let number = id.trim_start_matches('0').strip_prefix("f0e").and_then(|number| number.parse().ok());
    number.is_some_and(|number| (1..=MAX_JOBS).contains(&number) && phone_id(number) == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many phones in all, how many on the page, and the first and the last name; or the error.
    fn summary(query: &str, started: &[&str]) -> String {
        let request = IncomingRequest { query: query.into(), ..IncomingRequest::default() };
        match list_phones(&request, started.to_vec()) {
            Ok(Reply::Phones { count, phones }) => match (phones.first(), phones.last()) {
                (Some(first), Some(last)) => {
                    format!("{count} {} {} {}", phones.len(), first.phone_name, last.phone_name)
                }
                _ => format!("{count} 0"),
            },
            Ok(other) => panic!("{other:?}"),
            Err(error) => format!("{} {}", error.status, error.code),
        }
    }

    #[test]
    fn pages_and_errors() {
        for (query, expected) in [
            ("", "10001 100 demo-1 lobby-99"),
            ("offset=0&limit=200", "10001 200 demo-1 lobby-199"),
            ("offset=200&limit=200", "10001 200 大厅-200 lobby-399"),
            ("offset=10000&limit=200", "10001 1 大厅-10000 大厅-10000"),
            ("offset=10001", "10001 0"),
            ("limit=201", "400 CPS.0002"),
            ("limit=0", "400 CPS.0002"),
            ("offset=-1", "400 CPS.0002"),
        ] {
            assert_eq!(summary(query, &[]), expected, "{query}");
        }
    }

    #[test]
    fn phones_with_jobs_of_this_run_are_first_and_stand_there_once() {
        let own = phone_id(3);
        let started = ["a", "b", "a", own.as_str(), DOCUMENTED_PHONE];
        assert_eq!(summary("limit=3", &started), "10003 3 phone a demo-1");
        assert_eq!(summary("offset=1&limit=1", &started), "10003 1 phone b phone b");
    }
}
