//! RestartCloudPhone: the one call here that starts jobs, to try what a script does with its response.
//!
//! Pure. It must not know how the jobs go on. Formats: page `cph_api_0515`; an item without a job, as in the API
//! Explorer's examples of such calls. The beginning of a phone's id decides: `sim-fail` fails, `sim-refused` gets no
//! job, any other succeeds.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    error_response::ErrorResponse,
    http::IncomingRequest,
    job_requests::{JobOutcome, JobRequests},
    reply::Reply,
};

/// Phones in one call. The service has a limit, too (CPS.0190), but its number is not documented.
const MAX_PHONES: usize = 400;

/// The real body may have an image and properties; the simulator ignores them.
#[derive(Deserialize)]
struct RestartRequest {
    #[serde(default)]
    phones: Vec<PhoneToRestart>,
}

#[derive(Deserialize)]
struct PhoneToRestart {
    phone_id: String,
}

#[derive(Serialize)]
struct RestartResponse {
    request_id: String,
    jobs: Vec<RestartedPhone>,
}

#[derive(Serialize)]
struct RestartedPhone {
    phone_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_msg: Option<&'static str>,
}

pub(super) fn restart_phones(
    request: &IncomingRequest,
    requests: &mut JobRequests,
    now: Timestamp,
) -> Result<Reply, ErrorResponse> {
    let body: RestartRequest = serde_json::from_slice(&request.body)
        .map_err(|_| ErrorResponse::cph(400, "CPS.0077", "Parameter: phones list is invalid."))?;
    if body.phones.is_empty() {
        return Err(ErrorResponse::cph(400, "CPS.0009", "Parameter: phone_id list is empty."));
    }
    if body.phones.len() > MAX_PHONES {
        return Err(ErrorResponse::cph(400, "CPS.0190", "The number of phones exceeds the limit."));
    }
    let phones: Vec<(String, JobOutcome)> = body.phones.into_iter().map(|phone| with_outcome(phone.phone_id)).collect();
    let (request_id, job_ids) = requests.start(phones.clone(), now);
    let jobs = phones.into_iter().zip(job_ids).map(|((phone_id, _), job_id)| {
        let error = job_id.is_none().then_some(("CPS.0004", "Invalid phone id."));
        let (error_code, error_msg) = error.unzip();
        RestartedPhone { phone_id, job_id, error_code, error_msg }
    });
    let response = RestartResponse { request_id, jobs: jobs.collect() };
    // Text only: this cannot fail.
    Ok(Reply::Json(serde_json::to_string(&response).unwrap_or_default()))
}

fn with_outcome(phone_id: String) -> (String, JobOutcome) {
    let well_formed = (1..=64).contains(&phone_id.len())
        && phone_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    let outcome = if !well_formed || phone_id.starts_with("sim-refused") {
        JobOutcome::Refused
    } else if phone_id.starts_with("sim-fail") {
        JobOutcome::Failure
    } else {
        JobOutcome::Success
    };
    (phone_id, outcome)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(requests: &mut JobRequests, body: &str) -> Result<String, (u16, &'static str)> {
        let request = IncomingRequest { body: body.as_bytes().to_vec(), ..IncomingRequest::default() };
        match restart_phones(&request, requests, "2026-01-15T08:00:00Z".parse().unwrap()) {
            Ok(Reply::Json(body)) => Ok(body),
            Ok(other) => panic!("{other:?}"),
            Err(error) => Err((error.status, error.code)),
        }
    }

    #[test]
    fn an_item_for_each_phone_with_a_job_or_an_error() {
        let mut requests = JobRequests::default();
        let body = r#"{"image_id":"x","phones":[{"phone_id":"a","property":"{}"},{"phone_id":"sim-refused-1"},
            {"phone_id":"sim-fail-1"},{"phone_id":"no id"},{"phone_id":""}]}"#;
        assert_eq!(
            ask(&mut requests, body).unwrap(),
            concat!(
                r#"{"request_id":"sim-req-started-1","jobs":[{"phone_id":"a","job_id":"sim-req-started-1-1"},"#,
                r#"{"phone_id":"sim-refused-1","error_code":"CPS.0004","error_msg":"Invalid phone id."},"#,
                r#"{"phone_id":"sim-fail-1","job_id":"sim-req-started-1-3"},"#,
                r#"{"phone_id":"no id","error_code":"CPS.0004","error_msg":"Invalid phone id."},"#,
                r#"{"phone_id":"","error_code":"CPS.0004","error_msg":"Invalid phone id."}]}"#
            )
        );
        assert!(ask(&mut requests, body).unwrap().starts_with(r#"{"request_id":"sim-req-started-2","#));
    }

    #[test]
    fn how_many_phones_and_in_what_form() {
        let many = |count| format!(r#"{{"phones":[{}]}}"#, vec![r#"{"phone_id":"a"}"#; count].join(","));
        let rows = [
            (many(1), Ok(())),
            (many(MAX_PHONES), Ok(())),
            (many(MAX_PHONES + 1), Err((400, "CPS.0190"))),
            (many(0), Err((400, "CPS.0009"))),
            ("{}".into(), Err((400, "CPS.0009"))),
            (r#"{"phones":["a"]}"#.into(), Err((400, "CPS.0077"))),
            (r#"{"phones":[{}]}"#.into(), Err((400, "CPS.0077"))),
            ("[".into(), Err((400, "CPS.0077"))),
            (String::new(), Err((400, "CPS.0077"))),
        ];
        for (body, expected) in rows {
            assert_eq!(ask(&mut JobRequests::default(), &body).map(drop), expected, "{body}");
        }
    }
}
