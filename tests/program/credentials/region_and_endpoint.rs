//! A region that is given now and an endpoint that stands in a weaker place.

use crate::common::server::{Faulty, always, stall};
use crate::common::{Cph, Run, cph};

const TOKEN: &str = "token='t'\nproject_id='p'\n";

fn config(call: Cph, lines: &str) -> Cph {
    call.config(&format!("default_profile='p'\n[profiles.p]\n{TOKEN}{lines}"))
}

/// The two endpoints that count, and where they come from.
fn endpoints(run: &Run) -> [String; 4] {
    let rows = run.json()["settings"].clone();
    let cell = |name: &str, cell: &str| {
        let row = rows.as_array().unwrap().iter().find(|row| row["name"] == name).unwrap().clone();
        row[cell].as_str().unwrap_or("-").split(" in /").next().unwrap().to_owned()
    };
    [("endpoint", "value"), ("endpoint", "source"), ("iam_endpoint", "value"), ("iam_endpoint", "source")]
        .map(|(name, part)| cell(name, part))
}

#[test]
fn a_huawei_host_of_another_region_gives_way() {
    let lines = "region='r-1'\nendpoint='https://cph.r-1.myhuaweicloud.com'\n\
                 iam_endpoint='https://iam.r-1.myhuaweicloud.com'\n";
    let own = [
        "https://cph.r-2.myhuaweicloud.com",
        "from the region",
        "https://iam.r-2.myhuaweicloud.com",
        "from the region",
    ];
    let flag = config(cph(["config", "-o", "json", "--region", "r-2"]), lines).run();
    assert_eq!(endpoints(&flag), own, "{flag}");
    let variable = config(cph(["config", "-o", "json"]), lines).env("CPH_REGION", "r-2").run();
    assert_eq!(endpoints(&variable), own, "{variable}");
    let terraform = |call: Cph| {
        call.env("HW_AUTH_TOKEN", "t")
            .env("HW_REGION_NAME", "r-1")
            .env("HW_AUTH_URL", "https://iam.r-1.myhuaweicloud.com/v3")
    };
    let run = terraform(cph(["config", "-o", "json", "--region", "r-2"])).run();
    assert_eq!(endpoints(&run), own, "{run}");
    let run = terraform(cph(["config", "-o", "json"])).run();
    assert_eq!(endpoints(&run)[2..], ["https://iam.r-1.myhuaweicloud.com", "HW_AUTH_URL"], "{run}");
    let ini = cph(["config", "-o", "json", "--region", "r-2"])
        .file(".huaweicloud/credentials", "[basic]\nak=a\nsk=s\niam_endpoint=https://iam.r-1.myhuaweicloud.com\n")
        .run();
    assert_eq!(endpoints(&ini), own, "{ini}");
    // The domain of Terraform's is one for all regions.
    let cloud =
        terraform(cph(["config", "-o", "json", "--region", "r-2"])).env("HW_CLOUD", "c.example").env("HW_AUTH_URL", "");
    let cloud = cloud.run();
    assert_eq!(
        endpoints(&cloud),
        ["https://cph.r-2.c.example", "HW_CLOUD", "https://iam.r-2.c.example", "HW_CLOUD"],
        "{cloud}"
    );
}

/// Neither asked for another region's jobs nor left for Huawei Cloud.
#[test]
fn a_private_endpoint_of_another_region_is_an_error_before_anything_is_sent() {
    let proxy = Faulty::start(always(stall()));
    for (key, lines) in [
        ("endpoint", "region='r-1'\nendpoint='https://cph.private.example'\n"),
        ("iam_endpoint", "region='r-1'\niam_endpoint='https://cph.private.example'\n"),
    ] {
        for arguments in [&["job", "show", "j", "--region", "r-2"][..], &["auth", "status", "--region", "r-2"]] {
            let run = config(cph(arguments), lines).env("HTTPS_PROXY", proxy.url()).run();
            assert_eq!(run.exit(), 3, "{run}");
            for words in
                ["r-2 (from --region)", key, "https://cph.private.example (from profile p in ", "r-1", "hint: "]
            {
                assert!(run.stderr.contains(words), "{words}: {run}");
            }
        }
        // The same region, none at home, or an endpoint that is chosen now.
        let same = config(cph(["config", "-o", "json", "--region", "r-1"]), lines).run();
        assert_eq!(same.exit(), 0, "{same}");
        let none = config(cph(["config", "-o", "json", "--region", "r-2"]), &lines.replace("region='r-1'\n", "")).run();
        assert!(endpoints(&none).contains(&"https://cph.private.example".to_owned()), "{none}");
        let variable = if key == "endpoint" { "CPH_ENDPOINT" } else { "CPH_IAM_ENDPOINT" };
        let now =
            config(cph(["config", "-o", "json", "--region", "r-2"]), lines).env(variable, "https://now.example").run();
        assert!(endpoints(&now).contains(&"https://now.example".to_owned()), "{now}");
    }
    assert_eq!(proxy.connections(), 0);
}
