//! ListCloudPhones: the phones of the project by the names that people gave them, a page at a time, newest first.
//!
//! Pure. It must not know jobs. Source: page `cph_api_0503`; fields in the documented order. Its filters are not there.
//! The phones of the fixed jobs are always on the list, with names in Latin and Chinese script and a hostile one; a
//! phone for which a call started a job is there, too.

use std::collections::HashSet;

use serde::Serialize;

use super::{
    error_response::ErrorResponse,
    http::IncomingRequest,
    job::{DOCUMENTED_PHONE, phone_id},
    list_jobs::page,
    reply::Reply,
    request_scenario::MAX_JOBS,
};

/// Phones on one page, and without a limit in the query.
const MAX_LIMIT: usize = 200;
const DEFAULT_LIMIT: usize = 100;

/// The phone whose name attacks a terminal and a CI log.
const HOSTILE_PHONE: usize = 7;
const HOSTILE_NAME: &str = "\u{1b}[31mlobby\r\n::error::7 ##[x]\u{202e}";

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct SimulatedPhone {
    phone_name: String,
    server_id: &'static str,
    phone_id: String,
    status: u8,
    #[serde(rename = "type")]
    kind: u8,
}

impl SimulatedPhone {
    fn new(phone_id: String, phone_name: String) -> Self {
        // Running, and a usual phone.
        Self { phone_name, server_id: "000000000000000000000000005e0001", phone_id, status: 2, kind: 0 }
    }

    /// The phone with this number, from 1.
    fn numbered(number: usize) -> Self {
        let name = match number {
            HOSTILE_PHONE => HOSTILE_NAME.to_owned(),
            even if even % 2 == 0 => format!("大厅-{number}"),
            _ => format!("lobby-{number}"),
        };
        Self::new(phone_id(number), name)
    }
}

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

    #[test]
    fn a_phone_has_the_fields_of_the_service() {
        assert_eq!(
            serde_json::to_string(&SimulatedPhone::numbered(8)).unwrap(),
            concat!(
                r#"{"phone_name":"大厅-8","server_id":"000000000000000000000000005e0001","#,
                r#""phone_id":"00000000000000000000000000f0e008","status":2,"type":0}"#
            )
        );
        assert!(SimulatedPhone::numbered(HOSTILE_PHONE).phone_name.chars().any(char::is_control));
    }
}
