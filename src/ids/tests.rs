//! Stdin as a whole.

use super::*;
use proptest::prelude::*;

fn names(asked: Vec<Asked>) -> Vec<String> {
    let name = |asked| match asked {
        Asked::Id(id) => id,
        Asked::Refused(job) => format!("!{}", job.phone_id.or(job.server_id).unwrap_or_default()),
    };
    asked.into_iter().map(name).collect()
}

#[test]
fn ids_and_answers() {
    for (stdin, ids) in [
        ("a b\r\nc\ta\n", vec!["a", "b", "c"]),
        ("\x0ca\x0cb", vec!["a", "b"]),
        ("\u{feff}\r\n a\u{a0}b\u{3000}\n", vec!["a", "b"]),
        (
            r#"{"request_id":"r","jobs":[{"phone_id":"p","job_id":"a"},{"phone_id":"q","error_code":"CPS.0004"}]}"#,
            vec!["a", "!q"],
        ),
        (r#"{"job_id":"a","request_id":"r"}"#, vec!["a"]),
        (r#"{"job_id":"a","jobs":[]}"#, vec!["a"]),
        (r#"{"job_id":"a","jobs":null,"error_code":"X","error":{"code":"y"}}"#, vec!["a"]),
        (r#"{"jobs":[{"job_id":"b"},{"phone_id":"q","error_code":"X"}],"job_id":"a"}"#, vec!["a", "b", "!q"]),
        (r#" {"job_id":"a"} {"jobs":[{"job_id":"b","error_code":"X"}]}"#, vec!["a", "b"]),
        (r#"["a",{"job_id":"b"},"a"]{"server_id":"s","error_code":"X"}["c"]"#, vec!["a", "b", "!s", "c"]),
        (r#"[{"job_id":null,"encode_server_id":"e","error_code":"X","error":{"code":"y"}}]"#, vec!["!e"]),
        (r#"{"encode_server_id":"e","error_code":"X"}"#, vec!["!e"]),
        (r#"{"jobs":[{"job_id":"a","jobs":[],"x":[{"y":["}"]}]}],"code":200,"message":"OK"}"#, vec!["a"]),
        (r#"{"jobs":[{"job_id":"a"}],"code":"1.0","failures":[]}"#, vec!["a"]),
        (
            r#"{"schema_version":1,"jobs":[{"job_id":"a","status":"unknown","error":{"code":"x"}}],"error":null}"#,
            vec!["a"],
        ),
    ] {
        assert_eq!(names(from_stdin(stdin.as_bytes()).unwrap()), ids, "{stdin}");
    }
}

#[test]
fn a_refused_item_keeps_what_is_known_of_it() {
    let stdin = r#"{"jobs":[{"phone_id":"p","error_code":"X","error_msg":"m","request_id":"own"},
        {"job_id":"","server_id":"","encode_server_id":"e","error_code":"Y"}],"request_id":"r"}"#;
    let refused = |code: &str, request_id: &str| Job {
        status: crate::job::Status::Failure,
        error_code: Some(code.into()),
        request_id: Some(request_id.into()),
        ..Job::default()
    };
    let first = Job { phone_id: Some("p".into()), error_msg: Some("m".into()), ..refused("X", "own") };
    let second = Job { server_id: Some("e".into()), ..refused("Y", "r") };
    let expected = [first.clone(), second].map(|job| Asked::Refused(Box::new(job)));
    assert_eq!(from_stdin(stdin.as_bytes()).unwrap(), expected);
    let stdin = r#"{"error_msg":"m","error_code":"X","phone_id":"p","request_id":"own"}"#;
    assert_eq!(from_stdin(stdin.as_bytes()).unwrap(), [Asked::Refused(Box::new(first))]);
}

#[test]
fn bad_content_is_usage() {
    for (stdin, message) in [
        ("", "stdin holds no job ids"),
        ("\u{feff} \n", "stdin holds no job ids"),
        // A form feed parts ids, but is not JSON's white space.
        ("\x0c[\"a\"]", "is not a job id"),
        ("a b/c", "'b/c' is not a job id"),
        ("\"a\"", "'\"a\"' is not a job id"),
        ("{", "stdin begins like JSON, but can't be read as JSON: EOF while parsing an object (line 1, column 1)"),
        (r#"{"job_id":"a"} trailing"#, "stdin begins like JSON, but"),
        (r#"{"jobs":[]}"#, "stdin names no job: leave out calls that had nothing to do"),
        (r#"{"job_id":"a","jobs":[{"phone_id":"p"}]}"#, "stdin holds neither job_id nor error_code in item 1"),
        (r#"{"jobs":[{"job_id":"a"},{}]}"#, "stdin holds neither job_id nor error_code in item 2"),
        (r#"{"jobs":[{"job_id":"../x"}]}"#, "'../x' is not a job id"),
        (r#"["a"]["b",""]"#, "'' is not a job id"),
        (
            r#"{"jobs":{"job_id":"a"}}"#,
            "stdin is not the answer of a call that starts jobs: invalid type: map, expected a list of jobs \
             (line 1, column 10)",
        ),
        (
            r#"{"job_id":"a","error_code":5}"#,
            "stdin is not the answer of a call that starts jobs: error_code is not a string",
        ),
        (r#"{"phone_id":"p","error_code":"X","error_msg":[1]}"#, "error_msg is not a string"),
        (r#"{"phone_id":"p","code":"X","message":"m"}"#, "stdin is an error, not an answer that starts jobs: X m"),
        (r#"{"error":{"error":{"code":"X"}}}"#, "stdin is an error, not an answer that starts jobs"),
        (
            r#"{"job_id":"a"}5"#,
            "document 2 is not the answer of a call that starts jobs: invalid type: integer `5`, expected an object or an array (line 1, column 15)",
        ),
        (r#"{"errorCode":"X","errorMsg":"m"}"#, "stdin is an error, not an answer that starts jobs: X m"),
        (r#"{"jobs":[{"job_id":"a"}],"code":"CPS.1","message":"m"}"#, "stdin holds an error beside its jobs: CPS.1 m"),
        (
            r#"{"failures":[{"server_id":"s","error_code":"CPS.0004"}],"jobs":[{"job_id":"a"}]}"#,
            "stdin holds an error beside its jobs",
        ),
    ] {
        let error = from_stdin(stdin.as_bytes()).unwrap_err();
        assert_eq!(error.kind, Kind::Usage, "{stdin}");
        assert!(error.message.starts_with(message) || error.message.ends_with(message), "{stdin}: {}", error.message);
    }
}

#[test]
fn only_a_code_is_worth_explaining() {
    let hint = |stdin: &str| from_stdin(stdin.as_bytes()).unwrap_err().hint;
    assert_eq!(hint(r#"{"error_code":"CPS.0001"}"#).as_deref(), Some("what the code means: cph explain CPS.0001"));
    assert_eq!(hint(r#"{"error":{"code":401,"message":"wrong"}}"#), None);
    assert_eq!(hint(r#"{"error_msg":"wrong"}"#), None);
    assert_eq!(hint(r#"{"error_code":"CPS.0001; rm -r ."}"#), None);
}

#[test]
fn messages_are_short() {
    let long = "ä".repeat(200_000);
    for stdin in [
        long.clone(),
        format!("[\"{long}\"]"),
        format!(r#"{{"jobs":"{long}"}}"#),
        format!(r#"{{"error_code":"{long}.","error":"{long}"}}"#),
    ] {
        let error = from_stdin(stdin.as_bytes()).unwrap_err();
        assert!(error.message.len() < 1200 && error.hint.is_none_or(|hint| hint.len() < 100), "{}", error.message);
    }
}

#[test]
fn a_read_that_fails_is_an_error_of_this_machine() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("gone"))
        }
    }
    for begin in ["", " ", "a ", "[", r#"{"job_id":"a"}"#] {
        let error = from_stdin(begin.as_bytes().chain(Broken)).unwrap_err();
        assert_eq!((error.kind, error.message.as_str()), (Kind::Io, "stdin can't be read: gone"), "{begin}");
    }
}

#[test]
fn a_hundred_thousand_ids_are_the_most() {
    let ids: String = (0..100_000).map(|number| format!("{number}\n")).collect();
    assert_eq!(from_stdin(ids.as_bytes()).unwrap().len(), 100_000);
    assert_eq!(from_stdin(format!("{ids}0").as_bytes()).unwrap_err().kind, Kind::Usage);
}

const GOOD: [&str; 4] = [
    r#"{"request_id":"r","jobs":[{"job_id":"a"},{"error_code":"X"}],"error":null}"#,
    r#"{"job_id":"a"}"#,
    r#"["a",{"phone_id":"p","error_code":"X"}]"#,
    r#"{"phone_id":"p","error_code":"X"}"#,
];
const BAD: [&str; 8] = [
    "{}",
    "[]",
    r#"{"jobs":[]}"#,
    r#"{"jobs":[{"job_id":"a"}],"error_code":"X"}"#,
    r#"{"jobs":[{"job_id":"a"},{}]}"#,
    r#"{"jobs":[["a"]]}"#,
    r#"{"code":1,"message":"m"}"#,
    r#"{"error":"x"}"#,
];

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = from_stdin(bytes.as_slice());
    }

    #[test]
    fn anything_like_json_is_survived(
        text in r#"[\[{]([\[\]{}:, \\"15]|null|"jobs":|"job_id":|"error":|"a"){0,40}"#,
    ) {
        if let Ok(asked) = from_stdin(text.as_bytes()) {
            prop_assert!(!asked.is_empty(), "{}", text);
        }
    }

    #[test]
    fn one_bad_document_is_enough(
        before in proptest::collection::vec(proptest::sample::select(&GOOD[..]), 0..4),
        bad in proptest::sample::select(&BAD[..]),
        after in proptest::collection::vec(proptest::sample::select([&GOOD[..], &BAD].concat()), 1..4),
        between in "[ \r\n\t]{0,2}",
    ) {
        let good = before.join(&between);
        prop_assert_eq!(from_stdin(good.as_bytes()).is_ok(), !before.is_empty());
        let all = [&before[..], &[bad], &after[..]].concat();
        let error = from_stdin(all.join(&between).as_bytes()).unwrap_err();
        prop_assert_eq!(error.kind, Kind::Usage);
        let told = format!("document {} of {} ", before.len() + 1, all.len());
        prop_assert!(error.message.starts_with(&told), "{}: {}", told, error.message);
    }
}
