//! Each place alone signs in and is named; of each two the documented one wins.

use std::sync::atomic::{AtomicUsize, Ordering};

use cph::simulator::{
    self, ACCESS_KEY, DOMAIN_NAME, PASSWORD, SECRET_KEY, SECURITY_TOKEN, TEMPORARY_ACCESS_KEY, TEMPORARY_SECRET_KEY,
    TOKEN, USER_NAME,
};

use crate::common::server::{Faulty, always};
use crate::common::{Cph, Run, cph, simulator};
use crate::credentials::responses::refused;
use crate::credentials::{script, towards};

/// One way to have a credential.
struct Place {
    /// Lower wins. The same twice: both in one place.
    rank: u8,
    /// How `auth status` names it: the kind, and something in its source.
    kind: &'static str,
    source: &'static str,
    /// Flags that it needs.
    flags: &'static [&'static str],
    /// Puts it where it belongs. A config file is made of these lines.
    put: fn(Cph, &mut String) -> Cph,
}

const fn place(rank: u8, kind: &'static str, source: &'static str, put: fn(Cph, &mut String) -> Cph) -> Place {
    Place { rank, kind, source, flags: &[], put }
}

const PLACES: &[Place] = &[
    Place {
        flags: &["--profile", "flagged"],
        ..place(0, "access key", "profile flagged in ", |call, config| {
            config.push_str(&format!("[profiles.flagged]\n{}", keys_in_toml()));
            call
        })
    },
    place(1, "access key", "CPH_ACCESS_KEY", |call, _| {
        call.env("CPH_ACCESS_KEY", ACCESS_KEY).env("CPH_SECRET_KEY", SECRET_KEY)
    }),
    place(1, "token", "CPH_TOKEN", |call, _| call.env("CPH_TOKEN", TOKEN)),
    place(1, "password", "CPH_USERNAME", |call, _| {
        call.env("CPH_USERNAME", USER_NAME).env("CPH_PASSWORD", PASSWORD).env("CPH_DOMAIN_NAME", DOMAIN_NAME)
    }),
    place(2, "access key", "profile keys in ", |call, config| chosen(call, config, "keys", &keys_in_toml())),
    place(2, "token", "profile token in ", |call, config| {
        chosen(call, config, "token", &format!("token = '{TOKEN}'\n"))
    }),
    place(2, "password", "profile user in ", |call, config| {
        let user = format!("username = '{USER_NAME}'\npassword = '{PASSWORD}'\ndomain_name = '{DOMAIN_NAME}'\n");
        chosen(call, config, "user", &user)
    }),
    place(2, "credential command", "profile vault in ", |call, config| {
        let printed = format!(r#"{{"access_key":"{ACCESS_KEY}","secret_key":"{SECRET_KEY}"}}"#);
        let program = script(&call.home(), "vault", &format!("echo '{printed}'"));
        chosen(call, config, "vault", &format!("credential_command = ['{program}']\n"))
    }),
    place(2, "agency of the ECS", "profile ecs in ", |call, config| {
        chosen(call, config, "ecs", "credentials = 'ecs'\n")
    }),
    place(3, "access key", "HUAWEICLOUD_SDK_AK", |call, _| {
        call.env("HUAWEICLOUD_SDK_AK", ACCESS_KEY).env("HUAWEICLOUD_SDK_SK", SECRET_KEY)
    }),
    place(4, "token", "HW_AUTH_TOKEN", |call, _| call.env("HW_AUTH_TOKEN", TOKEN)),
    place(5, "access key", "HW_ACCESS_KEY", |call, _| {
        call.env("HW_ACCESS_KEY", ACCESS_KEY).env("HW_SECRET_KEY", SECRET_KEY)
    }),
    place(6, "password", "HW_USER_NAME", |call, _| {
        call.env("HW_USER_NAME", USER_NAME).env("HW_USER_PASSWORD", PASSWORD).env("HW_DOMAIN_NAME", DOMAIN_NAME)
    }),
    place(7, "access key", "[basic] in ", |call, _| {
        call.file(".huaweicloud/credentials", &format!("[basic]\nak = {ACCESS_KEY}\nsk = {SECRET_KEY}\n"))
    }),
    place(8, "access key", "[default] in ", |call, _| {
        let keys = format!(r#""accessKeyId":"{ACCESS_KEY}","secretAccessKey":"{SECRET_KEY}","securityToken":"""#);
        let profile = format!(r#"{{"name":"default","mode":"AKSK",{keys}}}"#);
        let other = r#"{"name":"other","mode":"AKSK","accessKeyId":"x","secretAccessKey":"y"}"#;
        call.file(
            ".hcloud/config.json",
            &format!(r#"{{"current":"default","authEncrypt":"false","profiles":[{other},{profile}]}}"#),
        )
    }),
];

fn keys_in_toml() -> String {
    format!("access_key = '{ACCESS_KEY}'\nsecret_key = '{SECRET_KEY}'\n")
}

/// A profile that a variable chooses.
fn chosen(call: Cph, config: &mut String, name: &str, lines: &str) -> Cph {
    config.push_str(&format!("[profiles.{name}]\n{lines}"));
    call.env("CPH_PROFILE", name)
}

fn call(url: &str, arguments: &[&str], places: &[&Place]) -> Cph {
    let flags = places.iter().flat_map(|place| place.flags);
    let mut call = towards(cph(arguments.iter().chain(flags)), url);
    let mut config = String::new();
    for place in places {
        call = (place.put)(call, &mut config);
    }
    if config.is_empty() { call } else { call.config(&config) }
}

/// Kind and sources, as `auth status` tells them.
fn told(run: &Run) -> (String, Vec<String>) {
    let auth = run.json()["auth"].clone();
    let sources = auth["sources"].as_array().unwrap().iter().map(|part| part["source"].as_str().unwrap().to_owned());
    (auth["kind"].as_str().unwrap_or_default().to_owned(), sources.collect())
}

fn in_threads(count: usize, work: impl Fn(usize) + Sync) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        return;
                    }
                    work(number);
                }
            });
        }
    });
}

