//! What a call that starts jobs does, to try what a script does with its answer.
//!
//! PURE. It must not know how the jobs go on. The beginning of an object's id decides: `sim-fail` fails, `sim-refused`
//! gets no job, any other succeeds. An item without a job is as in the API Explorer's examples of such calls.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    error_response::ErrorResponse,
    http::IncomingRequest,
    job::{JobObject, SimulatedJob},
    job_requests::{JobOutcome, JobRequests},
    reply::Reply,
    start_calls::{IdPlace, ObjectKind, ResponseShape, StartCall},
};

/// Objects in one call. The service has a limit, too (CPS.0190), but its number is not documented.
const MAX_OBJECTS: usize = 400;

/// Phones in one call that waits for the end of its jobs: documented.
const MAX_ENDED: usize = 15;

#[derive(Serialize)]
struct StartResponse {
    request_id: String,
    jobs: Vec<StartedJob>,
}

#[derive(Serialize)]
struct StartedJob {
    #[serde(flatten)]
    object: JobObject,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_id: Option<Cow<'static, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<Cow<'static, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_msg: Option<Cow<'static, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    execute_msg: Option<Cow<'static, str>>,
}

/// `path_server` is the server in the path, where there is one. Whatever else is sent is ignored.
pub(super) fn start_jobs(
    call: &StartCall,
    path_server: Option<&str>,
    request: &IncomingRequest,
    requests: &mut JobRequests,
    now: Timestamp,
) -> Result<Reply, ErrorResponse> {
    let ids = object_ids(call, path_server, request)?;
    let most = if call.shape == ResponseShape::EndedJobs { MAX_ENDED } else { MAX_OBJECTS };
    let first = ids.first().ok_or_else(|| empty(call.kind))?;
    if ids.len() > most {
        return Err(too_many(call.kind));
    }
    let body = match call.shape {
        ResponseShape::Jobs | ResponseShape::EndedJobs => several(call, &ids, requests, now),
        ResponseShape::OneJob => {
            // One job for all: it succeeds if it does for each.
            let outcome = ids.iter().map(|id| outcome(id)).max().unwrap_or(JobOutcome::Refused);
            if outcome == JobOutcome::Refused {
                let (code, text) = refusal(call.kind);
                return Err(ErrorResponse::cph(404, code, text));
            }
            let (request_id, jobs) = requests.start(vec![(object(call.kind, first), outcome)], false, now);
            let job_id = jobs.first().and_then(Option::as_ref);
            match path_server {
                Some(server_id) => json!({"request_id": request_id, "server_id": server_id, "job_id": job_id}),
                None => json!({"request_id": request_id, "job_id": job_id}),
            }
            .to_string()
        }
    };
    Ok(Reply::Json(body))
}

fn several(call: &StartCall, ids: &[String], requests: &mut JobRequests, now: Timestamp) -> String {
    let ended = call.shape == ResponseShape::EndedJobs;
    let objects: Vec<_> = ids.iter().map(|id| (object(call.kind, id), outcome(id))).collect();
    let (request_id, job_ids) = requests.start(objects, ended, now);
    let mut jobs = Vec::with_capacity(ids.len());
    for (id, job_id) in ids.iter().zip(job_ids) {
        let job = job_id.as_ref().filter(|_| ended).and_then(|job_id| requests.job(job_id, now));
        let refusal = job_id.is_none().then(|| refusal(call.kind));
        jobs.push(match job.map(SimulatedJob::into_item) {
            Some(job) => StartedJob {
                object: job.object,
                job_id: Some(job.job_id),
                status: Some(job.status),
                error_code: job.error_code,
                error_msg: job.error_msg,
                execute_msg: job.execute_msg,
            },
            None => StartedJob {
                object: object(call.kind, id),
                job_id: job_id.map(Into::into),
                status: None,
                error_code: refusal.map(|(code, _)| code.into()),
                error_msg: refusal.map(|(_, text)| text.into()),
                execute_msg: None,
            },
        });
    }
    // Text and numbers only: this cannot fail.
    serde_json::to_string(&StartResponse { request_id, jobs }).unwrap_or_default()
}

