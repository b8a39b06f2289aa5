//! No 12 characters of a secret in what is written, in the arguments of a program, or where others may read.

use std::fs;
use std::path::Path;

use cph::simulator::{
    ACCESS_KEY, DOMAIN_NAME, PASSWORD, SECRET_KEY, SECURITY_TOKEN, TEMPORARY_ACCESS_KEY, TEMPORARY_SECRET_KEY, TOKEN,
    USER_NAME,
};

use crate::common::server::{Faulty, always, by, forward, json, send, stall};
use crate::common::{Cph, cph, simulator};
use crate::credentials::{script, towards, with_password};

const SECRETS: [&str; 6] = [SECRET_KEY, TEMPORARY_SECRET_KEY, SECURITY_TOKEN, TOKEN, PASSWORD, ISSUED];
/// How the tokens begin that the simulator's IAM gives out.
const ISSUED: &str = "SIMULATOR-TOKEN-00000001+not-a-secret";

#[track_caller]
fn tells_none(text: &str, whence: &str) {
    for secret in SECRETS {
        for window in secret.as_bytes().windows(12) {
            let window = std::str::from_utf8(window).unwrap();
            assert!(!text.contains(window), "{window} in {whence}:\n{text}");
        }
    }
    let lower = text.to_ascii_lowercase();
    for header in ["signature=", "x-auth-token:", "x-subject-token:", "x-security-token:", "authorization:"] {
        assert!(!lower.contains(header), "{header} in {whence}:\n{text}");
    }
}

/// Of no process on this machine; Linux only.
pub(crate) fn no_argument_holds(secrets: &[&str]) {
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let arguments = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let arguments = String::from_utf8_lossy(&arguments);
        for secret in secrets {
            assert!(!arguments.contains(secret), "{arguments}");
        }
    }
}

fn readable_by_others(folder: &Path, told: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            readable_by_others(&path, told);
        } else if crate::credentials::mode(&path) & 0o044 != 0 {
            told.push(String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned());
        }
    }
}

/// A program that gets what it prints from a private file.
fn vault(call: Cph, printed: &str) -> Cph {
    let call = call.file("printed", printed);
    let program = script(&call.home(), "vault", "cat \"${0%/*}/printed\"");
    call.config(&format!("default_profile = 'v'\n[profiles.v]\ncredential_command = ['{program}']\n"))
}

type Put = fn(Cph) -> Cph;

