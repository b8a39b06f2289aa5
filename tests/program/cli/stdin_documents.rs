//! Documents on stdin: each names a job and no error of its own, or nothing is asked.

use std::io::Write as _;
use std::process::Stdio;

use crate::cli::job_ids::BATCH;
use crate::common::server::{Faulty, by, send, success_of};
use crate::common::{cph, simulator};

/// Both commands read stdin before any setting: a service that would call every job a success is never asked.
#[track_caller]
fn refused(stdin: impl AsRef<[u8]>, said: &str) {
    let shown = String::from_utf8_lossy(stdin.as_ref()).chars().take(300).collect::<String>();
    let service = Faulty::start(by(|request, _| send(success_of(&request.job_id()))));
    for command in ["show", "wait"] {
        let run = cph(["job", command, "-q", "-"]).at(&service.url()).env("CPH_TOKEN", "t").stdin(stdin.as_ref()).run();
        assert_eq!((run.exit(), run.stdout.as_str()), (2, ""), "{shown}: {run}");
        assert!(run.stderr.contains(said), "{shown}: {run}");
        assert!(run.stderr.len() < 4096 && run.stderr.contains("\nUsage: "), "{shown}: {run}");
    }
    assert!(service.requests().is_empty(), "{shown}");
}

/// Both commands ask for these jobs, in this order.
#[track_caller]
fn asks(stdin: &str, printed: &str, exit: i32) {
    let server = simulator();
    for command in ["show", "wait"] {
        let run = cph(["job", command, "--field", "job_id,phone_id,error_code", "-"]).on(&server).stdin(stdin).run();
        let printed = printed.replace("[PHONE]", "00000000000000000000000000f0e001");
        assert_eq!((run.stdout.as_str(), run.exit()), (printed.as_str(), exit), "{command}: {stdin}: {run}");
    }
}

const STARTED: &str = r#"{"request_id":"r","jobs":[{"phone_id":"p","job_id":"sim-ok"}]}"#;

