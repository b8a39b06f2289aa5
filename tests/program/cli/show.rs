//! `cph job show`: what it answers, and the exit code above all.

use snapbox::str;

use crate::common::server::{Act, Faulty, by, json, send, success_of};
use crate::common::{cph, shows, simulator};

/// Every kind of id, and its exit code.
const ENDS: [(&str, i32); 15] = [
    ("6837531fd3f54550927b930180a706bf", 0),
    ("sim-ok", 0),
    ("sim-fail", 1),
    ("sim-running", 8),
    ("sim-404", 5),
    ("sim-401", 4),
    ("sim-403", 4),
    ("sim-503", 6),
    ("sim-flaky", 0),
    ("sim-429", 0),
    ("sim-html", 7),
    ("sim-status-7", 7),
    ("sim-wrong-job", 7),
    ("sim-empty", 7),
    ("sim-never-heard-of", 5),
];

#[test]
fn the_exit_code_is_the_same_in_every_form() {
    std::thread::scope(|scope| {
        for (id, exit) in ENDS {
            // A simulator of their own each: some remember that they were asked.
            scope.spawn(move || {
                let server = simulator();
                let run = cph(["job", "show", id]).on(&server).run();
                assert_eq!(run.exit(), exit, "{run}");
                assert_eq!(run.stdout.is_empty(), !matches!(exit, 0 | 1 | 8), "only an answered job has a card: {run}");
                assert_eq!(run.stderr.is_empty(), matches!(exit, 0 | 1 | 8), "{run}");
            });
            scope.spawn(move || {
                let server = simulator();
                let run = cph(["job", "show", "-o", "json", id]).on(&server).run();
                assert_eq!(run.exit(), exit, "{run}");
                let json = run.json();
                assert_eq!(json["exit_code"], exit, "{run}");
                assert_eq!(json["jobs"][0]["job_id"], id);
                assert!(json["error"].is_null(), "there was an answer about the job: {run}");
                let outcome = match exit {
                    0 => "success",
                    1 => "failure",
                    8 => "running",
                    _ => "unknown",
                };
                assert_eq!((&json["outcome"], &json["jobs"][0]["status"]), (&outcome.into(), &outcome.into()));
                assert_eq!(json["jobs"][0]["error"].is_null(), outcome != "unknown", "{run}");
            });
            scope.spawn(move || {
                let server = simulator();
                let run = cph(["job", "show", "--field", "status", id]).on(&server).run();
                assert_eq!(run.exit(), exit, "{run}");
                assert_eq!(run.stdout.lines().count(), 1, "{run}");
            });
            scope.spawn(move || {
                let server = simulator();
                let run = cph(["job", "show", "-q", id]).on(&server).run();
                assert_eq!((run.exit(), run.stdout.as_str()), (exit, ""), "{run}");
            });
        }
    });
}

#[test]
fn a_token_ends_the_same() {
    std::thread::scope(|scope| {
        for (id, exit) in ENDS {
            scope.spawn(move || {
                let server = simulator();
                let run = cph(["job", "show", id]).at(&server.url()).env("CPH_TOKEN", cph::simulator::TOKEN).run();
                assert_eq!(run.exit(), exit, "{run}");
            });
        }
    });
}

#[test]
fn exit_zero_forgives_failed_and_running_and_nothing_else() {
    let server = simulator();
    for (id, exit) in
        [("sim-ok", 0), ("sim-fail", 0), ("sim-running", 0), ("sim-404", 5), ("sim-401", 4), ("sim-empty", 7)]
    {
        let run = cph(["job", "show", "--exit-zero", id]).on(&server).run();
        assert_eq!(run.exit(), exit, "{run}");
    }
    let run = cph(["job", "show", "--exit-zero", "-o", "json", "sim-fail"]).on(&server).run();
    let json = run.json();
    assert_eq!((&json["exit_code"], &json["outcome"]), (&0.into(), &"failure".into()), "{run}");
    assert_eq!(
        cph(["job", "show", "--exit-zero", "sim-fail", "sim-404"]).on(&server).run().exit(),
        5,
        "a failed job hides no missing one"
    );
}