/// Every kind of credential.
fn kinds() -> Vec<(&'static str, Put)> {
    vec![
        ("keys", |call| call.env("CPH_ACCESS_KEY", ACCESS_KEY).env("CPH_SECRET_KEY", SECRET_KEY)),
        ("temporary keys", |call| {
            call.env("CPH_ACCESS_KEY", TEMPORARY_ACCESS_KEY)
                .env("CPH_SECRET_KEY", TEMPORARY_SECRET_KEY)
                .env("CPH_SECURITY_TOKEN", SECURITY_TOKEN)
        }),
        ("token", |call| call.env("CPH_TOKEN", TOKEN)),
        ("password", with_password),
        ("profile", |call| {
            let user = format!("username = '{USER_NAME}'\npassword = '{PASSWORD}'\ndomain_name = '{DOMAIN_NAME}'\n");
            call.config(&format!("default_profile = 'p'\n[profiles.p]\n{user}"))
        }),
        ("program", |call| vault(call, &format!(r#"{{"access_key":"{ACCESS_KEY}","secret_key":"{SECRET_KEY}"}}"#))),
        ("program that gives a password", |call| {
            let user = format!(r#"{{"username":"{USER_NAME}","password":"{PASSWORD}","domain_name":"{DOMAIN_NAME}"}}"#);
            vault(call, &user)
        }),
        ("ecs", |call| call.config("default_profile = 'e'\n[profiles.e]\ncredentials = 'ecs'\n")),
        ("sdk", |call| call.env("HUAWEICLOUD_SDK_AK", ACCESS_KEY).env("HUAWEICLOUD_SDK_SK", SECRET_KEY)),
        ("terraform", |call| {
            call.env("HW_USER_NAME", USER_NAME).env("HW_USER_PASSWORD", PASSWORD).env("HW_DOMAIN_NAME", DOMAIN_NAME)
        }),
        ("ini", |call| {
            call.file(".huaweicloud/credentials", &format!("[basic]\nak = {ACCESS_KEY}\nsk = {SECRET_KEY}\n"))
        }),
        ("koocli", |call| {
            let keys = format!(r#""accessKeyId":"{ACCESS_KEY}","secretAccessKey":"{SECRET_KEY}""#);
            call.file(".hcloud/config.json", &format!(r#"{{"profiles":[{{"name":"default",{keys}}}]}}"#))
        }),
    ]
}

const COMMANDS: [&[&str]; 8] = [
    &["job", "show", "-vv", "sim-ok", "sim-404", "sim-403"],
    &["job", "show", "-vv", "-o", "json", "sim-401"],
    &["job", "show", "-vv", "-o", "json", "sim-401-once"],
    &["auth", "status", "-vv"],
    &["auth", "status", "-vv", "-o", "json"],
    &["config", "-vv"],
    &["config", "-vv", "-o", "json"],
    &["auth", "logout", "-vv"],
];

#[test]
fn nothing_is_told_with_any_credential() {
    std::thread::scope(|scope| {
        for (name, put) in kinds() {
            scope.spawn(move || {
                let server = simulator();
                for arguments in COMMANDS {
                    let home = tempfile::tempdir().unwrap();
                    let call = towards(cph(arguments), &server.url()).env("XDG_CACHE_HOME", home.path());
                    let run = put(call).env("RUST_LOG", "trace").env("RUST_BACKTRACE", "full").run();
                    tells_none(&run.to_string(), &format!("{name}: {arguments:?}"));
                    assert!([0, 4, 5].contains(&run.exit()), "{name}: {run}");
                    let mut told = Vec::new();
                    readable_by_others(home.path(), &mut told);
                    told.iter().for_each(|text| tells_none(text, name));
                }
            });
        }
    });
}

#[test]
fn nothing_is_told_when_the_services_echo_all_they_got() {
    for status in [200, 201, 302, 400, 401, 403, 404] {
        let service = Faulty::start(by(move |request, _| {
            // Whole, and as the gateway does it: with bars for line feeds.
            let seen = request.text();
            let seen = serde_json::Value::from(format!("{seen} {}", seen.replace("\r\n", "|"))).to_string();
            let body = format!(
                "{{\"error_code\":{seen},\"error_msg\":{seen},\"request_id\":{seen},\"error\":{{\"message\":{seen}}}}}"
            );
            send(json(status, &body))
        }));
        for (name, put) in kinds() {
            if name == "ecs" && status == 200 {
                continue; // Whoever plays the metadata service has the secret anyway.
            }
            for arguments in [&["job", "show", "-vv", "-o", "json", "sim-ok"][..], &["auth", "status", "-vv"]] {
                let call = put(towards(cph(arguments), &service.url())).env("RUST_LOG", "trace");
                let run = call.env("CPH_TOKEN_CACHE", "off").run();
                let written = run.to_string();
                for secret in SECRETS {
                    for window in secret.as_bytes().windows(12) {
                        let window = std::str::from_utf8(window).unwrap();
                        assert!(!written.contains(window), "{status}, {name}: {window}: {run}");
                    }
                }
            }
        }
        for request in service.requests() {
            assert!(!request.line().contains("SIMULATOR"), "{}", request.line());
        }
    }
}

/// A program of the user's is started without any secret among its words or those of `cph`.
#[test]
fn no_argument_of_a_running_program_holds_a_secret() {
    let silent = Faulty::start(always(stall()));
    let call = towards(cph(["job", "show", "sim-ok"]), &silent.url());
    let program = script(&call.home(), "vault", "sleep 2; exit 1");
    let call = call
        .config(&format!("default_profile = 'v'\n[profiles.v]\ncredential_command = ['{program}', '--role', 'x']\n"))
        .env("HUAWEICLOUD_SDK_SK", SECRET_KEY);
    std::thread::scope(|scope| {
        let running = scope.spawn(|| call.run());
        std::thread::sleep(std::time::Duration::from_millis(700));
        no_argument_holds(&SECRETS);
        assert_eq!(running.join().unwrap().exit(), 3);
    });
    // And the login itself.
    let slow = Faulty::start(by(|_, _| {
        std::thread::sleep(std::time::Duration::from_millis(700));
        forward()
    }));
    let call = with_password(towards(cph(["job", "show", "-q", "sim-ok"]), &slow.url()));
    std::thread::scope(|scope| {
        let running = scope.spawn(|| call.run());
        slow.wait_for_request();
        no_argument_holds(&SECRETS);
        assert_eq!(running.join().unwrap().exit(), 0);
    });
}
