//! One whole credential from one place, and how often a wrong one is shown to the service.

use cph::simulator::{ACCESS_KEY, SECRET_KEY, TOKEN};
use snapbox::str;

use crate::common::server::{Faulty, Reply, always, by, json, send};
use crate::common::{Cph, cph, shows, simulator};

fn show(endpoint: &str) -> Cph {
    cph(["job", "show", "-q", "sim-fail"]).at(endpoint)
}

/// The job failed, as somebody who got in learns.
fn failed() -> Reply {
    send(json(200, r#"{"job_id":"sim-fail","status":-1}"#))
}

/// The gateway's refusal.
fn refused() -> Reply {
    send(json(401, r#"{"error_msg":"verify signature fail","error_code":"APIGW.0301","request_id":"r-1"}"#))
}

#[test]
fn each_kind_gets_in() {
    let server = simulator();
    let keys = show(&server.url()).env("CPH_ACCESS_KEY", ACCESS_KEY).env("CPH_SECRET_KEY", SECRET_KEY).run();
    let token = show(&server.url()).env("CPH_TOKEN", TOKEN).run();
    let profile = format!("[profiles.p]\naccess_key = \"{ACCESS_KEY}\"\nsecret_key = \"{SECRET_KEY}\"\n");
    let file = show(&server.url()).config(&profile).env("CPH_PROFILE", "p").run();
    for run in [keys, token, file] {
        assert_eq!((run.exit(), run.stderr.as_str()), (1, ""), "{run}");
    }
}

#[test]
fn the_login_that_is_missing_is_that_of_the_profile() {
    for (name, login) in [
        // Without its name, a login would write the profile that `default_profile` names.
        ("default", "cph auth login --profile default;"),
        ("lab", "cph auth login --profile lab;"),
        ("a b", "cph auth login --profile 'a b';"),
        ("it's", r"cph auth login --profile 'it'\''s';"),
        ("-x", "cph auth login --profile=-x;"),
    ] {
        let config = format!("[profiles.\"{name}\"]\nendpoint = \"http://127.0.0.1:9\"\n");
        let run = cph(["job", "show", "a", &format!("--profile={name}")]).config(&config).run();
        assert!(run.exit() == 4 && run.stderr.contains(&format!("hint: log in with: {login} or try")), "{run}");
    }
}

#[test]
fn nothing_half_or_doubled_is_used() {
    let at = "http://127.0.0.1:9";
    let show = || cph(["job", "show", "sim-ok"]).at(at).env("CPH_CONFIG", "cph.toml");
    shows(
        show().run().shown(),
        str![[r#"
------- stderr -------
cph: error[auth_missing]: no credential found in CPH_* variables, cph.toml (no profile chosen), HUAWEICLOUD_SDK_*, HW_*, ~/.huaweicloud/credentials and ~/.hcloud/config.json
hint: log in with: cph auth login; or try without an account: cph simulator -- cph job show sim-ok
[exit status: 4]

"#]],
    );
    shows(
        show().env("CPH_ACCESS_KEY", "a").run().shown(),
        str![[r#"
------- stderr -------
cph: error[config_invalid]: the environment holds half a credential: CPH_ACCESS_KEY without CPH_SECRET_KEY
hint: a credential is taken from one place only, so set the rest there too
[exit status: 3]

"#]],
    );
    shows(
        show().env("CPH_SECURITY_TOKEN", "t").run().shown(),
        str![[r#"
------- stderr -------
cph: error[config_invalid]: the environment holds half a credential: CPH_SECURITY_TOKEN without CPH_ACCESS_KEY
hint: a credential is taken from one place only, so set the rest there too
[exit status: 3]

"#]],
    );
    shows(
        show().env("CPH_TOKEN", "t").env("CPH_SECRET_KEY", "s").run().shown(),
        str![[r#"
------- stderr -------
cph: error[config_invalid]: the environment holds 2 credentials: token (CPH_TOKEN) and access key (CPH_SECRET_KEY)
hint: keep only one of them
[exit status: 3]

"#]],
    );
    let half = "default_profile = 'p'\n[profiles.p]\nsecret_key = 's'\n";
    shows(
        show().file("cph.toml", half).run().shown(),
        str![[r#"
------- stderr -------
cph: error[config_invalid]: profile p in cph.toml holds half a credential: secret_key without access_key
hint: a credential is taken from one place only, so set the rest there too
[exit status: 3]

"#]],
    );
    let doubled = "default_profile = 'p'\n[profiles.p]\ntoken = 't'\naccess_key = 'a'\nsecret_key = 's'\n";
    shows(
        show().file("cph.toml", doubled).run().shown(),
        str![[r#"
------- stderr -------
cph: error[config_invalid]: profile p in cph.toml holds 2 credentials: token (token) and access key (access_key, secret_key)
hint: keep only one of them
[exit status: 3]

"#]],
    );
}

#[test]
fn a_half_is_never_completed_from_another_place() {
    let server = simulator();
    let profile =
        format!("default_profile = 'p'\n[profiles.p]\naccess_key = '{ACCESS_KEY}'\nsecret_key = '{SECRET_KEY}'\n");
    let run = show(&server.url()).config(&profile).env("CPH_ACCESS_KEY", ACCESS_KEY).run();
    assert_eq!(run.exit(), 3, "{run}");
}

#[test]
fn the_command_lines_profile_outranks_variables_and_the_variables_does_not() {
    let server = simulator();
    let profile = format!("[profiles.good]\ntoken = '{TOKEN}'\n[profiles.bad]\ntoken = 'not-a-token'\n");
    let flag = |name: &'static str| cph(["job", "show", "-q", "--profile", name, "sim-fail"]).at(&server.url());
    assert_eq!(flag("good").config(&profile).env("CPH_TOKEN", "not-a-token").run().exit(), 1);
    assert_eq!(flag("bad").config(&profile).env("CPH_TOKEN", TOKEN).run().exit(), 4);
    let variable = |name| show(&server.url()).config(&profile).env("CPH_PROFILE", name);
    assert_eq!(variable("bad").env("CPH_TOKEN", TOKEN).run().exit(), 1);
    assert_eq!(variable("good").env("CPH_TOKEN", "not-a-token").run().exit(), 4);
    assert_eq!(variable("good").run().exit(), 1, "alone it counts");
    let by_default = format!("default_profile = 'good'\n{profile}");
    assert_eq!(show(&server.url()).config(&by_default).env("CPH_TOKEN", "not-a-token").run().exit(), 4);
    let no_credential = "[profiles.p]\nregion = 'a'\n";
    let run = cph(["job", "show", "-q", "--profile", "p", "sim-fail"]).at(&server.url()).config(no_credential);
    assert_eq!(run.env("CPH_TOKEN", TOKEN).run().exit(), 1, "a profile that holds none leaves the variables'");
}

#[test]
fn a_security_token_is_sent_and_signed() {
    let server = Faulty::start(always(failed()));
    let keys = |call: Cph| call.env("CPH_ACCESS_KEY", "A").env("CPH_SECRET_KEY", "S");
    assert_eq!(keys(show(&server.url())).env("CPH_SECURITY_TOKEN", "sts-1").run().exit(), 1);
    let head = server.all_text().to_ascii_lowercase();
    assert!(head.contains("\r\nx-security-token: sts-1\r\n"), "{head}");
    assert!(head.contains("signedheaders=host;x-project-id;x-sdk-date;x-security-token"), "{head}");
}

#[test]
fn a_wrong_secret_key_is_shown_to_the_service_once_however_many_ids_there_are() {
    let ids: Vec<String> = (0..50).map(|number| format!("job-{number}")).collect();
    let arguments = ["job", "show"].map(str::to_owned).into_iter().chain(ids);
    let refusing = Faulty::start(always(refused()));
    let keys = |call: Cph| call.env("CPH_ACCESS_KEY", ACCESS_KEY).env("CPH_SECRET_KEY", "wrong-secret-key");
    let run = keys(cph(arguments.clone()).at(&refusing.url())).run();
    assert_eq!((run.exit(), refusing.requests().len()), (4, 1), "{run}");
    assert_eq!(run.stdout.matches("auth_rejected").count(), 50, "{run}");
    assert_eq!(run.stderr.matches("cph: error[auth_rejected]").count(), 1, "{run}");
    let server = simulator();
    let run = keys(cph(arguments.chain(["-v".to_owned()])).at(&server.url())).run();
    assert_eq!((run.exit(), run.stderr.matches("cph: GET ").count()), (4, 1), "{run}");
}

#[test]
fn a_token_that_was_changed_meanwhile_is_used_once_more() {
    let call = show("http://127.0.0.1:9");
    let path = call.home().join("cph.toml");
    let changed = path.clone();
    let server = Faulty::start(by(move |_, number| {
        if number > 0 {
            return failed();
        }
        std::fs::write(&changed, "[profiles.p]\ntoken = 'new-token'\n").unwrap();
        refused()
    }));
    let run = call
        .file("cph.toml", "[profiles.p]\ntoken = 'old-token'\n")
        .env("CPH_CONFIG", &path)
        .env("CPH_PROFILE", "p")
        .env("CPH_ENDPOINT", server.url())
        .run();
    let tokens: Vec<_> =
        server.requests().iter().map(|request| request.header("x-auth-token").unwrap().to_owned()).collect();
    assert_eq!((run.exit(), tokens), (1, vec!["old-token".to_owned(), "new-token".to_owned()]), "{run}");
}

#[test]
fn without_region_and_endpoint_it_says_what_to_set() {
    let call = cph(["job", "show", "sim-ok"]).env("CPH_TOKEN", "t").env("CPH_CONFIG", "cph.toml");
    shows(
        call.run().shown(),
        str![[r#"
------- stderr -------
cph: error[config_invalid]: no region, so no endpoint to ask
hint: name it with --region, CPH_REGION or region in the profile, such as cn-north-4
[exit status: 3]

"#]],
    );
}