#[test]
fn one_job_is_a_card() {
    let server = simulator();
    let run = cph(["job", "show", "sim-fail"]).on(&server).run();
    shows(
        run.scrubbed(&server),
        str![[r#"
Job      sim-fail
Status   failure
Began    2026-01-15T08:00:00Z
Took     42s
Phone    00000000000000000000000000f0e001
Request  000000000000000000000000005eed01
Error    CPS.0054 Handle job timeout.
Meaning  The job ran out of time on the server side. Wait, then start the operation again.
[exit status: 1]

"#]],
    );
    let run = cph(["job", "show", "sim-running"]).on(&server).run();
    shows(
        run.scrubbed(&server),
        str![[r#"
Job      sim-running
Status   running
Began    2026-01-15T08:00:00Z
Phone    00000000000000000000000000f0e001
Request  000000000000000000000000005eed01
[exit status: 8]

"#]],
    );
}

#[test]
fn one_job_without_an_answer_is_on_stderr_only() {
    let server = simulator();
    let run = cph(["job", "show", "sim-404"]).on(&server).run();
    shows(
        run.scrubbed(&server),
        str![[r#"
------- stderr -------
cph: error[not_found]: job sim-404: no such job (project 00000000000000000000000000c10d01 at [SIMULATOR])
hint: check the id (a request id is not a job id), the project and the region; old jobs may be gone
request id: [REQUEST-ID]
[exit status: 5]

"#]],
    );
    let run = cph(["job", "show", "sim-401"]).on(&server).run();
    shows(
        run.scrubbed(&server),
        str![[r#"
------- stderr -------
cph: error[auth_rejected]: job sim-401: [SIMULATOR] answered HTTP 401 APIGW.0301: Incorrect IAM authentication information (access key from CPH_ACCESS_KEY)
hint: read the service's text: it names signature, clock, access key or token. Fix that first: more than 5 failures in a row lock an access key for 5 minutes
request id: [REQUEST-ID]
[exit status: 4]

"#]],
    );
    let run = cph(["job", "show", "sim-403"]).on(&server).run();
    shows(
        run.scrubbed(&server),
        str![[r#"
------- stderr -------
cph: error[forbidden]: job sim-403: [SIMULATOR] answered HTTP 403 CPS.0001: No permission to request resources. (access key from CPH_ACCESS_KEY)
hint: check first that the project is right: cph config shows it and where it comes from (--project-id or CPH_PROJECT_ID changes it); if it is, grant the IAM user the CPH permissions (reading jobs needs cph:jobs:get and cph:jobs:list), or use a project-scoped token
request id: [REQUEST-ID]
[exit status: 4]

"#]],
    );
    let run = cph(["job", "show", "sim-503"]).on(&server).run();
    shows(
        run.scrubbed(&server),
        str![[r#"
------- stderr -------
cph: error[service_error]: job sim-503: [SIMULATOR] answered HTTP 503 APIGW.0613: IAM service is temporarily unavailable (3 attempts)
hint: try again later
request id: [REQUEST-ID]
[exit status: 6]

"#]],
    );
    let run = cph(["job", "show", "sim-html"]).on(&server).run();
    shows(
        run.scrubbed(&server),
        str![[r#"
------- stderr -------
cph: error[bad_answer]: job sim-html: [SIMULATOR] answered HTTP 200: an HTML page instead of a job
hint: a proxy or portal may be in between, or CPH_ENDPOINT is another service
request id: [REQUEST-ID]
[exit status: 7]

"#]],
    );
    let run = cph(["job", "show", "sim-status-7"]).on(&server).run();
    shows(
        run.scrubbed(&server),
        str![[r#"
------- stderr -------
cph: error[unknown_status]: job sim-status-7: [SIMULATOR] answered HTTP 200: the status 7 is not documented (1 running, 2 success, -1 failure)
hint: look at the job in the console; a newer cph may know this status
request id: [REQUEST-ID]
[exit status: 7]

"#]],
    );
    let run = cph(["job", "show", "sim-wrong-job"]).on(&server).run();
    shows(
        run.scrubbed(&server),
        str![[r#"
------- stderr -------
cph: error[wrong_job]: job sim-wrong-job: [SIMULATOR] answered HTTP 200: the response is about another job, sim-ok
hint: a cache or proxy in between may mix up responses; the status in it was not used
request id: [REQUEST-ID]
[exit status: 7]

"#]],
    );
    let run = cph(["job", "show", "sim-empty"]).on(&server).run();
    shows(
        run.scrubbed(&server),
        str![[r#"
------- stderr -------
cph: error[bad_answer]: job sim-empty: [SIMULATOR] answered HTTP 200: no status in it
hint: check the endpoint, proxies and caches; else give the request id to the service's support
request id: [REQUEST-ID]
[exit status: 7]

"#]],
    );
}

#[test]
fn several_jobs_are_rows_in_the_order_asked_without_duplicates() {
    let server = simulator();
    let run = cph(["job", "show", "sim-ok", "sim-fail", "sim-404", "sim-ok"]).on(&server).run();
    shows(
        run.scrubbed(&server),
        str![[r#"
JOB       STATUS   TOOK  BEGAN                 PHONE/SERVER                      ERROR
sim-ok    success  42s   2026-01-15T08:00:00Z  00000000000000000000000000f0e001
sim-fail  failure  42s   2026-01-15T08:00:00Z  00000000000000000000000000f0e001  CPS.0054 Handle job timeout.
sim-404   unknown                                                                not_found
------- stderr -------
cph: error[not_found]: job sim-404: no such job (project 00000000000000000000000000c10d01 at [SIMULATOR])
hint: check the id (a request id is not a job id), the project and the region; old jobs may be gone
request id: [REQUEST-ID]
1 × CPS.0054 Handle job timeout. Meaning: The job ran out of time on the server side; worth a retry (sim-fail)
3 jobs: 1 success, 1 failure, 1 unknown
[exit status: 1]

"#]],
    );
    let run = cph(["job", "show", "sim-running", "sim-ok", "sim-ok"]).on(&server).run();
    shows(
        run.scrubbed(&server),
        str![[r#"
JOB          STATUS   TOOK  BEGAN                 PHONE/SERVER
sim-running  running        2026-01-15T08:00:00Z  00000000000000000000000000f0e001
sim-ok       success  42s   2026-01-15T08:00:00Z  00000000000000000000000000f0e001
------- stderr -------
2 jobs: 1 success, 1 running
[exit status: 8]

"#]],
    );
    let run = cph(["job", "show", "sim-ok", "sim-ok"]).on(&server).run();
    shows(
        run.scrubbed(&server),
        str![[r#"
Job      sim-ok
Status   success
Began    2026-01-15T08:00:00Z
Took     42s
Phone    00000000000000000000000000f0e001
Request  000000000000000000000000005eed01
[exit status: 0]

"#]],
    );
}

#[test]
fn a_refusal_stops_the_run_and_those_never_asked_say_why() {
    let server = simulator();
    let run = cph(["job", "show", "sim-401", "sim-ok", "sim-fail"]).on(&server).run();
    shows(
        run.scrubbed(&server),
        str![[r#"
JOB       STATUS   TOOK  BEGAN  PHONE/SERVER  ERROR
sim-401   unknown                             auth_rejected
sim-ok    unknown                             auth_rejected
sim-fail  unknown                             auth_rejected
------- stderr -------
cph: error[auth_rejected]: job sim-401: [SIMULATOR] answered HTTP 401 APIGW.0301: Incorrect IAM authentication information (access key from CPH_ACCESS_KEY)
hint: read the service's text: it names signature, clock, access key or token. Fix that first: more than 5 failures in a row lock an access key for 5 minutes
request id: [REQUEST-ID]
cph: 2 other jobs were not asked for
3 jobs: 3 unknown
[exit status: 4]

"#]],
    );
    let run = cph(["job", "show", "sim-403", "sim-ok"]).on(&server).run();
    assert_eq!((run.exit(), run.stdout.matches("forbidden").count()), (4, 2), "{run}");
    let run = cph(["job", "show", "sim-ok", "sim-403", "sim-fail"]).on(&server).run();
    assert_eq!((run.exit(), run.stdout.matches("forbidden").count()), (1, 1), "later it is that job's own: {run}");
}

#[test]
fn fields_are_lines_for_a_script() {
    let server = simulator();
    let fields = "job_id,status,status_code,error_code,error,end_time";
    let run = cph(["job", "show", "--field", fields, "sim-ok", "sim-fail", "sim-404", "sim-running"]).on(&server).run();
    shows(
        run.scrubbed(&server),
        str![[r#"
sim-ok	success	2			2026-01-15T08:00:42Z
sim-fail	failure	-1	CPS.0054		2026-01-15T08:00:42Z
sim-404	unknown			not_found	
sim-running	running	1			
------- stderr -------
cph: error[not_found]: job sim-404: no such job (project 00000000000000000000000000c10d01 at [SIMULATOR])
hint: check the id (a request id is not a job id), the project and the region; old jobs may be gone
request id: [REQUEST-ID]
1 × CPS.0054 Handle job timeout. Meaning: The job ran out of time on the server side; worth a retry (sim-fail)
4 jobs: 1 success, 1 failure, 1 running, 1 unknown
[exit status: 1]

"#]],
    );
    let run = cph(["job", "show", "--field", "status", "--field", "job_id", "sim-ok"]).on(&server).run();
    shows(
        run.scrubbed(&server),
        str![[r#"
success	sim-ok
[exit status: 0]

"#]],
    );
    let run = cph(["job", "show", "--field", "state", "sim-ok"]).on(&server).run();
    shows(
        run.scrubbed(&server),
        str![[r#"
------- stderr -------
error: invalid value 'state' for '--field <NAME[,NAME…]>'
  [possible values: job_id, request_id, status, status_code, phone_id, phone_name, server_id, begin_time, end_time, duration_seconds, error_code, error_msg, error_meaning, execute_msg, observed_at, error, error_message, error_hint]

  tip: a similar value exists: 'status'

For more information, try '--help'.
[exit status: 2]

"#]],
    );
}

#[test]
fn json_has_every_key_always() {
    let server = simulator();
    let run = cph(["job", "show", "-o", "json", "sim-fail", "sim-404"]).on(&server).run();
    shows(
        run.scrubbed(&server),
        str![[r#"
{
  "schema_version": 1,
  "outcome": "failure",
  "exit_code": 1,
  "counts": {
    "success": 0,
    "failure": 1,
    "running": 0,
    "unknown": 1
  },
  "jobs": [
    {
      "job_id": "sim-fail",
      "request_id": "000000000000000000000000005eed01",
      "status": "failure",
      "status_code": -1,
      "phone_id": "00000000000000000000000000f0e001",
      "phone_name": null,
      "server_id": null,
      "begin_time": "2026-01-15T08:00:00Z",
      "end_time": "2026-01-15T08:00:42Z",
      "duration_seconds": 42,
      "error_code": "CPS.0054",
      "error_msg": "Handle job timeout.",
      "error_meaning": "The job ran out of time on the server side",
      "execute_msg": null,
      "observed_at": "[NOW]",
      "error": null
    },
    {
      "job_id": "sim-404",
      "request_id": null,
      "status": "unknown",
      "status_code": null,
      "phone_id": null,
      "phone_name": null,
      "server_id": null,
      "begin_time": null,
      "end_time": null,
      "duration_seconds": null,
      "error_code": null,
      "error_msg": null,
      "error_meaning": null,
      "execute_msg": null,
      "observed_at": null,
      "error": {
        "code": "not_found",
        "message": "job sim-404: no such job (project 00000000000000000000000000c10d01 at [SIMULATOR])",
        "hint": "check the id (a request id is not a job id), the project and the region; old jobs may be gone",
        "retryable": false,
        "http_status": 404,
        "service_code": "CPS.0011",
        "service_request_id": "[REQUEST-ID]"
      }
    }
  ],
  "error": null
}
------- stderr -------
cph: error[not_found]: job sim-404: no such job (project 00000000000000000000000000c10d01 at [SIMULATOR])
hint: check the id (a request id is not a job id), the project and the region; old jobs may be gone
request id: [REQUEST-ID]
1 × CPS.0054 Handle job timeout. Meaning: The job ran out of time on the server side; worth a retry (sim-fail)
2 jobs: 1 failure, 1 unknown
[exit status: 1]

"#]],
    );
}

#[test]
fn an_error_before_the_first_request_is_in_the_envelope() {
    let server = simulator();
    let call = cph(["job", "show", "-o", "json", "sim-ok", "sim-fail"]).at(&server.url());
    let run = call.env("CPH_CONFIG", "absent.toml").run();
    shows(
        run.scrubbed(&server),
        str![[r#"
{
  "schema_version": 1,
  "outcome": "unknown",
  "exit_code": 4,
  "counts": {
    "success": 0,
    "failure": 0,
    "running": 0,
    "unknown": 2
  },
  "jobs": [
    {
      "job_id": "sim-ok",
      "request_id": null,
      "status": "unknown",
      "status_code": null,
      "phone_id": null,
      "phone_name": null,
      "server_id": null,
      "begin_time": null,
      "end_time": null,
      "duration_seconds": null,
      "error_code": null,
      "error_msg": null,
      "error_meaning": null,
      "execute_msg": null,
      "observed_at": null,
      "error": null
    },
    {
      "job_id": "sim-fail",
      "request_id": null,
      "status": "unknown",
      "status_code": null,
      "phone_id": null,
      "phone_name": null,
      "server_id": null,
      "begin_time": null,
      "end_time": null,
      "duration_seconds": null,
      "error_code": null,
      "error_msg": null,
      "error_meaning": null,
      "execute_msg": null,
      "observed_at": null,
      "error": null
    }
  ],
  "error": {
    "code": "auth_missing",
    "message": "no credential found in CPH_* variables, absent.toml (no profile chosen), HUAWEICLOUD_SDK_*, HW_*, ~/.huaweicloud/credentials and ~/.hcloud/config.json",
    "hint": "log in with: cph auth login; or try without an account: cph simulator -- cph job show sim-ok",
    "retryable": false,
    "http_status": null,
    "service_code": null,
    "service_request_id": null
  }
}
------- stderr -------
cph: error[auth_missing]: no credential found in CPH_* variables, absent.toml (no profile chosen), HUAWEICLOUD_SDK_*, HW_*, ~/.huaweicloud/credentials and ~/.hcloud/config.json
hint: log in with: cph auth login; or try without an account: cph simulator -- cph job show sim-ok
2 jobs: 2 unknown
[exit status: 4]

"#]],
    );
}

#[test]
fn verbose_logs_requests_and_never_changes_the_answer() {
    let server = simulator();
    let quiet = cph(["job", "show", "sim-ok"]).on(&server).run();
    let run = cph(["job", "show", "-v", "sim-ok"]).on(&server).run();
    assert_eq!(quiet.stdout, run.stdout);
    shows(
        run.scrubbed(&server),
        str![[r#"
Job      sim-ok
Status   success
Began    2026-01-15T08:00:00Z
Took     42s
Phone    00000000000000000000000000f0e001
Request  000000000000000000000000005eed01
------- stderr -------
cph: GET [SIMULATOR]/v1/00000000000000000000000000c10d01/cloud-phone/jobs/sim-ok: 200, request id [REQUEST-ID], [MS] ms
[exit status: 0]

"#]],
    );
}

#[test]
fn a_thousand_ids_are_asked_once_each() {
    let server = simulator();
    let ids: Vec<String> = (0..1000).map(|number| format!("job-{number}")).collect();
    let run = cph(["job", "show", "-o", "json", "-"]).on(&server).stdin(ids.join("\n")).run();
    assert_eq!(run.exit(), 5, "{}", run.stderr);
    let json = run.json();
    let jobs = json["jobs"].as_array().unwrap();
    assert!(jobs.iter().map(|job| job["job_id"].as_str().unwrap()).eq(ids.iter().map(String::as_str)));
    assert!(run.stderr.len() < 20_000 && run.stderr.ends_with("1000 jobs: 1000 unknown\n"), "{}", run.stderr);
}

pub fn a_network_that_dies_behind_the_first_answer_ends_the_run() {
    let server = Faulty::start(by(|_, number| if number == 0 { send(success_of("job-0")) } else { vec![Act::Close] }));
    let ids: Vec<String> = (0..200).map(|number| format!("job-{number}")).collect();
    let arguments = ["job", "show", "-o", "json"].map(str::to_owned).into_iter().chain(ids);
    let run = cph(arguments).at(&server.url()).env("CPH_TOKEN", "t").run();
    assert_eq!(run.exit(), 6, "{run}");
    // Sixteen unanswered, and as many under way meanwhile, three attempts each; all 200 would be 598.
    assert!(server.requests().len() <= 1 + 3 * (16 + 16), "{} requests", server.requests().len());
    let jobs = run.json()["jobs"].as_array().unwrap().clone();
    assert_eq!((jobs.len(), &jobs[0]["status"]), (200, &"success".into()));
    assert!(jobs[1..].iter().all(|job| job["status"] == "unknown" && job["error"]["code"] == "unreachable"));
}

#[test]
fn texts_beyond_all_measure_are_no_answers() {
    let text = "x".repeat(2_000_000);
    let server = Faulty::start(by(move |request, _| {
        let id = request.job_id();
        send(json(200, format!(r#"{{"job_id":"{id}","status":2,"execute_msg":"{text}"}}"#)))
    }));
    let ids: Vec<String> = (0..24).map(|number| format!("job-{number}")).collect();
    let arguments = ["job", "show", "--field", "status"].map(str::to_owned).into_iter().chain(ids);
    let run = cph(arguments).at(&server.url()).env("CPH_TOKEN", "t").run();
    assert_eq!(run.exit(), 7, "{}", run.stdout);
    assert!(run.stdout.contains("success") && run.stdout.contains("unknown"), "{}", run.stdout);
    assert!(run.stderr.contains("the texts of all jobs are over 32 MiB"), "{}", run.stderr);
}
