//! A credential that was refused is read again. What is found then is used only if it stands in the same place and is
//! for the same endpoints; otherwise the refusal counts.

use std::fs;
use std::path::{Path, PathBuf};

use cph::simulator::PROJECT_ID;

use crate::common::server::{Faulty, Request, by, forward, json, send};
use crate::common::{Cph, cph, set_mode};
use crate::credentials::responses::{in_minutes, issued, job, refused};
use crate::credentials::script;

const CONFIG: &str = ".config/cph/config.toml";
const INI: &str = ".huaweicloud/credentials";
const KOOCLI: &str = ".hcloud/config.json";

fn write(home: &Path, name: &str, text: &str) {
    let path = home.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    set_mode(&path, 0o600);
}

fn koocli(current: &str) -> String {
    let profile = |name: &str, key: &str| {
        format!(r#"{{"name":"{name}","region":"r-1","projectId":"p","accessKeyId":"{key}","secretAccessKey":"s"}}"#)
    };
    format!(r#"{{"current":"{current}","profiles":[{},{}]}}"#, profile("a", "old"), profile("b", "new"))
}

/// Refuses `old` and takes everything else. At the first refusal the files change.
fn service(home: &Path, change: fn(&Path, &str)) -> Faulty {
    let home = PathBuf::from(home);
    Faulty::start(by(move |request, _| {
        let url = format!("http://{}", request.header("host").unwrap());
        let old = request.header("x-auth-token") == Some("old")
            || request.header("authorization").is_some_and(|header| header.contains("Access=old,"));
        if !old {
            return job(request);
        }
        change(&home, &url);
        refused("decrypt token fail")
    }))
}

struct Row {
    what: &'static str,
    before: fn(&Path, &str),
    change: fn(&Path, &str),
    call: fn(Cph) -> Cph,
    /// Whether what is found then is used.
    used: bool,
}

fn profile(home: &Path, url: &str, lines: &str) {
    write(home, CONFIG, &format!("default_profile='a'\n[profiles.a]\nendpoint='{url}'\n{lines}\n"));
}

fn old(home: &Path, url: &str) {
    profile(home, url, "token='old'");
}

const ROWS: &[Row] = &[
    Row {
        what: "another value in the same place",
        before: old,
        change: |home, url| profile(home, url, "token='new'"),
        call: |call| call,
        used: true,
    },
    Row {
        what: "another kind in the same place",
        before: old,
        change: |home, url| profile(home, url, "access_key='new'\nsecret_key='s'"),
        call: |call| call,
        used: true,
    },
    Row {
        what: "the file is gone, and another tool has a token",
        before: old,
        change: |home, _| drop(fs::remove_file(home.join(CONFIG))),
        call: |call| call.env("HW_AUTH_TOKEN", "new").env("HW_REGION_NAME", "r-1"),
        used: false,
    },
    Row {
        what: "the token is gone from the profile, and another tool has one",
        before: old,
        change: |home, url| profile(home, url, ""),
        call: |call| call.env("HW_AUTH_TOKEN", "new").env("HW_REGION_NAME", "r-1"),
        used: false,
    },
    Row {
        what: "the file is gone, and nothing else is there",
        before: old,
        change: |home, _| drop(fs::remove_file(home.join(CONFIG))),
        call: |call| call,
        used: false,
    },
    Row {
        what: "the file is no TOML now",
        before: old,
        change: |home, _| write(home, CONFIG, "token = "),
        call: |call| call,
        used: false,
    },
    Row {
        what: "another profile is the default",
        before: old,
        change: |home, url| {
            let text = format!(
                "default_profile='b'\n[profiles.a]\nendpoint='{url}'\ntoken='old'\n\
                 [profiles.b]\nendpoint='{url}'\ntoken='new'\n"
            );
            write(home, CONFIG, &text);
        },
        call: |call| call,
        used: false,
    },
    Row {
        what: "the same profile, for another endpoint",
        before: old,
        change: |home, _| profile(home, "https://cph.private.example", "token='new'"),
        call: |call| call,
        used: false,
    },
    Row {
        what: "the same profile, for another IAM endpoint",
        before: old,
        change: |home, url| profile(home, url, "token='new'\niam_endpoint='https://iam.private.example'"),
        call: |call| call,
        used: false,
    },
    Row {
        what: "the same profile, for another region",
        before: |home, url| profile(home, url, "token='old'\nregion='r-1'"),
        change: |home, _| write(home, CONFIG, "default_profile='a'\n[profiles.a]\nregion='r-2'\ntoken='new'\n"),
        call: |call| call,
        used: false,
    },
    Row {
        what: "the same profile, which names a program now",
        before: old,
        change: |home, url| profile(home, url, "credential_command=['/bin/echo', '{\"token\":\"new\"}']"),
        call: |call| call,
        used: false,
    },
    Row {
        what: "another tool's file has other keys",
        before: |home, _| write(home, INI, "[basic]\nak=old\nsk=s\n"),
        change: |home, _| write(home, INI, "[basic]\nak=new\nsk=s\n"),
        call: |call| call,
        used: true,
    },
    Row {
        what: "another tool's file is gone, and a third tool has keys",
        before: |home, _| {
            write(home, INI, "[basic]\nak=old\nsk=s\n");
            write(home, KOOCLI, &koocli("b"));
        },
        change: |home, _| drop(fs::remove_file(home.join(INI))),
        call: |call| call.env("CPH_REGION", "r-1"),
        used: false,
    },
    Row {
        what: "another tool's file names another profile",
        before: |home, _| write(home, KOOCLI, &koocli("a")),
        change: |home, _| write(home, KOOCLI, &koocli("b")),
        call: |call| call,
        used: false,
    },
    Row {
        what: "a stronger place has a credential now",
        before: |home, _| write(home, INI, "[basic]\nak=old\nsk=s\n"),
        change: |home, url| profile(home, url, "token='new'"),
        call: |call| call,
        used: false,
    },
];

#[test]
fn only_the_same_place_for_the_same_endpoints_counts() {
    for row in ROWS {
        let home = tempfile::tempdir().unwrap();
        let service = service(home.path(), row.change);
        (row.before)(home.path(), &service.url());
        let call = (row.call)(cph(["job", "show", "-q", "j"]).env("HOME", home.path()));
        // The profile names the endpoint itself; other tools' places have none.
        let call = if home.path().join(CONFIG).exists() { call } else { call.env("CPH_ENDPOINT", service.url()) };
        let run = call.env("CPH_PROJECT_ID", PROJECT_ID).run();
        let expected = if row.used { (0, 2) } else { (4, 1) };
        assert_eq!((run.exit(), service.requests().len()), expected, "{}: {run}", row.what);
        assert!(row.used || run.stderr.contains("decrypt token fail"), "{}: {run}", row.what);
    }
}

/// A changed password ends the token: the next login is with the new one, if its source has it by then.
#[test]
fn a_changed_password_is_read_again() {
    let login = |password: &str| format!("username='u'\npassword='{password}'\ndomain_name='d'");
    let printed = |password: &str| format!(r#"{{"username":"u","password":"{password}","domain_name":"d"}}"#);
    // Of the source after the refusal; with the old password it is one login more.
    for (by_program, then, second) in [
        (false, Some("new-password"), "new-password"),
        (true, Some("new-password"), "new-password"),
        (false, Some("old-password"), "old-password"),
        (false, None, "old-password"),
        (true, None, "old-password"),
    ] {
        let home = tempfile::tempdir().unwrap();
        let answer = home.path().join("answer.json");
        let program = format!("credential_command=['cat', '{}']", answer.display());
        let folder = home.path().to_owned();
        let service = Faulty::start(by(move |request, _| {
            let url = format!("http://{}", request.header("host").unwrap());
            if request.is_login() {
                let first = request.body().contains("old-password") && !folder.join("changed").exists();
                return issued(if first { "first" } else { "second" }, &in_minutes(60));
            }
            if request.header("x-auth-token") == Some("second") {
                return job(request);
            }
            write(&folder, "changed", "");
            match then {
                Some(password) if by_program => fs::write(folder.join("answer.json"), printed(password)).unwrap(),
                Some(password) => profile(&folder, &url, &login(password)),
                None => fs::remove_file(folder.join(if by_program { "answer.json" } else { CONFIG })).unwrap(),
            }
            refused("decrypt token fail")
        }));
        fs::write(&answer, printed("old-password")).unwrap();
        profile(home.path(), &service.url(), &if by_program { program } else { login("old-password") });
        let call = cph(["job", "show", "-q", "j"]).env("HOME", home.path()).env("CPH_REGION", "r-1");
        let run = call.env("CPH_IAM_ENDPOINT", service.url()).run();
        let what = format!("{by_program} {then:?}: {run}");
        assert_eq!((run.exit(), service.logins_and_looks()), (0, (2, 2)), "{what}");
        let logins: Vec<_> = service.requests().into_iter().filter(Request::is_login).collect();
        assert!(logins[1].body().contains(second), "{what}");
    }
}

#[test]
fn a_program_or_an_agency_that_is_gone_leaves_the_refusal() {
    for second in ["exit 1", "rm \"$0\"; kill -9 $$", "echo '{}'", "echo"] {
        let service = Faulty::start(by(|_, _| refused("decrypt token fail")));
        let folder = tempfile::tempdir().unwrap();
        let first = "test -e \"$0.n\" || { touch \"$0.n\"; echo '{\"token\":\"old\"}'; exit 0; }";
        let program = script(folder.path(), "vault", &format!("{first}\n{second}"));
        let run = cph(["job", "show", "-q", "a", "b"])
            .at(&service.url())
            .config(&format!("default_profile='v'\n[profiles.v]\ncredential_command=['{program}']\n"))
            .run();
        assert_eq!((run.exit(), service.requests().len()), (4, 1), "{second}: {run}");
        assert!(run.stderr.contains("decrypt token fail"), "{second}: {run}");
    }
    let service = Faulty::start(by(|request, number| match request.line() {
        line if line.starts_with("PUT") || line.starts_with("GET /openstack") => {
            if number < 2 {
                forward()
            } else {
                send(json(404, ""))
            }
        }
        _ => refused("decrypt token fail"),
    }));
    let run = cph(["job", "show", "-q", "a", "b"])
        .at(&service.url())
        .env("CPH_METADATA_ENDPOINT", service.url())
        .config("default_profile='e'\n[profiles.e]\ncredentials='ecs'\n")
        .run();
    assert_eq!((run.exit(), service.logins_and_looks()), (4, (0, 1)), "{run}");
    assert!(run.stderr.contains("decrypt token fail"), "{run}");
}
