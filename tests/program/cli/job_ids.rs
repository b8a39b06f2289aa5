//! Where ids come from: arguments, or stdin in any form that a CPH call leaves there.

use snapbox::str;

use crate::common::{cph, shows, simulator};

#[test]
fn words_of_stdin_in_any_line_ending() {
    let server = simulator();
    for stdin in
        ["sim-ok\r\nsim-fail\n", "\u{feff}sim-ok sim-fail", "sim-ok\tsim-fail\r\n\r\nsim-ok\n", "\n sim-ok\nsim-fail"]
    {
        let run = cph(["job", "show", "--field", "job_id,status", "-"]).on(&server).stdin(stdin).run();
        assert_eq!((run.stdout.as_str(), run.exit()), ("sim-ok\tsuccess\nsim-fail\tfailure\n", 1), "{stdin:?}: {run}");
    }
}

/// What a batch call answers when one phone was refused.
pub(crate) const BATCH: &str = r#"{
  "request_id": "2676a3b4f7df49c297c6775989806d32",
  "jobs": [
    {"phone_id": "9b28fbe50ded4060b8149a47e55dba82", "job_id": "sim-ok"},
    {"phone_id": "0123456789abcdef0123456789abcdef", "error_code": "CPS.0005", "error_msg": "Phone is not found."}
  ]
}"#;

