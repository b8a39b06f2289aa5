use super::*;
use proptest::prelude::*;

#[test]
fn null_empty_and_absent_are_one() {
    let long = r#"{"job_id":"a","status":2,"error_code":null,"error_msg":"","phone_id":null,"new":{"x":[1e999]}}"#;
    assert_eq!(job(long.as_bytes()).unwrap(), job(br#"{"job_id":"a","status":2}"#).unwrap());
}

#[test]
fn every_field_is_carried() {
    let body = br#"{"request_id":"r","job_id":"j","begin_time":"b","end_time":"e","status":-1,"phone_id":"p",
                    "server_id":"s","error_code":"c","error_msg":"m","execute_msg":"x"}"#;
    let some = |text: &str| Some(text.to_owned());
    let expected = Job {
        job_id: some("j"),
        request_id: some("r"),
        status: Status::Failure,
        status_code: Some(-1),
        phone_id: some("p"),
        phone_name: None,
        server_id: some("s"),
        begin_time: some("b"),
        end_time: some("e"),
        error_code: some("c"),
        error_msg: some("m"),
        execute_msg: some("x"),
    };
    assert_eq!(job(body).unwrap(), expected);
}

#[test]
fn a_verdict_needs_one_document_of_the_right_types() {
    for bad in [
        r#"{"status":"2"}"#,
        r#"{"status":2.0}"#,
        r#"{"status":true}"#,
        r#"{"status":1e999}"#,
        r#"{"status":2,"status":2}"#,
        r#"{"status":2,"job_id":"a","job_id":"b"}"#,
        r#"{"status":2}{"status":2}"#,
        r#"{"status":2} x"#,
        r#"{"status":2,"job_id":["a"]}"#,
        r#"{"status":2,"error_code":5}"#,
        r#"{"status":2"#,
        r#"{"status":99999999999999999999}"#,
        "[]",
        r#"[null,"j",2,null,null,null,null,null,null,null]"#,
        "null",
        "",
        "<html>",
        "{\"status\":2,\"error_msg\":\"a\nb\"}",
        "{\"status\":2,\"error_msg\":\"a\0b\"}",
        "{\"status\":2,\"error_msg\":\"\\\"\tb\"}",
    ] {
        assert!(job(bad.as_bytes()).is_err(), "{bad}");
    }
    assert_eq!(job(br#"{"status":null}"#).unwrap().status_code, None);
    assert_eq!(job(br#"{"status":4294967298}"#).unwrap().status, Status::Unknown);
}

#[test]
fn an_error_names_what_was_expected() {
    for (bad, reason) in [("3", "expected an object"), (r#"{"job_id":3}"#, "expected a string")] {
        let error = serde_json::from_str::<Object<WireJob>>(bad).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
}

#[test]
fn deep_nesting_is_refused() {
    let body = |n: usize| format!(r#"{{"status":2,"x":{}{}}}"#, "[".repeat(n), "]".repeat(n));
    assert!(job(body(100).as_bytes()).is_ok());
    assert!(job(body(127).as_bytes()).is_err());
    assert!(job(body(1_000_000).as_bytes()).is_err());
    let brackets = format!(r#"{{"status":2,"error_msg":"\"{}\\"}}"#, "[{".repeat(1000));
    assert!(job(brackets.as_bytes()).is_ok());
}

#[test]
fn half_a_character_does_not_make_a_response_unusable() {
    for body in [&b"{\"status\":2,\"execute_msg\":\"a\xe4\xba\"}"[..], br#"{"status":2,"execute_msg":"a\ud83d"}"#] {
        let job = job(body).unwrap();
        assert_eq!(job.status, Status::Success);
        assert_eq!(job.execute_msg.unwrap(), "a\u{fffd}");
    }
}

proptest! {
    #[test]
    fn a_control_character_is_found_anywhere(body in proptest::collection::vec(0x1e_u8.., 0..40)) {
        assert_eq!(has_control(&body), body.iter().any(|byte| *byte < b' '));
    }

    #[test]
    fn any_bytes_are_survived(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = job(&body);
    }
}
