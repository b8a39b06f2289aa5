//! `cph auth status`: what each of the two services makes of the credential, in both forms.

use std::time::Duration;

use cph::simulator::{PROJECT_ID, REGION};

use crate::common::server::{Faulty, Reply, always, forward, http, json, refusing_port, send, stall};
use crate::common::{Cph, Run, cph};
use crate::credentials::responses::refused;
use crate::credentials::{with_keys, with_password};

/// One service, or nobody at its port.
enum At {
    Nobody,
    Says(Reply),
}

/// IAM, CPH, the credential, the exit code, both words of the JSON output, and the table's line.
type Row = (At, At, fn(Cph) -> Cph, i32, [&'static str; 2], &'static str);

fn status(iam: &str, service: &str, put: fn(Cph) -> Cph, form: &str) -> Run {
    let call = cph(["auth", "status", "-o", form]).env("CPH_IAM_ENDPOINT", iam).env("CPH_ENDPOINT", service);
    put(call.env("CPH_REGION", REGION).env("CPH_PROJECT_ID", PROJECT_ID)).run()
}

pub fn each_service_is_told_for_itself() {
    let keys = with_keys as fn(Cph) -> Cph;
    let wrong = (|call| with_keys(call).env("CPH_SECRET_KEY", "wrong-secret-key-of-mine")) as fn(Cph) -> Cph;
    let nothing = (|call| call) as fn(Cph) -> Cph;
    let good = || At::Says(forward());
    let forbids = |code: &str| {
        At::Says(send(json(403, format!(r#"{{"error_code":"{code}","error_msg":"not allowed","request_id":"r"}}"#))))
    };
    let page = || At::Says(send(http(200, "", "<html>a portal</html>")));
    let no_such_job = || At::Says(send(json(404, r#"{"error_code":"CPS.0011","error_msg":"no such job"}"#)));
    let busy = || At::Says(send(json(503, r#"{"error_code":"CPS.0003","error_msg":"busy"}"#)));
    let rows: Vec<Row> = vec![
        (good(), good(), keys, 0, ["accepted", "accepted"], "yes: IAM and CPH accept it"),
        (At::Nobody, good(), keys, 0, ["unreachable", "accepted"], "yes: IAM could not be reached, CPH accepts it"),
        (good(), At::Nobody, keys, 6, ["accepted", "unreachable"], "unknown: IAM accepts it, CPH could not be reached"),
        (
            At::Nobody,
            At::Nobody,
            keys,
            6,
            ["unreachable", "unreachable"],
            "unknown: IAM could not be reached, CPH could not be reached",
        ),
        (good(), busy(), keys, 6, ["accepted", "unreachable"], "unknown: IAM accepts it, CPH could not be reached"),
        (good(), good(), wrong, 4, ["refused", "not_asked"], "no: IAM refuses it, CPH was not asked"),
        (At::Nobody, good(), wrong, 4, ["unreachable", "refused"], "no: IAM could not be reached, CPH refuses it"),
        (
            good(),
            At::Says(refused("signature")),
            keys,
            4,
            ["accepted", "refused"],
            "no: IAM accepts it, CPH refuses it",
        ),
        (good(), forbids("CPS.0006"), keys, 4, ["accepted", "forbidden"], "no: IAM accepts it, CPH forbids it"),
        (forbids("IAM.0003"), good(), keys, 0, ["forbidden", "accepted"], "yes: IAM forbids it, CPH accepts it"),
        (good(), page(), keys, 7, ["accepted", "bad_answer"], "unknown: IAM accepts it, CPH gave an unusable answer"),
        (page(), good(), keys, 0, ["bad_answer", "accepted"], "yes: IAM gave an unusable answer, CPH accepts it"),
        (
            At::Nobody,
            good(),
            with_password,
            6,
            ["unreachable", "not_asked"],
            "unknown: IAM could not be reached, CPH was not asked",
        ),
        // The token is of another simulator than the one that answers for CPH.
        (good(), no_such_job(), with_password, 0, ["accepted", "accepted"], "yes: IAM and CPH accept it"),
        (good(), good(), nothing, 4, ["not_asked", "not_asked"], "no: see the error"),
        // Slow on purpose: an IAM that is silent leaves time for CPH.
        (
            At::Says(stall()),
            good(),
            keys,
            0,
            ["unreachable", "accepted"],
            "yes: IAM could not be reached, CPH accepts it",
        ),
    ];
    std::thread::scope(|scope| {
        for (number, (iam, service, put, exit, verdicts, line)) in rows.into_iter().enumerate() {
            scope.spawn(move || {
                for form in ["json", "table"] {
                    let start = |at: &At| match at {
                        At::Nobody => (None, format!("http://127.0.0.1:{}", refusing_port())),
                        At::Says(reply) => {
                            let server = Faulty::start(always(reply.clone()));
                            let url = server.url();
                            (Some(server), url)
                        }
                    };
                    let ((_iam, iam), (_cph, service)) = (start(&iam), start(&service));
                    let run = status(&iam, &service, put, form);
                    assert_eq!(run.exit(), exit, "row {number}: {run}");
                    assert!(run.took < Duration::from_secs(45), "row {number}: {run}");
                    if form == "table" {
                        assert_eq!(run.stdout.lines().next(), Some(format!("Works    {line}").as_str()), "{run}");
                    } else {
                        let auth = &run.json()["auth"];
                        assert_eq!([&auth["iam"], &auth["cph"]], verdicts, "row {number}: {run}");
                    }
                }
            });
        }
    });
}

/// A refusal of IAM's is enough: five bad signatures in a row lock an access key.
#[test]
fn a_wrong_key_costs_one_signature() {
    let (iam, service) = (Faulty::start(always(forward())), Faulty::start(always(forward())));
    let wrong = |call| with_keys(call).env("CPH_SECRET_KEY", "wrong-secret-key-of-mine");
    let run = status(&iam.url(), &service.url(), wrong, "table");
    assert_eq!((run.exit(), iam.requests().len(), service.requests().len()), (4, 1, 0), "{run}");
}
