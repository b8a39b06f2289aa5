//! No secret, nor 12 characters of one, in anything that is written.

use cph::simulator::{ACCESS_KEY, SECRET_KEY, TOKEN};

use crate::common::server::{Faulty, by, json, send};
use crate::common::{Cph, Run, cph, simulator};

const SECURITY_TOKEN: &str = "security-token-abcdefghijklmnopqrstuvwxyz";
const IDS: [&str; 13] = [
    "sim-ok",
    "sim-fail",
    "sim-running",
    "sim-404",
    "sim-401",
    "sim-403",
    "sim-503",
    "sim-html",
    "sim-status-7",
    "sim-wrong-job",
    "sim-empty",
    "sim-escape",
    "sim-cjk",
];

fn no_secret_in(run: &Run) {
    let written = run.to_string();
    for secret in [SECRET_KEY, TOKEN, SECURITY_TOKEN, ACCESS_KEY] {
        for start in 0..=secret.len() - 12 {
            let part = &secret[start..start + 12];
            assert!(!written.contains(part), "{part}: {run}");
        }
    }
    let lower = written.to_ascii_lowercase();
    for header in ["signature=", "x-auth-token:", "authorization:", "sdk-hmac-sha256 "] {
        assert!(!lower.contains(header), "{header}: {run}");
    }
}

fn noisy(call: Cph) -> Run {
    call.env("RUST_LOG", "trace").env("RUST_BACKTRACE", "full").env("CPH_LOG", "trace").run()
}

fn keys(call: Cph) -> Cph {
    call.env("CPH_ACCESS_KEY", ACCESS_KEY).env("CPH_SECRET_KEY", SECRET_KEY)
}

#[test]
fn at_any_verbosity_for_any_answer() {
    std::thread::scope(|scope| {
        for id in IDS {
            scope.spawn(move || {
                let server = simulator();
                for form in ["table", "json"] {
                    let show = || cph(["job", "show", "-vv", "-o", form, id]).at(&server.url());
                    no_secret_in(&noisy(keys(show())));
                    no_secret_in(&noisy(keys(show()).env("CPH_SECURITY_TOKEN", SECURITY_TOKEN)));
                    no_secret_in(&noisy(show().env("CPH_TOKEN", TOKEN)));
                    if id == "sim-503" {
                        break; // Its retries take seconds.
                    }
                }
            });
        }
    });
}

#[test]
fn when_the_service_echoes_all_that_it_was_sent() {
    for status in [200, 302, 400, 401, 403, 404] {
        let server = Faulty::start(by(move |request, _| {
            let head = serde_json::Value::from(request.text()).to_string();
            let body = format!("{{\"error_code\":\"APIGW.0301\",\"error_msg\":{head},\"request_id\":{head}}}");
            send(json(status, body))
        }));
        let show = || cph(["job", "show", "-vv", "-o", "json", "sim-ok"]).at(&server.url());
        for run in [
            noisy(keys(show())),
            noisy(keys(show()).env("CPH_SECURITY_TOKEN", SECURITY_TOKEN)),
            noisy(show().env("CPH_TOKEN", TOKEN)),
        ] {
            // The scheme's name is no secret, and the echo has it; what follows it is.
            let written = run.to_string();
            for secret in [SECRET_KEY, TOKEN, SECURITY_TOKEN] {
                for start in 0..=secret.len() - 12 {
                    assert!(!written.contains(&secret[start..start + 12]), "{status}: {run}");
                }
            }
            for echoed in server.all_text().split("Signature=").skip(1).filter_map(|rest| rest.get(..12)) {
                assert!(!written.contains(echoed), "{status}: a signature: {run}");
            }
        }
    }
}

#[test]
fn when_a_setting_is_broken() {
    let run = |call: Cph| no_secret_in(&noisy(call));
    let config = |content: String| cph(["job", "show", "-vv", "sim-ok"]).config(&content).env("CPH_PROFILE", "p");
    run(config(format!("[profiles.p]\ntoken = \"{TOKEN}\n")));
    run(config(format!("[profiles.p]\ntoken = {TOKEN}\n")));
    run(config(format!("[profiles.p]\ntoken = [\"{TOKEN}\"]\n")));
    run(config(format!("[profiles.p]\ntoken = \"{TOKEN}\\n\"\n")));
    run(config(format!("[profiles.p]\nendpoint = \"https://u:{TOKEN}@x.example\"\n")));
    run(config(format!("[profiles.p]\nsecret_key = \"{SECRET_KEY}\"\n")));
    let show = || cph(["job", "show", "-vv", "sim-ok"]).at("http://127.0.0.1:9");
    run(show().env("CPH_TOKEN", format!("{TOKEN}\n")));
    run(show().env("CPH_TOKEN", format!("{TOKEN}é")));
    run(show().env("CPH_SECRET_KEY", SECRET_KEY));
    run(show().env("CPH_TOKEN", TOKEN).env("CPH_ENDPOINT", format!("https://u:{TOKEN}@x.example")));
    run(show().env("CPH_TOKEN", TOKEN).env("CPH_ENDPOINT", format!("https://{}", "x".repeat(300))));
    run(keys(show()));
    run(keys(cph(["config", "-vv", "-o", "json"])));
    run(keys(cph(["explain", "-vv", "CPS.0005"])));
}

#[test]
fn in_the_password_of_a_proxy() {
    for scheme in ["http", "socks5", "nonsense"] {
        let proxy = format!("{scheme}://user:{TOKEN}@127.0.0.1:9");
        let show = cph(["job", "show", "-vv", "sim-ok"]).at("https://cph.invalid");
        let run = noisy(show.env("CPH_TOKEN", "t").env("HTTPS_PROXY", &proxy).env("ALL_PROXY", &proxy));
        assert!([3, 6].contains(&run.exit()), "{run}");
        no_secret_in(&run);
    }
}
