//! ListCloudPhones: the phones of the project by the names that people gave them, a page at a time, newest first.
//!
//! Pure. It must not know jobs. Source: page `cph_api_0503`. Its filters are not there. The phones of the fixed jobs are
//! always on the list, with names in Latin and Chinese script and a hostile one; a phone for which a call started a job
//! is there, too.

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
    let mut known: HashSet<&str> = HashSet::from([DOCUMENTED_PHONE]);
    let fixed: Vec<String> = (1..=MAX_JOBS).map(phone_id).collect();
    known.extend(fixed.iter().map(String::as_str));
    let started: Vec<&str> = started.into_iter().filter(|id| known.insert(id)).collect();
    let count = started.len() + 1 + MAX_JOBS;
    let started = started.into_iter().map(|id| SimulatedPhone::new(id.to_owned(), format!("phone {id}")));
    let documented = SimulatedPhone::new(DOCUMENTED_PHONE.to_owned(), "demo-1".to_owned());
    let all = started.chain([documented]).chain((1..=MAX_JOBS).map(SimulatedPhone::numbered));
    Ok(Reply::Phones { count, phones: all.skip(offset).take(limit).collect() })
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