#[test]
fn a_document_without_a_job_ends_the_run_wherever_it_stands() {
    const NONE: &str = "names no job: leave out calls that had nothing to do";
    for (document, said) in [
        (r#"{"request_id":"r","jobs":[]}"#, NONE),
        ("{}", NONE),
        ("[]", NONE),
        (r#"{"jobs":null}"#, NONE),
        (r#"{"job_id":"","jobs":[]}"#, NONE),
        (r#"{"job_id":null,"status":"unknown","error_code":null,"phone_id":"p"}"#, NONE),
        (r#"{"phones":[{"phone_id":"p"}],"count":1}"#, NONE),
        (r#"{"response":{"jobs":[{"job_id":"sim-ok"}]}}"#, NONE),
        (
            r#"{"error_code":"CPS.0001","error_msg":"No permission"}"#,
            "is an error, not an answer that starts jobs: CPS.0001 No permission",
        ),
        (
            r#"{"errorCode":"APIGW.0301","errorMsg":"Incorrect"}"#,
            "is an error, not an answer that starts jobs: APIGW.0301 Incorrect",
        ),
        (r#"{"code":"CPS.0004","message":"Busy"}"#, "is an error, not an answer that starts jobs: CPS.0004 Busy"),
        (r#"{"code":500,"message":"wrong"}"#, "is an error, not an answer that starts jobs: 500 wrong"),
        (
            r#"{"error":{"error_code":"IAM.0011","error_msg":"wrong"}}"#,
            "is an error, not an answer that starts jobs: IAM.0011 wrong",
        ),
        (
            r#"{"error":{"code":401,"message":"wrong","title":"Unauthorized"}}"#,
            "is an error, not an answer that starts jobs: 401 wrong",
        ),
        (r#"{"error":"Forbidden"}"#, "is an error, not an answer that starts jobs: Forbidden"),
        (
            r#"{"jobs":[],"code":"CPS.0004","message":"Busy"}"#,
            "is an error, not an answer that starts jobs: CPS.0004 Busy",
        ),
        (
            r#"{"error_msg":"Incorrect IAM authentication information"}"#,
            "is an error, not an answer that starts jobs: Incorrect IAM",
        ),
    ] {
        refused(document, &format!("stdin {said}"));
        refused(format!("{STARTED}\n{document}"), &format!("document 2 of 2 {said}"));
        refused(format!("{document}{STARTED}\r\n{STARTED}{document} []"), &format!("document 1 of 5 {said}"));
        refused(format!("[\"sim-ok\"]{STARTED}{document}"), &format!("document 3 of 3 {said}"));
    }
}

#[test]
fn an_error_beside_jobs_is_not_passed_over() {
    for (error, said) in [
        (r#""error_code":"CPS.0003","error_msg":"System error.""#, "CPS.0003 System error."),
        (r#""errorCode":"CPS.0003""#, "CPS.0003"),
        (r#""error":"Forbidden""#, "Forbidden"),
        (r#""error":{"code":"unreachable","message":"no answer"}"#, "unreachable no answer"),
        (r#""error":{"other":1}"#, ""),
        (r#""error":["CPS.0003","System error."]"#, ""),
        (r#""error":true"#, "true"),
        (r#""error_code":{"code":"CPS.0003"}"#, ""),
        (r#""job_id":"sim-ok","error_code":"CPS.0003""#, "CPS.0003"),
    ] {
        let document = format!(r#"{{"jobs":[{{"job_id":"sim-ok"}}],{error}}}"#);
        let said = if said.is_empty() { said.to_owned() } else { format!(": {said}") };
        refused(&document, &format!("stdin holds an error beside its jobs{said}"));
        refused(
            format!("{STARTED}{document}{STARTED}"),
            &format!("document 2 of 3 holds an error beside its jobs{said}"),
        );
        refused(format!(r#"{{{error},"jobs":[{{"job_id":"sim-ok"}}]}}"#), "stdin holds an error beside its jobs");
    }
    for empty in ["null", "\"\"", "{}", "[]"] {
        let members = format!(r#""error":{empty},"error_code":{empty},"errorCode":{empty}"#);
        asks(&format!(r#"{{"jobs":[{{"job_id":"sim-ok"}}],{members}}}"#), "sim-ok\t[PHONE]\t\n", 0);
    }
}

#[test]
fn cphs_own_json_about_a_list_that_was_cut_is_no_success() {
    let job = r#"{"job_id":"sim-ok","status":"success","status_code":2,"error_code":null,"error":null}"#;
    let error = r#"{"code":"unreachable","message":"GET …: 503","hint":"try again later","retryable":true,
        "http_status":503,"service_code":"APIGW.0308","service_request_id":null}"#;
    let cut = format!(r#"{{"schema_version":1,"outcome":"unknown","exit_code":6,"jobs":[{job}],"error":{error}}}"#);
    refused(&cut, "stdin holds an error beside its jobs: unreachable GET …: 503");
    asks(&cut.replace(error, "null"), "sim-ok\t[PHONE]\t\n", 0);
}

#[test]
fn an_array_is_never_read_as_an_object() {
    for document in [
        r#"{"jobs":[[null,null,null,null,"CPS.0005",null]]}"#,
        r#"{"jobs":[["sim-ok",null,null,null,null,null]]}"#,
        r#"{"jobs":[{"job_id":"sim-ok"},["sim-ok"]]}"#,
        r#"[["sim-ok"]]"#,
        r#"[[null,null,null,null,"CPS.0005",null]]"#,
        r#"["r","sim-ok",null,null,null,null]"#,
        r#"["r",null,[{"job_id":"sim-ok"}],null,null,null]"#,
        r#"{"jobs":["sim-ok"]}"#,
        r#"{"jobs":"sim-ok"}"#,
        r#"{"jobs":{"job_id":"sim-ok"}}"#,
        r#"{"jobs":[null]}"#,
        "[null]",
        "[1]",
        "[true]",
        r#"{"job_id":["sim-ok"]}"#,
        r#"{"job_id":1}"#,
        r#"{"jobs":[{"job_id":1}]}"#,
        r#"{"jobs":[{"error_code":5}]}"#,
        r#"{"jobs":[{"job_id":"sim-ok","error_msg":[]}]}"#,
        r#"{"request_id":1,"jobs":[{"job_id":"sim-ok"}]}"#,
    ] {
        refused(document, "stdin ");
        refused(format!("{STARTED}{document}{STARTED}"), "document 2 of 3 ");
    }
    refused(r#"{"error":["CPS.0001","No permission"]}"#, "stdin is an error, not an answer that starts jobs\n");
}

#[test]
fn a_key_that_stands_twice_is_refused() {
    for document in [
        r#"{"jobs":[{"job_id":"sim-ok"}],"jobs":[{"job_id":"sim-ok"}]}"#,
        r#"{"job_id":"sim-ok","job_id":"sim-ok"}"#,
        r#"{"jobs":[{"job_id":"sim-fail","job_id":"sim-ok"}]}"#,
        r#"[{"job_id":"sim-fail","job_id":"sim-ok"}]"#,
        r#"{"error":"wrong","error":null,"jobs":[{"job_id":"sim-ok"}]}"#,
        r#"{"error_code":null,"error_code":null,"jobs":[{"job_id":"sim-ok"}]}"#,
    ] {
        refused(document, "duplicate field");
    }
}

#[test]
fn what_jq_and_cph_make_of_an_answer() {
    let server = simulator();
    let printed = "sim-ok\t[PHONE]\t\n\t0123456789abcdef0123456789abcdef\tCPS.0005\n";
    let own = cph(["job", "show", "-o", "json", "-"]).on(&server).stdin(BATCH).run();
    for answer in [serde_json::from_str(BATCH).unwrap(), own.json()] {
        let items = answer["jobs"].as_array().unwrap();
        let lines: Vec<String> = items.iter().map(|item| item.to_string() + "\n").collect();
        asks(&answer.to_string(), printed, 1);
        asks(&answer["jobs"].to_string(), printed, 1);
        asks(&lines.concat(), printed, 1);
        asks(&format!("\u{feff}\r\n{}", lines.join("\r\n")), printed, 1);
    }
    asks(r#"["sim-ok"]"#, "sim-ok\t[PHONE]\t\n", 0);
    asks(r#" ["sim-ok", {"job_id":"sim-ok"}] ["sim-ok"]"#, "sim-ok\t[PHONE]\t\n", 0);
    // ShowJob's answer about a failed job names it: it is asked.
    asks(r#"{"job_id":"sim-ok","error_code":"CPS.0005","error":{"code":"x"}}"#, "sim-ok\t[PHONE]\t\n", 0);
    asks(
        r#"{"job_id":"sim-ok","jobs":[{"encode_server_id":"e","error_code":"CPS.0004"}]}"#,
        "sim-ok\t[PHONE]\t\n\t\tCPS.0004\n",
        1,
    );
    // jq without -r leaves the quotes, and -s makes one array of all answers.
    refused("\"sim-ok\"\n\"sim-fail\"\n", "jq -r");
    refused(format!("[{STARTED},{STARTED}]"), "jq -s");
    refused(r#"[{"job_id":"sim-ok","jobs":[{"job_id":"sim-fail"}]}]"#, "jq -s");
    refused(r#"[{"error_code":"CPS.0001","error_msg":"No permission"}]"#, "No permission");
}

#[test]
fn too_much_on_stdin_is_refused_whatever_it_is() {
    let ids = |count: usize| (0..count).map(|n| format!("{n} ")).collect::<String>();
    refused(ids(100_001), "stdin names more than 100,000 jobs");
    refused(format!("[{}{{}}]", "{\"job_id\":\"a\"},".repeat(100_001)), "stdin names more than 100,000 jobs");
    refused(format!(r#"{{"jobs":[{{"job_id":"a","junk":"{}"}}]}}"#, "x".repeat(2 << 20)), "longer than 1 MiB");
    refused(format!(r#"{{"junk":{}1{}}}"#, "[".repeat(1000), "]".repeat(1000)), "128 levels");
    // A document's request id is kept with each of its refused items.
    let request_id = "r".repeat(1 << 19);
    let items = r#"{"error_code":"CPS.0005"},"#.repeat(70);
    refused(format!(r#"{{"jobs":[{items}{{"job_id":"a"}}],"request_id":"{request_id}"}}"#), "more than 32 MiB");
}

#[test]
#[cfg(target_os = "linux")]
fn memory_is_bounded_whatever_stdin_holds() {
    use crate::common::{CPH, program};

    let much = 100 << 20;
    let items = r#"{"phone_id":"p","error_code":"C"},"#.repeat(much / 34);
    for stdin in [
        "x".repeat(much),
        " ".repeat(much),
        format!("{{\"junk\":\"{}", "x".repeat(much)),
        format!("{{\"junk\":{}", "[".repeat(much)),
        format!("[{}", "\"a\",".repeat(much / 4)),
        format!("{{\"jobs\":[{items}"),
    ] {
        let begin: String = stdin.chars().take(30).collect();
        // KiB of address space: the binary with its libraries, and 160 MB.
        let script = "ulimit -v 250000; exec \"$0\" job wait -q -";
        let run = program("/bin/sh", ["-c", script, CPH]).stdin(stdin).run();
        assert_eq!(run.exit(), 2, "{begin}: {run}");
    }
}

#[test]
fn stdin_that_is_no_text_or_is_cut() {
    for stdin in
        [&b"\xff\xfe{\0"[..], b"sim-ok \xc3", b"[\"\xc3\"]", b"{\"jobs\":[{\"job_id\":\"sim-ok\"}],\"x\":\"\xff\"}"]
    {
        refused(stdin, "not UTF-8");
    }
    for stdin in ["{", "[", r#"{"job_id":"sim-ok""#, r#"{"job_id":"sim-ok"} trailing"#, r#"["sim-ok"],"#] {
        refused(stdin, "stdin begins like JSON, but ");
    }
    refused(r#"{"job_id":"sim-ok"} "sim-fail""#, "document 2 ");
}

#[test]
#[cfg(unix)]
fn stdin_that_can_not_be_read_is_an_error_of_this_machine() {
    use crate::common::CPH;

    let written_only = || std::fs::OpenOptions::new().write(true).open("/dev/null").unwrap();
    let folder = || std::fs::File::open("/").unwrap();
    for (command, stdin) in [("show", folder()), ("wait", folder()), ("show", written_only()), ("wait", written_only())]
    {
        let run = std::process::Command::new(CPH).args(["job", command, "-q", "-"]).env_clear().stdin(stdin).output();
        let run = run.unwrap();
        let printed = String::from_utf8_lossy(&run.stderr);
        assert!(
            run.status.code() == Some(3) && printed.starts_with("cph: error[io]: stdin can't be read: "),
            "{printed}"
        );
    }
}

#[test]
fn a_program_that_never_ends_its_ids_is_waited_for_until_the_timeout() {
    let mut call = std::process::Command::new(crate::common::CPH);
    call.args(["job", "wait", "--timeout", "1s", "-"]).env_clear();
    let mut child = call.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut ids = child.stdin.take().unwrap();
    ids.write_all(b"sim-ok\n").unwrap();
    let ended = child.wait_with_output().unwrap();
    drop(ids);
    assert_eq!(
        (
            ended.status.code(),
            String::from_utf8_lossy(&ended.stdout).as_ref(),
            String::from_utf8_lossy(&ended.stderr).as_ref()
        ),
        (
            Some(6),
            "",
            "cph: error[http_timeout]: stdin did not end within 1s (--timeout), so no job was asked for\n\
             hint: the time for the program that writes the ids counts, too\n"
        )
    );
}
