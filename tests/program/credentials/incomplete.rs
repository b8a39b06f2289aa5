//! Half a credential or two in one place: exit 3, naming what is missing or doubled, before anything is sent.

use crate::common::{Cph, cph};
use crate::credentials::{script, towards};

/// Nobody listens there; nothing must be sent anyway.
const NOWHERE: &str = "http://127.0.0.1:9";

type Put = Box<dyn Fn(Cph) -> Cph>;

fn variables(pairs: &'static [(&'static str, &'static str)]) -> Put {
    Box::new(move |call| call.envs(pairs.iter().copied()))
}

fn file(path: &'static str, text: &'static str) -> Put {
    Box::new(move |call| call.file(path, text))
}

fn profile(lines: &'static str) -> Put {
    Box::new(move |call| call.config(&format!("default_profile = 'p'\n[profiles.p]\n{lines}")))
}

fn koocli(keys: &'static str) -> Put {
    Box::new(move |call| call.file(".hcloud/config.json", &format!(r#"{{"profiles":[{{"name":"default",{keys}}}]}}"#)))
}

#[test]
fn what_is_missing_or_doubled_is_named() {
    let rows: Vec<(Put, &str)> = vec![
        (variables(&[("CPH_ACCESS_KEY", "a")]), "half a credential: CPH_ACCESS_KEY without CPH_SECRET_KEY"),
        (variables(&[("CPH_SECRET_KEY", "s")]), "CPH_SECRET_KEY without CPH_ACCESS_KEY"),
        (variables(&[("CPH_SECURITY_TOKEN", "t")]), "CPH_SECURITY_TOKEN without CPH_ACCESS_KEY"),
        (variables(&[("CPH_USERNAME", "u")]), "CPH_USERNAME without CPH_PASSWORD"),
        (variables(&[("CPH_PASSWORD", "p")]), "CPH_PASSWORD without CPH_USERNAME"),
        (
            variables(&[("CPH_USERNAME", "u"), ("CPH_PASSWORD", "p")]),
            "CPH_USERNAME, CPH_PASSWORD without CPH_DOMAIN_NAME",
        ),
        (variables(&[("CPH_DOMAIN_NAME", "d")]), "CPH_DOMAIN_NAME without CPH_USERNAME"),
        (
            variables(&[("CPH_TOKEN", "t"), ("CPH_ACCESS_KEY", "a"), ("CPH_SECRET_KEY", "s")]),
            "holds 2 credentials: token (CPH_TOKEN) and access key (CPH_ACCESS_KEY, CPH_SECRET_KEY)",
        ),
        (
            variables(&[("CPH_TOKEN", "t"), ("CPH_SECRET_KEY", "s"), ("CPH_PASSWORD", "p")]),
            "holds 3 credentials: token (CPH_TOKEN) and access key (CPH_SECRET_KEY) and password (CPH_PASSWORD)",
        ),
        (profile("access_key = 'a'\n"), "half a credential: access_key without secret_key"),
        (profile("username = 'u'\npassword = 'p'\n"), "username, password without domain_name"),
        (
            profile("token = 't'\ncredentials = 'ecs'\n"),
            "holds 2 credentials: token (token) and agency of the ECS (credentials)",
        ),
        (
            profile("credential_command = ['x']\nsecret_key = 's'\n"),
            "access key (secret_key) and credential command (credential_command)",
        ),
        (profile("credentials = 'ec2'\n"), "the only known word is \"ecs\""),
        (variables(&[("HUAWEICLOUD_SDK_AK", "a")]), "HUAWEICLOUD_SDK_AK without HUAWEICLOUD_SDK_SK"),
        (variables(&[("HUAWEICLOUD_SDK_SK", "s")]), "HUAWEICLOUD_SDK_SK without HUAWEICLOUD_SDK_AK"),
        (
            variables(&[("HUAWEICLOUD_SDK_SECURITY_TOKEN", "t")]),
            "HUAWEICLOUD_SDK_SECURITY_TOKEN without HUAWEICLOUD_SDK_AK",
        ),
        (variables(&[("HW_ACCESS_KEY", "a")]), "HW_ACCESS_KEY without HW_SECRET_KEY"),
        (variables(&[("HW_SECRET_KEY", "a")]), "HW_SECRET_KEY without HW_ACCESS_KEY"),
        (
            variables(&[
                ("HW_SECRET_KEY", "a"),
                ("HW_USER_NAME", "u"),
                ("HW_USER_PASSWORD", "p"),
                ("HW_DOMAIN_NAME", "d"),
            ]),
            "HW_SECRET_KEY without HW_ACCESS_KEY",
        ),
        (variables(&[("HW_USER_NAME", "u")]), "HW_USER_NAME without HW_USER_PASSWORD"),
        (variables(&[("HW_USER_ID", "u")]), "HW_USER_ID without HW_USER_PASSWORD"),
        (variables(&[("HW_USER_PASSWORD", "p")]), "HW_USER_PASSWORD without HW_USER_NAME"),
        (
            variables(&[("HW_USER_NAME", "u"), ("HW_USER_PASSWORD", "p")]),
            "HW_USER_NAME, HW_USER_PASSWORD without HW_DOMAIN_NAME",
        ),
        (file(".huaweicloud/credentials", "[basic]\nak = a\n"), "half a credential: ak without sk"),
        (file(".huaweicloud/credentials", "[basic]\nsk = a\n[global]\nak = a\nsk = b\n"), "sk without ak"),
        (file(".huaweicloud/credentials", "[basic]\nsecurity_token = a\n"), "security_token without ak"),
        (koocli(r#""accessKeyId":"a""#), "accessKeyId without secretAccessKey"),
        (koocli(r#""secretAccessKey":"a","mode":"AKSK""#), "secretAccessKey without accessKeyId"),
        (
            koocli(r#""mode":"SSO","ssoAuth":{"stsToken":{"accessKeyId":"a","securityToken":"t"}}"#),
            "accessKeyId, securityToken without secretAccessKey",
        ),
        (file(".hcloud/config.json", "{\"secretAccessKey\": hunter2"), "config.json:1:21: not the format that hcloud"),
        (file(".huaweicloud/credentials", "[basic\nsk = hunter2\n"), "credentials: not INI"),
    ];
    for (number, (put, words)) in rows.iter().enumerate() {
        for arguments in [&["job", "show", "sim-ok"][..], &["auth", "status"], &["config"]] {
            let run = put(towards(cph(arguments), NOWHERE)).run();
            assert_eq!(run.exit(), 3, "row {number}: {run}");
            assert!(run.stderr.starts_with("cph: error[config_invalid]: "), "row {number}: {run}");
            assert!(run.stderr.contains(words), "row {number}: {words}: {run}");
            assert!(!run.stderr.contains("hunter2"), "{run}");
        }
    }
}

#[test]
fn a_half_is_not_completed_and_not_passed_over() {
    let whole = |call: Cph| crate::credentials::with_keys(call);
    // Whatever comes before with a half of it stops the search.
    for put in
        [variables(&[("CPH_USERNAME", "u")]), Box::new(|call: Cph| call.config("[profiles.f]\nsecret_key = 's'\n"))]
    {
        let run = put(whole(towards(cph(["job", "show", "sim-ok", "--profile", "f"]), NOWHERE))).run();
        assert_eq!(run.exit(), 3, "{run}");
    }
    let run = towards(cph(["job", "show", "sim-ok"]), NOWHERE)
        .env("HUAWEICLOUD_SDK_AK", "a")
        .env("HW_ACCESS_KEY", "a")
        .env("HW_SECRET_KEY", "s")
        .run();
    assert!(run.exit() == 3 && run.stderr.contains("without HUAWEICLOUD_SDK_SK"), "{run}");
}

#[test]
fn what_a_program_prints_is_one_whole_credential_too() {
    for (printed, words) in [
        (r#"{"access_key":"hunter2hunter2"}"#, "half a credential: access_key without secret_key"),
        (r#"{"username":"u","password":"hunter2hunter2"}"#, "without domain_name"),
        (r#"{"token":"hunter2hunter2","access_key":"a","secret_key":"s"}"#, "holds 2 credentials"),
        (r#"{"token":"hunter2hunter2","expires_at":"soon"}"#, "expires_at that is not an RFC 3339 time"),
        (r#"{"token":"hunter2 hunter2"}"#, "bad token: only visible ASCII characters"),
        (r#"{"token":["hunter2hunter2"]}"#, "token that is not a string"),
        (r#"{"credential":{"access":"hunter2hunter2"}}"#, "printed no credential"),
        ("hunter2hunter2", "printed no JSON object"),
        (r#"{"token":"hunter2hunter2"} {"token":"hunter2hunter2"}"#, "printed no JSON object"),
        ("", "printed no JSON object"),
    ] {
        let call = towards(cph(["job", "show", "-vv", "sim-ok"]), NOWHERE);
        let program = script(&call.home(), "vault", &format!("cat <<'END'\n{printed}\nEND"));
        let run = profile("")(call);
        let run = run.config(&format!("[profiles.p]\ncredential_command = ['{program}']\n")).env("CPH_PROFILE", "p");
        let run = run.run();
        assert_eq!(run.exit(), 3, "{printed}: {run}");
        assert!(run.stderr.contains(words) && run.stderr.contains("credential_command"), "{words}: {run}");
        assert!(!run.to_string().contains("hunter2"), "{run}");
    }
}
