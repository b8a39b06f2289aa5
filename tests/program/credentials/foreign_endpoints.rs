//! No credential for a stranger: what belongs to another tool serves that tool's credential only, and IAM is never
//! guessed for an endpoint that is not Huawei Cloud's.

use cph::simulator::{ACCESS_KEY, PROJECT_ID, SECRET_KEY, TOKEN};

use crate::common::server::{Faulty, always, stall};
use crate::common::{Cph, cph, simulator};
use crate::credentials::{on, with_keys, with_password};

const STRANGE: &str = "00000000000000000000000000bad001";

/// Endpoints and projects of every other tool, all wrong.
fn strange(call: Cph, url: &str) -> Cph {
    let ini = format!("[basic]\nproject_id = {STRANGE}\niam_endpoint = {url}\n");
    let koocli = format!(r#"{{"profiles":[{{"name":"default","region":"bad-1","projectId":"{STRANGE}"}}]}}"#);
    call.env("HUAWEICLOUD_SDK_PROJECT_ID", STRANGE)
        .env("HUAWEICLOUD_SDK_IAM_ENDPOINT", url)
        .env("HUAWEICLOUD_SDK_REGION_CPH_SIMULATOR_1", url)
        .env("HW_PROJECT_ID", STRANGE)
        .env("HW_AUTH_URL", format!("{url}/v3"))
        .env("HW_REGION_NAME", "bad-1")
        .env("HW_CLOUD", "bad.example")
        .file(".huaweicloud/credentials", &ini)
        .file(".hcloud/config.json", &koocli)
}

#[test]
fn another_tools_places_never_serve_our_credential() {
    let server = simulator();
    let stranger = Faulty::start(always(stall()));
    for put in [
        with_keys as fn(Cph) -> Cph,
        with_password,
        |call| call.env("CPH_TOKEN", TOKEN),
        |call| call.config(&format!("default_profile = 'p'\n[profiles.p]\ntoken = '{TOKEN}'\n")),
    ] {
        let run = put(strange(on(&server, ["job", "show", "-q", "sim-ok"]), &stranger.url())).run();
        assert_eq!((run.exit(), run.stderr.as_str()), (0, ""), "{run}");
        let status = put(strange(on(&server, ["auth", "status", "-o", "json"]), &stranger.url())).run();
        assert_eq!(status.json()["auth"]["project_id"], PROJECT_ID, "{status}");
    }
    assert_eq!(stranger.requests().len(), 0);
}

/// Of the other tools, too, each has its own.
#[test]
fn another_tools_places_never_serve_a_third_tools_credential() {
    let belongings = |call: Cph| {
        let config = call.run().json();
        let value = |name: &str| {
            let rows = config["settings"].as_array().unwrap();
            let row = rows.iter().find(|row| row["name"] == name).unwrap();
            row["source"]
                .as_str()
                .unwrap_or("-")
                .rsplit_once('/')
                .map_or_else(|| row["source"].as_str().unwrap_or("-").to_owned(), |(_, file)| file.to_owned())
        };
        ["region", "project_id", "endpoint", "iam_endpoint"].map(value)
    };
    let config = || strange(cph(["config", "-o", "json"]), "https://bad.example");
    let sdk = config().env("CPH_REGION", "simulator-1").env("HUAWEICLOUD_SDK_AK", "a").env("HUAWEICLOUD_SDK_SK", "s");
    assert_eq!(
        belongings(sdk),
        [
            "CPH_REGION",
            "HUAWEICLOUD_SDK_PROJECT_ID",
            "HUAWEICLOUD_SDK_REGION_CPH_SIMULATOR_1",
            "HUAWEICLOUD_SDK_IAM_ENDPOINT"
        ]
    );
    let terraform = config().env("HW_AUTH_TOKEN", "t");
    assert_eq!(belongings(terraform), ["HW_REGION_NAME", "HW_PROJECT_ID", "HW_CLOUD", "HW_AUTH_URL"]);
    let ini = config().env("CPH_REGION", "simulator-1").file(
        ".huaweicloud/credentials",
        &format!("[basic]\nak = a\nsk = s\nproject_id = {STRANGE}\niam_endpoint = https://i.example\n"),
    );
    assert_eq!(belongings(ini), ["CPH_REGION", "credentials", "from the region", "credentials"]);
    let koocli = config().file(".huaweicloud/credentials", "").file(
        ".hcloud/config.json",
        r#"{"profiles":[{"name":"default","region":"simulator-1","projectId":"p",
            "accessKeyId":"a","secretAccessKey":"s"}]}"#,
    );
    assert_eq!(belongings(koocli), ["config.json", "config.json", "from the region", "from the region"]);
}

#[test]
fn iam_is_never_guessed_for_a_stranger() {
    let stranger = |call: Cph| call.env("CPH_ENDPOINT", "https://cph.partner.example").env("CPH_REGION", "r-1");
    let show = || stranger(cph(["job", "show", "sim-ok"])).env("HTTPS_PROXY", "http://127.0.0.1:9");
    // Whatever needs IAM is refused here and now.
    for call in [
        with_password(show()),
        with_password(show()).env("CPH_PROJECT_ID", "p"),
        with_keys(show()),
        show().env("CPH_TOKEN", TOKEN),
    ] {
        let run = call.run();
        assert_eq!(run.exit(), 3, "{run}");
        assert!(run.stderr.contains("IAM is needed") && run.stderr.contains("CPH_IAM_ENDPOINT"), "{run}");
    }
    // Lookalikes are strangers, too.
    for endpoint in
        ["https://myhuaweicloud.com", "https://cph.myhuaweicloud.com.evil.example", "https://xmyhuaweicloud.com"]
    {
        let run = with_keys(show()).env("CPH_ENDPOINT", endpoint).run();
        assert_eq!(run.exit(), 3, "{endpoint}: {run}");
    }
    // The SDK's endpoint of its own makes no exception.
    let run = cph(["job", "show", "sim-ok"])
        .env("CPH_REGION", "r-1")
        .env("HUAWEICLOUD_SDK_AK", ACCESS_KEY)
        .env("HUAWEICLOUD_SDK_SK", SECRET_KEY)
        .env("HUAWEICLOUD_SDK_REGION_CPH_R_1", " https://cph.partner.example,https://other.example")
        .run();
    assert_eq!(run.exit(), 3, "{run}");
    assert!(run.stderr.contains("https://cph.partner.example is not Huawei Cloud"), "{run}");
    // What needs no IAM is asked: nobody is there.
    let run = with_keys(show()).env("CPH_PROJECT_ID", "p").env("CPH_ENDPOINT", "https://127.0.0.1:9").run();
    assert_eq!(run.exit(), 6, "{run}");
}