#[test]
fn each_alone_signs_in_and_is_named() {
    let server = simulator();
    in_threads(PLACES.len(), |number| {
        let place = &PLACES[number];
        let shown = call(&server.url(), &["job", "show", "sim-ok"], &[place]).run();
        assert_eq!((shown.exit(), shown.stderr.as_str()), (0, ""), "{}: {shown}", place.source);
        let status = call(&server.url(), &["auth", "status", "-o", "json"], &[place]).run();
        let (kind, sources) = told(&status);
        assert_eq!((status.exit(), kind.as_str()), (0, place.kind), "{status}");
        assert!(sources[0].contains(place.source), "{status}");
        let table = call(&server.url(), &["auth", "status"], &[place]).run();
        assert!(table.stdout.contains(place.source), "{table}");
    });
}

#[test]
fn of_two_the_documented_one_wins() {
    let server = simulator();
    let pairs: Vec<(&Place, &Place)> =
        (0..PLACES.len()).flat_map(|a| (a + 1..PLACES.len()).map(move |b| (&PLACES[a], &PLACES[b]))).collect();
    assert_eq!(pairs.len(), 105);
    let (won, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    in_threads(pairs.len(), |number| {
        let (first, second) = pairs[number];
        if first.rank == second.rank && first.rank == 2 {
            return; // One variable chooses one profile; two kinds in one are in `halves`.
        }
        let run = call(&server.url(), &["auth", "status", "-o", "json"], &[first, second]).run();
        let (kind, sources) = told(&run);
        if first.rank == second.rank {
            assert_eq!(run.exit(), 3, "{run}");
            assert!(run.stderr.contains(first.source) && run.stderr.contains(second.source), "{run}");
            refused.fetch_add(1, Ordering::Relaxed);
        } else {
            assert_eq!((run.exit(), kind.as_str()), (0, first.kind), "{run}");
            assert!(sources.iter().all(|source| !source.contains(second.source)), "{run}");
            assert!(sources[0].contains(first.source), "{} and {}: {run}", first.source, second.source);
            won.fetch_add(1, Ordering::Relaxed);
        }
        let config = call(&server.url(), &["config", "-o", "json"], &[first, second]).run();
        assert_eq!(config.exit(), run.exit(), "{config}");
        agree(&config, &run);
    });
    assert_eq!((won.into_inner(), refused.into_inner()), (92, 3));
}

/// `cph config` shows a credential's parts from where `auth status` has them, and no others.
fn agree(config: &Run, status: &Run) {
    const PARTS: [&str; 11] = [
        "access_key",
        "secret_key",
        "security_token",
        "token",
        "username",
        "password",
        "domain_name",
        "credential_command",
        "credentials",
        "user_id",
        "domain_id",
    ];
    let (config, status) = (config.json(), status.json());
    if status["exit_code"] == 0 {
        let rows = config["settings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|row| !row["value"].is_null() && PARTS.contains(&row["name"].as_str().unwrap()));
        let shown: Vec<_> = rows.map(|row| (row["name"].clone(), anywhere(&row["source"]))).collect();
        let told = status["auth"]["sources"].as_array().unwrap();
        let mut told: Vec<_> = told.iter().map(|part| (part["name"].clone(), anywhere(&part["source"]))).collect();
        let at = |name: &serde_json::Value| shown.iter().position(|(shown, _)| shown == name);
        told.sort_by_key(|(name, _)| at(name));
        assert_eq!(shown, told);
    }
    for name in ["profile", "region", "endpoint", "iam_endpoint"] {
        let row = config["settings"].as_array().unwrap().iter().find(|row| row["name"] == name).unwrap();
        assert_eq!(row["value"], status["auth"][name], "{name}");
        assert_eq!(anywhere(&row["source"]), anywhere(&status["auth"][format!("{name}_source")]), "{name}");
    }
}

/// A source without the folder it is in: each run has a home of its own.
fn anywhere(source: &serde_json::Value) -> String {
    source.as_str().unwrap_or_default().split(" in /").next().unwrap().to_owned()
}

#[test]
fn the_default_profile_is_as_strong_as_the_variables() {
    let server = simulator();
    let config = format!("default_profile = 'd'\n[profiles.d]\ntoken = '{TOKEN}'\n");
    let status = || towards(cph(["auth", "status", "-o", "json"]), &server.url()).config(&config);
    assert_eq!(told(&status().run()).0, "token");
    let run = status().env("HUAWEICLOUD_SDK_AK", ACCESS_KEY).env("HUAWEICLOUD_SDK_SK", SECRET_KEY).run();
    assert_eq!(told(&run).0, "token", "{run}");
    let run = crate::credentials::with_password(status()).run();
    assert_eq!(told(&run).0, "password", "{run}");
}

/// What goes with temporary keys, wherever they stand.
#[test]
fn temporary_keys_from_everywhere() {
    let server = simulator();
    let (ak, sk, st) = (TEMPORARY_ACCESS_KEY, TEMPORARY_SECRET_KEY, SECURITY_TOKEN);
    let keys = format!(r#""accessKeyId":"{ak}","secretAccessKey":"{sk}","securityToken":"{st}""#);
    let sso =
        format!(r#"{{"current":"s","profiles":[{{"name":"s","mode":"SSO","ssoAuth":{{"stsToken":{{{keys}}}}}}}]}}"#);
    let aksk = format!(r#"{{"current":"s","profiles":[{{"name":"s","mode":"AKSK",{keys}}}]}}"#);
    let show = || towards(cph(["job", "show", "-q", "sim-ok"]), &server.url());
    let env = |prefix: [&str; 3]| show().env(prefix[0], ak).env(prefix[1], sk).env(prefix[2], st);
    for call in [
        env(["CPH_ACCESS_KEY", "CPH_SECRET_KEY", "CPH_SECURITY_TOKEN"]),
        env(["HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK", "HUAWEICLOUD_SDK_SECURITY_TOKEN"]),
        env(["HW_ACCESS_KEY", "HW_SECRET_KEY", "HW_SECURITY_TOKEN"]),
        show().file(".huaweicloud/credentials", &format!("[basic]\nak={ak}\nsk={sk}\nsecurity_token={st}\n")),
        show().file(".hcloud/config.json", &sso),
        show().file(".hcloud/config.json", &aksk),
        show()
            .file("elsewhere", &format!("[basic]\nak: {ak}\nsk: {sk}\nsecurity_token: {st}\n"))
            .env("HUAWEICLOUD_SDK_CREDENTIALS_FILE", "elsewhere"),
        show()
            .config(&format!("[profiles.t]\naccess_key='{ak}'\nsecret_key='{sk}'\nsecurity_token='{st}'\n"))
            .env("CPH_PROFILE", "t"),
    ] {
        let run = call.run();
        assert_eq!((run.exit(), run.stderr.as_str()), (0, ""), "{run}");
    }
}

/// Terraform's user and account by id, IAM with its path, the region of its own.
#[test]
fn terraforms_settings_as_terraform_reads_them() {
    let server = simulator();
    let call = |arguments: &[&str]| {
        cph(arguments)
            .env("CPH_ENDPOINT", server.url())
            .env("HW_AUTH_URL", format!("{}/v3/", server.url()))
            .env("HW_REGION_NAME", simulator::REGION)
            .env("HW_USER_PASSWORD", PASSWORD)
    };
    let by_id = |call: Cph| call.env("HW_USER_ID", simulator::USER_ID);
    let by_names = |call: Cph| call.env("HW_USER_NAME", USER_NAME).env("HW_DOMAIN_ID", simulator::DOMAIN_ID);
    for put in [by_id as fn(Cph) -> Cph, by_names] {
        let run = put(call(&["job", "show", "-q", "sim-ok"])).run();
        assert_eq!((run.exit(), run.stderr.as_str()), (0, ""), "{run}");
        let status = put(call(&["auth", "status", "-o", "json"])).run();
        assert_eq!(status.json()["auth"]["iam_endpoint_source"], "HW_AUTH_URL", "{status}");
        agree(&put(call(&["config", "-o", "json"])).run(), &status);
    }
    let cloud = |region: &str, cloud: &str| {
        cph(["config", "-o", "json"])
            .env("HW_REGION_NAME", region)
            .env("HW_CLOUD", cloud)
            .env("HW_AUTH_TOKEN", TOKEN)
            .run()
    };
    let endpoint = |run: &Run, name: &str| {
        let rows = run.json()["settings"].clone();
        rows.as_array().unwrap().iter().find(|row| row["name"] == name).unwrap()["value"].as_str().map(str::to_owned)
    };
    for (region, name, cph, iam) in [
        ("r-1", "cloud.example", "https://cph.r-1.cloud.example", "https://iam.r-1.cloud.example"),
        ("r-1", "myhuaweicloud.com", "https://cph.r-1.myhuaweicloud.com", "https://iam.r-1.myhuaweicloud.com"),
        ("eu-west-101", "", "https://cph.eu-west-101.myhuaweicloud.eu", "https://iam.eu-west-101.myhuaweicloud.eu"),
        ("af-north-1", "", "https://cph.af-north-1.myhuaweicloud.com", "https://iam.myhuaweicloud.com"),
    ] {
        let run = cloud(region, name);
        assert_eq!(endpoint(&run, "endpoint").as_deref(), Some(cph), "{run}");
        assert_eq!(endpoint(&run, "iam_endpoint").as_deref(), Some(iam), "{run}");
    }
    let without = cph(["job", "show", "sim-ok"]).env("HW_AUTH_TOKEN", TOKEN).env("HW_CLOUD", "cloud.example").run();
    assert_eq!(without.exit(), 3, "{without}");
    assert!(without.stderr.contains("no region"), "{without}");
}

/// Every character of a secret counts.
#[test]
fn secrets_with_characters_that_other_readers_eat() {
    let server = simulator();
    for secret in ["p%q", "%(ak)s", "\"quoted\"", "'s'", "a\\nb\\\\", "a#b", "a;b", "#", ";x", "a=b", "a:b", "[x]"] {
        // A wrong secret: what the service has signed with it tells which one was read.
        let service = Faulty::start(always(refused("x")));
        let ask = |call: Cph| {
            let run = call.env("CPH_PROJECT_ID", simulator::PROJECT_ID).run();
            assert_eq!(run.exit(), 4, "{run}");
        };
        let show = || towards(cph(["job", "show", "-q", "sim-ok"]), &service.url());
        ask(show().env("CPH_ACCESS_KEY", "A").env("CPH_SECRET_KEY", secret));
        ask(show().file(".huaweicloud/credentials", &format!("[basic]\nak = A\nsk = {secret}\n")));
        ask(show().file(".huaweicloud/credentials", &format!("\u{feff}; c\r\n[basic]\r\nak:A\r\nsk:{secret}\r\n")));
        for request in service.requests() {
            let date = request.header("x-sdk-date").unwrap();
            let host = request.header("host").unwrap();
            let headers = [("host", host), ("x-sdk-date", date), ("x-project-id", simulator::PROJECT_ID)];
            let path = request.target();
            let signed = cph::api::sign::Request { method: "GET", path, query: &[], headers: &headers, body: b"" };
            let expected = cph::api::sign::authorization("A", secret, date, &signed);
            assert_eq!(request.header("authorization"), Some(expected.as_str()), "{secret}");
        }
        assert_eq!(service.requests().len(), 3, "{secret}");
    }
    drop(server);
}

#[test]
fn what_is_no_credential_is_named_where_nothing_else_is_found() {
    let server = simulator();
    let show = || towards(cph(["job", "show", "sim-ok"]), &server.url());
    let koocli = |text: &str| show().file(".hcloud/config.json", text);
    let encrypted =
        r#"{"current":"d","authEncrypt":"true","profiles":[{"name":"d","accessKeyId":"Z","secretAccessKey":"Y"}]}"#;
    for (call, words) in [
        (koocli(encrypted), &["is encrypted", "hcloud configure set --cli-auth-encrypt=false"][..]),
        (koocli(&encrypted.replace("\"true\"", "true")), &["is encrypted"]),
        (koocli(r#"{"profiles":[{"name":"default","mode":"ecsAgency"}]}"#), &["in mode ecsAgency"]),
        (koocli(r#"{"current":"gone","profiles":[{"name":"default"}]}"#), &["no credential found"]),
        (koocli(r#"{"current":"default","profiles":null}"#), &["no credential found"]),
        (show().env("HUAWEICLOUD_SDK_IDP_ID", "x"), &["HUAWEICLOUD_SDK_IDP_ID", "OIDC", "not support"]),
        (show().env("HUAWEICLOUD_OIDC_ID_TOKEN", "x"), &["HUAWEICLOUD_OIDC_ID_TOKEN", "OIDC"]),
        (show().env("HC_CONTAINER_CREDENTIALS_FULL_URI", "x"), &["HC_CONTAINER_CREDENTIALS_FULL_URI", "pod identity"]),
        (show().file(".huaweicloud/credentials", "[basic]\nidp_id = x\n"), &["OIDC", "not support"]),
        (show().file(".huaweicloud/credentials", "[global]\nak = a\nsk = b\n"), &["has no ak and sk in [basic]"]),
        (show().file(".huaweicloud/credentials", "[basic]\nak =\nsk =\n"), &["has no ak and sk in [basic]"]),
        (show().env("HUAWEICLOUD_SDK_CREDENTIALS_FILE", "/nowhere/c"), &["/nowhere/c"]),
        (show().env("HW_DOMAIN_NAME", "d"), &["no credential found"]),
        (show().env("OS_USERNAME", "u").env("OS_PASSWORD", "p"), &["no credential found"]),
    ] {
        let run = call.run();
        assert_eq!(run.exit(), 4, "{run}");
        assert!(run.stderr.starts_with("cph: error[auth_missing]: "), "{run}");
        assert!(words.iter().all(|word| run.stderr.contains(word)), "{words:?}: {run}");
        assert!(!run.stderr.contains("OS_") && run.stderr.contains("cph auth login"), "{run}");
    }
    // With another credential none of that is worth a word, but to `auth status`.
    let with = |arguments: &[&str]| {
        crate::credentials::with_keys(towards(cph(arguments), &server.url()))
            .file(".hcloud/config.json", encrypted)
            .env("HUAWEICLOUD_OIDC_ID_TOKEN", "x")
            .env("OS_PASSWORD", "hunter2-hunter2")
            .env("CPH_ACCES_KEY", "typo")
            .run()
    };
    assert_eq!(with(&["job", "show", "sim-ok"]).stderr, "");
    let status = with(&["auth", "status", "-o", "json"]);
    let ignored = ["CPH_ACCES_KEY", "HUAWEICLOUD_OIDC_ID_TOKEN", "OS_PASSWORD"];
    assert_eq!(status.json()["auth"]["ignored_variables"], serde_json::json!(ignored), "{status}");
    assert!(!status.stdout.contains("hunter2"), "{status}");
    let status = with(&["auth", "status"]);
    assert!(status.stdout.contains(&format!("\nIgnored  {}", ignored.join(" "))), "{status}");
    let status = crate::credentials::with_keys(towards(cph(["auth", "status"]), &server.url())).run();
    assert!(status.exit() == 0 && !status.stdout.contains("Ignored"), "{status}");
    let status = towards(cph(["auth", "status"]), &server.url()).env("CPH_TOKEN", "of-nobody").run();
    assert!(status.exit() == 4 && status.stderr.contains(" (token from CPH_TOKEN)\n"), "{status}");
}

#[test]
fn only_allowed_characters_become_hosts_paths_and_headers() {
    let run = |name: &str, value: &str| {
        let call = cph(["job", "show", "sim-ok"]).env("CPH_REGION", "r").env("CPH_PROJECT_ID", "p");
        let call = call.env("HW_AUTH_TOKEN", "t").env("HTTPS_PROXY", "http://127.0.0.1:1").env(name, value);
        call.run()
    };
    for value in ["a/b", "a.b", "A", "a b", "a\n", "a@b", "a#", "a%2e", "é", &"a".repeat(65)] {
        for name in ["CPH_REGION", "HW_CLOUD"] {
            if name == "HW_CLOUD" && (value == "a.b" || value.len() == 65) {
                continue; // A domain.
            }
            let run = run(name, value);
            assert_eq!(run.exit(), 3, "{name} {value:?}: {run}");
            assert!(run.stderr.contains("only a-z"), "{run}");
        }
    }
    for value in ["a/b", "a.b", "..", "a b", "a\n", "a?b", "a#", "%2e", "é", &"a".repeat(65)] {
        let run = run("CPH_PROJECT_ID", value);
        assert_eq!(run.exit(), 3, "{value:?}: {run}");
        assert!(!run.stderr.contains(value), "{run}");
    }
    for value in ["t\n", "t x", "té", "\u{1}"] {
        for name in ["HW_AUTH_TOKEN", "CPH_TOKEN"] {
            let run = run(name, value);
            assert_eq!(run.exit(), 3, "{name} {value:?}: {run}");
        }
    }
}