/// From the first place that holds any.
fn object_ids(
    call: &StartCall,
    path_server: Option<&str>,
    request: &IncomingRequest,
) -> Result<Vec<String>, ErrorResponse> {
    let mut body = None;
    for place in call.ids {
        let ids = match *place {
            IdPlace::Path => path_server.map(str::to_owned).into_iter().collect(),
            IdPlace::Query(key) => {
                let lists: Vec<String> = request.query_values(key).collect();
                lists.iter().flat_map(|list| list.split(',')).filter(|id| !id.is_empty()).map(str::to_owned).collect()
            }
            IdPlace::List(key) | IdPlace::Items(key, _) => {
                if body.is_none() {
                    body = Some(serde_json::from_slice::<Value>(&request.body).map_err(|_| invalid(call.kind))?);
                }
                match body.as_ref().and_then(|body| body.get(key)) {
                    None | Some(Value::Null) => Vec::new(),
                    Some(list) => listed(list, *place).ok_or_else(|| invalid(call.kind))?,
                }
            }
        };
        if !ids.is_empty() {
            return Ok(ids);
        }
    }
    // An array, a number: nothing that could hold a list.
    match body {
        Some(body) if !body.is_object() => Err(invalid(call.kind)),
        _ => Ok(Vec::new()),
    }
}

fn listed(list: &Value, place: IdPlace) -> Option<Vec<String>> {
    let id = |item: &Value| match place {
        IdPlace::Items(_, field) => item.get(field)?.as_str().map(str::to_owned),
        _ => item.as_str().map(str::to_owned),
    };
    list.as_array()?.iter().map(id).collect()
}

fn object(kind: ObjectKind, id: &str) -> JobObject {
    let id = id.to_owned().into();
    match kind {
        ObjectKind::Phone => JobObject::Phone(id),
        ObjectKind::Server => JobObject::Server(id),
        ObjectKind::EncodeServer => JobObject::EncodeServer(id),
    }
}

fn outcome(id: &str) -> JobOutcome {
    let well_formed = (1..=64).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if !well_formed || id.starts_with("sim-refused") {
        JobOutcome::Refused
    } else if id.starts_with("sim-fail") {
        JobOutcome::Failure
    } else {
        JobOutcome::Success
    }
}

fn refusal(kind: ObjectKind) -> (&'static str, &'static str) {
    match kind {
        ObjectKind::Phone => ("CPS.0004", "Invalid phone id."),
        ObjectKind::Server => ("CPS.0156", "The server_id is not found."),
        ObjectKind::EncodeServer => ("CPS.0123", "Encode server not found."),
    }
}

fn empty(kind: ObjectKind) -> ErrorResponse {
    match kind {
        ObjectKind::Phone => ErrorResponse::cph(400, "CPS.0009", "Parameter: phone_id list is empty."),
        ObjectKind::Server => ErrorResponse::cph(400, "CPS.0095", "Parameter: server_ids is empty."),
        ObjectKind::EncodeServer => invalid(kind),
    }
}

fn invalid(kind: ObjectKind) -> ErrorResponse {
    let (code, text) = match kind {
        ObjectKind::Phone => ("CPS.0077", "Parameter: phones list is invalid."),
        ObjectKind::Server => ("CPS.0094", "Parameter: server_ids is invalid."),
        ObjectKind::EncodeServer => ("CPS.0122", "Parameter: Encode server id list is invalid."),
    };
    ErrorResponse::cph(400, code, text)
}

fn too_many(kind: ObjectKind) -> ErrorResponse {
    match kind {
        ObjectKind::Phone => ErrorResponse::cph(400, "CPS.0190", "The number of phones exceeds the limit."),
        ObjectKind::Server | ObjectKind::EncodeServer => invalid(kind),
    }
}

#[cfg(test)]
mod tests;