#[test]
fn a_refused_item_of_an_answer_is_a_job_that_failed() {
    let server = simulator();
    let run = cph(["job", "show", "-"]).on(&server).stdin(BATCH).run();
    shows(
        run.scrubbed(&server),
        str![[r#"
JOB     STATUS   TOOK  BEGAN                 PHONE/SERVER                      ERROR
sim-ok  success  42s   2026-01-15T08:00:00Z  00000000000000000000000000f0e001
-       failure                              0123456789abcdef0123456789abcdef  CPS.0005 Phone is not found.
------- stderr -------
1 × CPS.0005 Phone is not found. Meaning: No such cloud phone; a retry fails again (0123456789abcdef0123456789abcdef)
2 jobs: 1 success, 1 failure
[exit status: 1]

"#]],
    );
    let run = cph(["job", "show", "-"]).on(&server).env("COLUMNS", "60").stdin(BATCH).run();
    shows(
        run.scrubbed(&server),
        str![[r#"
Job      sim-ok
Status   success
Began    2026-01-15T08:00:00Z
Took     42s
Phone    00000000000000000000000000f0e001
Request  000000000000000000000000005eed01

Status   failure
Phone    0123456789abcdef0123456789abcdef
Request  2676a3b4f7df49c297c6775989806d32
Error    CPS.0005 Phone is not found.
Meaning  No such cloud phone. Check the phone id.
------- stderr -------
1 × CPS.0005 Phone is not found. Meaning: No such cloud phone; a retry fails again (0123456789abcdef0123456789abcdef)
2 jobs: 1 success, 1 failure
[exit status: 1]

"#]],
    );
    let run = cph(["job", "show", "--field", "job_id,phone_id,status,error_code", "-"]).on(&server).stdin(BATCH).run();
    shows(
        run.scrubbed(&server),
        str![[r#"
sim-ok	00000000000000000000000000f0e001	success	
	0123456789abcdef0123456789abcdef	failure	CPS.0005
------- stderr -------
1 × CPS.0005 Phone is not found. Meaning: No such cloud phone; a retry fails again (0123456789abcdef0123456789abcdef)
2 jobs: 1 success, 1 failure
[exit status: 1]

"#]],
    );
}

#[test]
fn refused_items_alone_need_no_service_and_no_setting() {
    let stdin =
        r#"{"request_id":"r","jobs":[{"server_id":"s","error_code":"CPS.0005","error_msg":"Phone is not found."}]}"#;
    let run = cph(["job", "show", "-"]).stdin(stdin).run();
    shows(
        run.shown(),
        str![[r#"
Status   failure
Server   s
Request  r
Error    CPS.0005 Phone is not found.
Meaning  No such cloud phone. Check the phone id.
[exit status: 1]

"#]],
    );
}

#[test]
fn cphs_own_json_is_an_answer_too() {
    let server = simulator();
    let first = cph(["job", "show", "-o", "json", "sim-ok", "sim-404", "-"]).on(&server).run();
    assert_eq!(first.exit(), 2, "- stands alone");
    let first = cph(["job", "show", "-o", "json", "sim-ok", "sim-404", "sim-fail"]).on(&server).run();
    let second = cph(["job", "show", "--field", "job_id", "-"]).on(&server).stdin(first.stdout.clone()).run();
    assert_eq!((second.stdout.as_str(), second.exit()), ("sim-ok\nsim-404\nsim-fail\n", 1), "{second}");
    let first = cph(["job", "show", "-o", "json", "-"]).on(&server).stdin(BATCH).run();
    let second = cph(["job", "show", "-o", "json", "-"]).on(&server).stdin(first.stdout.clone()).run();
    assert_eq!((&first.json()["jobs"][1], second.exit()), (&second.json()["jobs"][1], 1), "a refused item stays one");
}

#[test]
fn several_documents_in_a_row() {
    let server = simulator();
    let stdin = format!("{BATCH}\n{}\r\n{BATCH}", r#"{"request_id":"r","job_id":"sim-running"}"#);
    let run = cph(["job", "show", "--field", "job_id,status", "-"]).on(&server).stdin(stdin).run();
    assert_eq!(run.stdout, "sim-ok\tsuccess\n\tfailure\nsim-running\trunning\n\tfailure\n", "{run}");
}

#[test]
fn an_answer_that_is_only_an_error_started_nothing() {
    let stdin = r#"{"request_id":"r-1","error_code":"CPS.0001","error_msg":"No permission to request resources."}"#;
    let run = cph(["job", "show", "-"]).stdin(stdin).run();
    shows(
        run.shown(),
        str![[r#"
------- stderr -------
error: stdin is an error, not an answer that starts jobs: CPS.0001 No permission to request resources.

  tip: what the code means: cph explain CPS.0001

Usage: cph job show [OPTIONS] <JOB_ID>... | - | --request-id <REQUEST_ID>...

For more information, try '--help'.
[exit status: 2]

"#]],
    );
    let run = cph(["job", "show", "-"]).stdin(r#"{"error_msg":"Incorrect IAM authentication information"}"#).run();
    shows(
        run.shown(),
        str![[r#"
------- stderr -------
error: stdin is an error, not an answer that starts jobs: Incorrect IAM authentication information

Usage: cph job show [OPTIONS] <JOB_ID>... | - | --request-id <REQUEST_ID>...

For more information, try '--help'.
[exit status: 2]

"#]],
    );
}

#[test]
fn what_jq_prints_for_no_id_is_no_id() {
    for run in [
        cph(["job", "show", "-"]).stdin("sim-ok\nnull\n").run(),
        cph(["job", "wait", "-"]).stdin(r#"["null"]"#).run(),
        cph(["job", "show", "sim-ok", "null"]).run(),
        cph(["job", "wait", "--request-id", "null"]).run(),
    ] {
        assert!(run.exit() == 2 && run.stderr.contains("tip: jq -r prints null where an answer has none"), "{run}");
    }
}

#[test]
fn what_is_no_id_is_refused_before_any_request_and_echoed_inert() {
    let server = simulator();
    let run = cph(["job", "show", "sim-ok", "../x\u{1b}[31m\n::error::y\u{202e}"]).on(&server).run();
    shows(
        run.scrubbed(&server),
        str![[r#"
------- stderr -------
error: '../x\u{1b}[31m\n::error::y\u{202e}' is not a job id

  tip: an id is 1 to 128 characters of A-Z, a-z, 0-9, _ and -

Usage: cph job show [OPTIONS] <JOB_ID>... | - | --request-id <REQUEST_ID>...

For more information, try '--help'.
[exit status: 2]

"#]],
    );
    let run = cph(["job", "show", "-"]).on(&server).stdin("sim-ok \u{1b}]0;owned\u{7}").run();
    shows(
        run.scrubbed(&server),
        str![[r#"
------- stderr -------
error: '\u{1b}]0;owned\u{7}' is not a job id

  tip: an id is 1 to 128 characters of A-Z, a-z, 0-9, _ and -

Usage: cph job show [OPTIONS] <JOB_ID>... | - | --request-id <REQUEST_ID>...

For more information, try '--help'.
[exit status: 2]

"#]],
    );
    let run = cph(["job", "show", &"x".repeat(129)]).on(&server).run();
    assert_eq!((run.exit(), run.stdout.as_str()), (2, ""), "{run}");
    for stdin in [
        &b"\xff\xfes\0"[..],
        b"[\"sim-ok\", \"a b\"]",
        b"{",
        b"{\"jobs\":[{}]}",
        b"{\"jobs\":[{\"job_id\":\"a/b\"}]}",
        b"<html>",
    ] {
        let run = cph(["job", "show", "-o", "json", "-"]).on(&server).stdin(stdin).run();
        assert_eq!((run.exit(), run.stdout.as_str()), (2, ""), "{run}");
        assert!(run.stderr.starts_with("error: ") && run.stderr.contains("\nUsage: "), "{run}");
    }
}

#[test]
fn no_ids_are_no_success() {
    let server = simulator();
    for stdin in ["", " \r\n", "{}", r#"{"jobs":[]}"#, "\u{feff}"] {
        let run = cph(["job", "show", "-q", "-"]).on(&server).stdin(stdin).run();
        assert_eq!(run.exit(), 2, "{stdin:?}: {run}");
    }
    shows(
        cph(["job", "show", "-"]).on(&server).run().scrubbed(&server),
        str![[r#"
------- stderr -------
error: stdin holds no job ids

  tip: pipe ids, or the JSON answer of a call that starts jobs

Usage: cph job show [OPTIONS] <JOB_ID>... | - | --request-id <REQUEST_ID>...

For more information, try '--help'.
[exit status: 2]

"#]],
    );
    shows(
        cph(["job", "show"]).on(&server).run().scrubbed(&server),
        str![[r#"
------- stderr -------
error: the following required arguments were not provided:
  <JOB_ID>...

Usage: cph job show [OPTIONS] <JOB_ID>... | - | --request-id <REQUEST_ID>...

For more information, try '--help'.
[exit status: 2]

"#]],
    );
    shows(
        cph(["job", "show", "sim-ok", "-"]).on(&server).run().scrubbed(&server),
        str![[r#"
------- stderr -------
error: - (ids from stdin) can't be combined with other ids

Usage: cph job show [OPTIONS] <JOB_ID>... | - | --request-id <REQUEST_ID>...

For more information, try '--help'.
[exit status: 2]

"#]],
    );
    shows(
        cph(["job", "show", ""]).on(&server).run().scrubbed(&server),
        str![[r#"
------- stderr -------
error: '' is not a job id

  tip: an id is 1 to 128 characters of A-Z, a-z, 0-9, _ and -

Usage: cph job show [OPTIONS] <JOB_ID>... | - | --request-id <REQUEST_ID>...

For more information, try '--help'.
[exit status: 2]

"#]],
    );
}
