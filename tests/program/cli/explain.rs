//! `cph explain`: offline, whatever the settings are.

use snapbox::str;

use crate::common::{cph, shows};

#[test]
fn a_code_in_any_spelling() {
    let run = cph(["explain", "CPS.0005"]).run();
    shows(
        run.shown(),
        str![[r#"
Code     CPS.0005
Meaning  No such cloud phone.
Do       Check the phone id.
Retry    no, the same call fails again
HTTP     404
Text     Phone is not found.
[exit status: 0]

"#]],
    );
    for spelling in ["cps0005", "CPS0005", "cps_0005", " CPS.0005 "] {
        assert_eq!(cph(["explain", spelling]).run().stdout, run.stdout, "{spelling}");
    }
    assert_eq!(cph(["explain", "APIG.0301"]).run().stdout, cph(["explain", "APIGW.0301"]).run().stdout);
    shows(
        cph(["explain", "IAM.0067"]).run().shown(),
        str![[r#"
Code     IAM.0067
Meaning  The token is not valid.
Do       Get a new token, or check that it was copied whole.
Retry    yes, with a new token or temporary key
HTTP     401
Text     Invalid token.
[exit status: 0]

"#]],
    );
}

#[test]
fn a_code_with_several_meanings_is_several_cards() {
    shows(
        cph(["explain", "APIGW.0201"]).env("COLUMNS", "50").run().shown(),
        str![[r#"
Code     APIGW.0201
Meaning  The request is not valid.
Do       Correct the request.
Retry    no, the same call fails again
HTTP     400
Text     API request error.

Code     APIGW.0201
Meaning  The request body is over 12 MB.
Do       Send a smaller body.
Retry    no, the same call fails again
HTTP     413
Text     Request entity too large.

Code     APIGW.0201
Meaning  The request's address is too long.
Do       Send fewer ids in one call.
Retry    no, the same call fails again
HTTP     414
Text     Request URI too large.

Code     APIGW.0201
Meaning  The request headers are too large, often
         because of a very long token.
Do       Get a token with a narrower scope, or
         sign with an access key.
Retry    no, the same call fails again
HTTP     494
Text     Request headers too large.

Code     APIGW.0201
Meaning  The service behind the gateway is
         unavailable.
Do       Retry later.
Retry    yes, after a pause
HTTP     502
Text     Backend unavailable.

Code     APIGW.0201
Meaning  The service behind the gateway did not
         answer in time.
Do       Retry later.
Retry    yes, after a pause
HTTP     504
Text     Backend timeout.
[exit status: 0]

"#]],
    );
}

#[test]
fn as_json() {
    shows(
        cph(["explain", "apigw0301", "-o", "json"]).run().shown(),
        str![[r#"
{
  "schema_version": 1,
  "exit_code": 0,
  "entry": {
    "code": "APIGW.0301",
    "http_status": 401,
    "http_status_basis": "current",
    "message": "Incorrect IAM authentication information.",
    "meaning": "The token or the signature was refused",
    "action": "Read the service's text: it names signature, clock, access key or token. Fix that first: more than 5 failures in a row lock an access key for 5 minutes.",
    "retry": "no"
  },
  "entries": [
    {
      "code": "APIGW.0301",
      "http_status": 401,
      "http_status_basis": "current",
      "message": "Incorrect IAM authentication information.",
      "meaning": "The token or the signature was refused",
      "action": "Read the service's text: it names signature, clock, access key or token. Fix that first: more than 5 failures in a row lock an access key for 5 minutes.",
      "retry": "no"
    }
  ],
  "error": null
}
[exit status: 0]

"#]],
    );
    shows(
        cph(["explain", "CPS.9999", "-o", "json"]).run().shown(),
        str![[r#"
{
  "schema_version": 1,
  "exit_code": 5,
  "entry": null,
  "entries": [],
  "error": {
    "code": "not_found",
    "message": "no code 'CPS.9999' in the catalogue of CPS, APIGW and IAM codes",
    "hint": "codes newer than this cph are not in it; the service's own text says what happened",
    "retryable": false,
    "http_status": null,
    "service_code": null,
    "service_request_id": null
  }
}
------- stderr -------
cph: error[not_found]: no code 'CPS.9999' in the catalogue of CPS, APIGW and IAM codes
hint: codes newer than this cph are not in it; the service's own text says what happened
[exit status: 5]

"#]],
    );
}

#[test]
fn an_unknown_code_says_so() {
    shows(
        cph(["explain", "CPS.9999"]).run().shown(),
        str![[r#"
------- stderr -------
cph: error[not_found]: no code 'CPS.9999' in the catalogue of CPS, APIGW and IAM codes
hint: codes newer than this cph are not in it; the service's own text says what happened
[exit status: 5]

"#]],
    );
    shows(
        cph(["explain", "\u{1b}[31m\n::error::x"]).run().shown(),
        str![[r#"
------- stderr -------
cph: error[not_found]: no code '\u{1b}[31m\n::error::x' in the catalogue of CPS, APIGW and IAM codes
hint: codes newer than this cph are not in it; the service's own text says what happened
[exit status: 5]

"#]],
    );
    assert_eq!(cph(["explain", ""]).run().exit(), 5);
    assert_eq!(cph(["explain"]).run().exit(), 2);
}

#[test]
fn a_broken_config_is_no_reason_not_to_explain() {
    let run = cph(["explain", "CPS.0005"]).config("not toml").env("CPH_TOKEN", "t\n").run();
    assert_eq!((run.exit(), run.stderr.as_str()), (0, ""), "{run}");
}

#[test]
fn a_number_without_its_service() {
    let run = cph(["explain", "0005"]).run();
    assert_eq!((run.exit(), run.stdout.as_str()), (5, ""));
    assert!(run.stderr.contains("codes with this number: CPS.0005"), "{run}");
}
