//! Each place of ids and each form of the answer, through the table of calls.

use super::*;

type Outcome = Result<String, (u16, &'static str)>;

/// `target`: method, path below the project, perhaps a query.
fn ask(requests: &mut JobRequests, target: &str, body: &str) -> Outcome {
    let (method, target) = target.split_once(' ').unwrap();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let (call, _, server) = StartCall::of(method, path).unwrap();
    let request = IncomingRequest { query: query.into(), body: body.into(), ..IncomingRequest::default() };
    match start_jobs(call, server.as_deref(), &request, requests, "2026-01-15T08:00:00Z".parse().unwrap()) {
        Ok(Reply::Json(body)) => Ok(body),
        Ok(other) => panic!("{other:?}"),
        Err(error) => Err((error.status, error.code)),
    }
}

const RESTART: &str = "POST /v1/p/cloud-phone/phones/batch-restart";

#[test]
fn an_item_for_each_phone_with_a_job_or_an_error() {
    let mut requests = JobRequests::default();
    let body = r#"{"image_id":"x","phones":[{"phone_id":"a","property":"{}"},{"phone_id":"sim-refused-1"},
        {"phone_id":"sim-fail-1"},{"phone_id":"no id"},{"phone_id":""}]}"#;
    assert_eq!(
        ask(&mut requests, RESTART, body).unwrap(),
        concat!(
            r#"{"request_id":"sim-req-started-1","jobs":[{"phone_id":"a","job_id":"sim-req-started-1-1"},"#,
            r#"{"phone_id":"sim-refused-1","error_code":"CPS.0004","error_msg":"Invalid phone id."},"#,
            r#"{"phone_id":"sim-fail-1","job_id":"sim-req-started-1-3"},"#,
            r#"{"phone_id":"no id","error_code":"CPS.0004","error_msg":"Invalid phone id."},"#,
            r#"{"phone_id":"","error_code":"CPS.0004","error_msg":"Invalid phone id."}]}"#
        )
    );
    assert!(ask(&mut requests, RESTART, body).unwrap().starts_with(r#"{"request_id":"sim-req-started-2","#));
}

/// Each call once: where its ids are, and what its items name.
#[test]
fn each_call_takes_its_ids_from_its_place() {
    let phone = |path: &str| format!("POST /v1/p/cloud-phone/{path}");
    let (phone_ids, server_ids) = (r#"{"phone_ids":["a"]}"#, r#"{"server_ids":["a"]}"#);
    let items = |list: &str, field: &str| format!(r#"{{"{list}":[{{"{field}":"a"}}]}}"#);
    let rows = [
        (phone("phones/batch-reset"), items("phones", "phone_id"), "phone_id"),
        (phone("phones/batch-restart"), items("phones", "phone_id"), "phone_id"),
        (phone("phones/batch-stop"), phone_ids.to_owned(), "phone_id"),
        (phone("phones/batch-update-property"), items("phones", "phone_id"), "phone_id"),
        (phone("phones/batch-storage"), items("storage_infos", "phone_id"), "phone_id"),
        (phone("phones/batch-restore"), items("restore_infos", "phone_id"), "phone_id"),
        (phone("phones/expand-volume"), items("phones", "phone_id"), "phone_id"),
        (phone("phones-traffic"), phone_ids.to_owned(), "phone_id"),
        (phone("phones/commands"), phone_ids.to_owned(), "phone_id"),
        (phone("phones/commands"), server_ids.to_owned(), "phone_id"),
        (phone("phones/share-files"), server_ids.to_owned(), "server_id"),
        (phone("phones/share-apps"), server_ids.to_owned(), "server_id"),
        ("DELETE /v1/p/cloud-phone/phones/share-apps".into(), server_ids.to_owned(), "server_id"),
        ("GET /v1/p/cloud-phone/servers/share-files?server_ids=a".into(), String::new(), "server_id"),
        (phone("servers/batch-restart"), server_ids.to_owned(), "server_id"),
        ("PUT /v1/p/cloud-phone/servers/open-access".into(), items("servers", "server_id"), "server_id"),
        (phone("encode-servers/batch-restart"), r#"{"encode_server_ids":["a"]}"#.to_owned(), "encode_server_id"),
        ("POST /v1/p/servers/attach-share-filesystem".into(), server_ids.to_owned(), "server_id"),
        ("POST /v1/p/servers/detach-share-filesystem".into(), server_ids.to_owned(), "server_id"),
    ];
    for (target, body, key) in rows {
        let mut requests = JobRequests::default();
        let expected = r#"{"request_id":"sim-req-started-1","jobs":[{"KEY":"a","job_id":"sim-req-started-1-1"}]}"#;
        assert_eq!(ask(&mut requests, &target, &body), Ok(expected.replace("KEY", key)), "{target}");
        let job = requests.job("sim-req-started-1-1", "2026-01-15T08:00:05Z".parse().unwrap()).unwrap();
        assert!(serde_json::to_string(&job).unwrap().contains(&format!(r#""{key}":"a""#)), "{target}");
        // The same ids elsewhere are none.
        assert_eq!(ask(&mut requests, target.split('?').next().unwrap(), "{}").unwrap_err().0, 400, "{target}");
    }
    let several = ask(&mut JobRequests::default(), "GET /v1/p/cloud-phone/servers/share-files?server_ids=a%2Cb,c", "");
    assert_eq!(several.unwrap().matches("job_id").count(), 3);
}

#[test]
fn one_job_for_the_whole_call() {
    let (change, delete) = ("POST /v2/p/cloud-phone/servers/ID/change", "DELETE /v2/p/cloud-phone/servers");
    let started = r#"{"job_id":"sim-req-started-1-1","request_id":"sim-req-started-1"}"#;
    let changed = started.replace('}', r#","server_id":"ID"}"#);
    let rows = [
        (change.replace("ID", "a"), "", Ok(changed.replace("ID", "a")), 2),
        (change.replace("ID", "sim-fail"), "{}", Ok(changed.replace("ID", "sim-fail")), -1),
        (change.replace("ID", "sim-refused"), "{}", Err((404, "CPS.0156")), 0),
        (delete.into(), r#"{"server_ids":["a","b"]}"#, Ok(started.into()), 2),
        (delete.into(), r#"{"server_ids":["a","sim-fail"]}"#, Ok(started.into()), -1),
        (delete.into(), r#"{"server_ids":["a","sim-refused"]}"#, Err((404, "CPS.0156")), 0),
        (delete.into(), r#"{"server_ids":[]}"#, Err((400, "CPS.0095")), 0),
    ];
    for (target, body, expected, status) in rows {
        let mut requests = JobRequests::default();
        assert_eq!(ask(&mut requests, &target, body), expected, "{target} {body}");
        let job = requests.job("sim-req-started-1-1", "2026-01-15T08:00:05Z".parse().unwrap());
        assert_eq!(job.map_or(0, |job| job.status), status, "{target} {body}");
    }
}

#[test]
fn a_synchronous_command_has_ended_in_its_answer() {
    let (mut requests, sync) = (JobRequests::default(), "POST /v1/p/cloud-phone/phones/sync-commands");
    let body = r#"{"command":"shell","content":"x","phone_ids":["a","sim-fail","sim-refused"]}"#;
    assert_eq!(
        ask(&mut requests, sync, body).unwrap(),
        concat!(
            r#"{"request_id":"sim-req-started-1","jobs":[{"phone_id":"a","job_id":"sim-req-started-1-1","status":2,"#,
            r#""error_code":"","error_msg":"","execute_msg":"ok"},"#,
            r#"{"phone_id":"sim-fail","job_id":"sim-req-started-1-2","status":-1,"error_code":"CPS.0191","#,
            r#""error_msg":"Run command failed.","execute_msg":"not found"},"#,
            r#"{"phone_id":"sim-refused","error_code":"CPS.0004","error_msg":"Invalid phone id."}]}"#
        )
    );
    let job = requests.job("sim-req-started-1-1", "2026-01-15T08:00:00Z".parse().unwrap()).unwrap();
    assert_eq!((job.status, job.execute_msg.as_deref()), (2, Some("ok")));
    let many = |count| format!(r#"{{"phone_ids":[{}]}}"#, vec![r#""a""#; count].join(","));
    assert!(ask(&mut requests, sync, &many(MAX_ENDED)).is_ok());
    assert_eq!(ask(&mut requests, sync, &many(MAX_ENDED + 1)), Err((400, "CPS.0190")));
}

#[test]
fn how_many_objects_and_in_what_form() {
    let many = |count| format!(r#"{{"phones":[{}]}}"#, vec![r#"{"phone_id":"a"}"#; count].join(","));
    let servers = "POST /v1/p/cloud-phone/servers/batch-restart";
    let encode_servers = "POST /v1/p/cloud-phone/encode-servers/batch-restart";
    let rows = [
        (RESTART, many(1), Ok(())),
        (RESTART, many(MAX_OBJECTS), Ok(())),
        (RESTART, many(MAX_OBJECTS + 1), Err((400, "CPS.0190"))),
        (RESTART, many(0), Err((400, "CPS.0009"))),
        (RESTART, "{}".into(), Err((400, "CPS.0009"))),
        (RESTART, r#"{"phones":["a"]}"#.into(), Err((400, "CPS.0077"))),
        (RESTART, r#"{"phones":[{}]}"#.into(), Err((400, "CPS.0077"))),
        (RESTART, r#"{"phones":{}}"#.into(), Err((400, "CPS.0077"))),
        (RESTART, "[".into(), Err((400, "CPS.0077"))),
        (RESTART, "[]".into(), Err((400, "CPS.0077"))),
        (RESTART, String::new(), Err((400, "CPS.0077"))),
        (servers, "{}".into(), Err((400, "CPS.0095"))),
        (servers, r#"{"server_ids":null}"#.into(), Err((400, "CPS.0095"))),
        (servers, r#"{"server_ids":[1]}"#.into(), Err((400, "CPS.0094"))),
        (encode_servers, "{}".into(), Err((400, "CPS.0122"))),
        (encode_servers, r#"{"encode_server_ids":"a"}"#.into(), Err((400, "CPS.0122"))),
    ];
    for (target, body, expected) in rows {
        assert_eq!(ask(&mut JobRequests::default(), target, &body).map(drop), expected, "{target} {body}");
    }
}
