//! The config file, the order of settings, and `cph config`.

use snapbox::str;

use crate::common::{Cph, cph, shows, simulator};

const SECRET: &str = "file-secret-key-0123456789";

/// A call whose config file is `cph.toml` in its own folder, so that transcripts are the same everywhere.
fn with(content: &str, arguments: &[&str]) -> Cph {
    cph(arguments).file("cph.toml", content).env("CPH_CONFIG", "cph.toml")
}

const GOOD: &str = r#"default_profile = "ci"

[profiles.ci]
region = "cn-north-4"
project_id = "0dd8cb413000906a2fcdc019b5a84546"
access_key = "FILEACCESSKEY0123456"
secret_key = "file-secret-key-0123456789"

[profiles.lab]
region = "ap-southeast-1"
endpoint = "https://cph.example:8443"
token = "lab-token-0123456789"
"#;

#[test]
fn an_empty_flag_is_told_as_such() {
    for flag in ["--region", "--project-id"] {
        let run = cph(["config", flag, ""]).run();
        let name = flag.trim_start_matches('-').replace('-', "_");
        let message = format!("cph: error[config_invalid]: {name} (from {flag}): it is empty\nhint: fix the setting");
        assert!(run.exit() == 3 && run.stderr.starts_with(&message), "{run}");
    }
}

#[test]
fn every_setting_and_its_source() {
    shows(
        with(GOOD, &["config"]).run().shown(),
        str![[r#"
config_file         cph.toml                                  CPH_CONFIG
profile             ci                                        default_profile in cph.toml
region              cn-north-4                                profile ci in cph.toml
project_id          0dd8cb413000906a2fcdc019b5a84546          profile ci in cph.toml
endpoint            https://cph.cn-north-4.myhuaweicloud.com  from the region
iam_endpoint        https://iam.cn-north-4.myhuaweicloud.com  from the region
access_key          (set)                                     profile ci in cph.toml
secret_key          (set)                                     profile ci in cph.toml
security_token      -
token               -
username            -
password            -
domain_name         -
credential_command  -
credentials         -
token_cache         on                                        built-in
[exit status: 0]

"#]],
    );
    shows(
        with(GOOD, &["config", "--profile", "lab"]).run().shown(),
        str![[r#"
config_file         cph.toml                  CPH_CONFIG
profile             lab                       --profile
region              ap-southeast-1            profile lab in cph.toml
project_id          -
endpoint            https://cph.example:8443  profile lab in cph.toml
iam_endpoint        -
access_key          -
secret_key          -
security_token      -
token               (set)                     profile lab in cph.toml
username            -
password            -
domain_name         -
credential_command  -
credentials         -
token_cache         on                        built-in
[exit status: 0]

"#]],
    );
    let run = with(GOOD, &["config", "--region", "eu-west-101"]).env("CPH_TOKEN", "environment-token").run();
    shows(
        run.shown(),
        str![[r#"
config_file         cph.toml                                  CPH_CONFIG
profile             ci                                        default_profile in cph.toml
region              eu-west-101                               --region
project_id          0dd8cb413000906a2fcdc019b5a84546          profile ci in cph.toml
endpoint            https://cph.eu-west-101.myhuaweicloud.eu  from the region
iam_endpoint        https://iam.eu-west-101.myhuaweicloud.eu  from the region
access_key          -
secret_key          -
security_token      -
token               (set)                                     CPH_TOKEN
username            -
password            -
domain_name         -
credential_command  -
credentials         -
token_cache         on                                        built-in
[exit status: 0]

"#]],
    );
    shows(
        cph(["config"]).env("CPH_CONFIG", "absent.toml").run().shown(),
        str![[r#"
config_file         absent.toml  CPH_CONFIG, no such file
profile             -
region              -
project_id          -
endpoint            -
iam_endpoint        -
access_key          -
secret_key          -
security_token      -
token               -
username            -
password            -
domain_name         -
credential_command  -
credentials         -
token_cache         on           built-in
[exit status: 0]

"#]],
    );
}

#[test]
fn the_same_as_json() {
    shows(
        with(GOOD, &["config", "-o", "json"]).env("CPH_REGION", "cn-south-1").run().shown(),
        str![[r#"
{
  "schema_version": 1,
  "exit_code": 0,
  "settings": [
    {
      "name": "config_file",
      "value": "cph.toml",
      "source": "CPH_CONFIG"
    },
    {
      "name": "profile",
      "value": "ci",
      "source": "default_profile in cph.toml"
    },
    {
      "name": "region",
      "value": "cn-south-1",
      "source": "CPH_REGION"
    },
    {
      "name": "project_id",
      "value": "0dd8cb413000906a2fcdc019b5a84546",
      "source": "profile ci in cph.toml"
    },
    {
      "name": "endpoint",
      "value": "https://cph.cn-south-1.myhuaweicloud.com",
      "source": "from the region"
    },
    {
      "name": "iam_endpoint",
      "value": "https://iam.cn-south-1.myhuaweicloud.com",
      "source": "from the region"
    },
    {
      "name": "access_key",
      "value": "(set)",
      "source": "profile ci in cph.toml"
    },
    {
      "name": "secret_key",
      "value": "(set)",
      "source": "profile ci in cph.toml"
    },
    {
      "name": "security_token",
      "value": null,
      "source": null
    },
    {
      "name": "token",
      "value": null,
      "source": null
    },
    {
      "name": "username",
      "value": null,
      "source": null
    },
    {
      "name": "password",
      "value": null,
      "source": null
    },
    {
      "name": "domain_name",
      "value": null,
      "source": null
    },
    {
      "name": "credential_command",
      "value": null,
      "source": null
    },
    {
      "name": "credentials",
      "value": null,
      "source": null
    },
    {
      "name": "token_cache",
      "value": "on",
      "source": "built-in"
    }
  ],
  "config_file_found": true,
  "error": null
}
[exit status: 0]

"#]],
    );
    shows(
        with("x = 1", &["config", "-o", "json"]).run().shown(),
        str![[r#"
{
  "schema_version": 1,
  "exit_code": 3,
  "settings": [],
  "config_file_found": null,
  "error": {
    "code": "config_invalid",
    "message": "config file cph.toml:1:1: unknown key x",
    "hint": "known keys: default_profile, profiles",
    "retryable": false,
    "http_status": null,
    "service_code": null,
    "service_request_id": null
  }
}
------- stderr -------
cph: error[config_invalid]: config file cph.toml:1:1: unknown key x
hint: known keys: default_profile, profiles
[exit status: 3]

"#]],
    );
}

#[test]
fn a_file_that_cannot_be_meant_is_refused_with_line_and_column() {
    let rows = [
        "[profiles.ci]\nregoin = \"cn-north-4\"\n",
        "[profiles.ci]\ncolour = \"red\"\n",
        "defualt_profile = \"ci\"\n",
        "[profiles.ci]\n  region = 4\n",
        "[profiles.ci]\nregion = [\"cn-north-4\"]\n",
        "profiles = \"ci\"\n",
        "[profiles]\nci = \"cn-north-4\"\n",
        "[profiles.ci]\nsecret_key = \"file-secret-key-0123456789\n",
        "[profiles.ci]\nsecret_key = file-secret-key-0123456789\n",
        "[profiles.ci]\nregion = \"a\"\nregion = \"b\"\n",
        "just words\n",
    ];
    let mut all = String::new();
    for content in rows {
        let run = with(content, &["config"]).run();
        assert_eq!(run.exit(), 3, "{content}: {run}");
        assert!(!run.to_string().contains(&SECRET[..12]), "{run}");
        all.push_str(&run.stderr);
        let show = with(content, &["job", "show", "sim-ok"]).run();
        assert_eq!((show.exit(), &show.stderr), (3, &run.stderr), "{content}");
        let json = with(content, &["job", "show", "-o", "json", "sim-ok"]).run().json();
        assert_eq!((&json["error"]["code"], &json["jobs"][0]["status"]), (&"config_invalid".into(), &"unknown".into()));
    }
    shows(
        all,
        str![[r#"
cph: error[config_invalid]: config file cph.toml:2:1: unknown key regoin
hint: did you mean region?
cph: error[config_invalid]: config file cph.toml:2:1: unknown key colour
hint: known keys: region, project_id, endpoint, iam_endpoint, access_key, secret_key, security_token, token, username, password, domain_name, credential_command, credentials
cph: error[config_invalid]: config file cph.toml:1:1: unknown key defualt_profile
hint: did you mean default_profile?
cph: error[config_invalid]: config file cph.toml:2:12: region must be a string, not an integer
hint: fix the setting named above, then try again
cph: error[config_invalid]: config file cph.toml:2:10: region must be a string, not an array
hint: fix the setting named above, then try again
cph: error[config_invalid]: config file cph.toml:1:12: profiles must be a table, not a string
hint: fix the setting named above, then try again
cph: error[config_invalid]: config file cph.toml:2:6: ci must be a table, not a string
hint: fix the setting named above, then try again
cph: error[config_invalid]: config file cph.toml:2:41: invalid basic string, expected `"`
hint: fix the setting named above, then try again
cph: error[config_invalid]: config file cph.toml:2:14: invalid boolean, expected `false`
hint: fix the setting named above, then try again
cph: error[config_invalid]: config file cph.toml:3:1: duplicate key
hint: fix the setting named above, then try again
cph: error[config_invalid]: config file cph.toml:1:6: key with no value, expected `=`
hint: fix the setting named above, then try again

"#]],
    );
}

#[test]
fn one_slash_at_the_end_of_an_endpoint_is_fine() {
    for name in ["CPH_ENDPOINT", "CPH_IAM_ENDPOINT"] {
        let config = |endpoint: &str| cph(["config"]).env(name, endpoint).run();
        let run = config("https://cph.example:8443/");
        assert!(run.exit() == 0 && run.stdout.contains(" https://cph.example:8443 "), "{run}");
        let run = config("https://user:password-0123456789@cph.example//");
        assert_eq!(run.exit(), 3, "{run}");
        assert!(run.stderr.contains("it is 'https://…@cph.example//'") && !run.stderr.contains("password"), "{run}");
        let service = if name == "CPH_ENDPOINT" { "cph" } else { "iam" };
        let example = format!("hint: for example https://{service}.cn-north-4.myhuaweicloud.com");
        assert!(run.stderr.contains(&example), "{run}");
    }
}

#[test]
fn a_value_that_cannot_be_sent_is_refused() {
    let rows = [
        "region = \"CN-NORTH-4\"",
        "region = \"cn-north-4.evil.example/\"",
        "project_id = \"../x\"",
        "endpoint = \"http://cph.example\"",
        "endpoint = \"https://user:file-secret-key-0123456789@cph.example\"",
        "endpoint = \"https://cph.example/v1\"",
        "endpoint = \"http://127.0.0.1@evil.example\"",
        "token = \"file-secret-key-0123456789\\nX-Evil: 1\"",
        "token = \"file-secret-key-0123456789 中\"",
    ];
    let mut all = String::new();
    for line in rows {
        let run = with(&format!("[profiles.ci]\n{line}\n"), &["config", "--profile", "ci"]).run();
        assert_eq!(run.exit(), 3, "{line}: {run}");
        assert!(!run.to_string().contains(&SECRET[..12]), "{run}");
        all.push_str(&run.stderr);
    }
    shows(
        all,
        str![[r#"
cph: error[config_invalid]: region (from profile ci in cph.toml): only a-z, 0-9 and -, at most 64 of them
hint: fix the setting named above, then try again
cph: error[config_invalid]: region (from profile ci in cph.toml): only a-z, 0-9 and -, at most 64 of them
hint: fix the setting named above, then try again
cph: error[config_invalid]: project_id (from profile ci in cph.toml): only A-Z, a-z, 0-9, _ and -, at most 64 of them
hint: fix the setting named above, then try again
cph: error[config_invalid]: endpoint (from profile ci in cph.toml) must be https://; http:// is only for loopback (127.0.0.1, ::1, localhost): it is 'http://cph.example'
hint: for example https://cph.cn-north-4.myhuaweicloud.com
cph: error[config_invalid]: endpoint (from profile ci in cph.toml) must be scheme://host[:port] and nothing more: it is 'https://…@cph.example'
hint: for example https://cph.cn-north-4.myhuaweicloud.com
cph: error[config_invalid]: endpoint (from profile ci in cph.toml) must be scheme://host[:port] and nothing more: it is 'https://cph.example/v1'
hint: for example https://cph.cn-north-4.myhuaweicloud.com
cph: error[config_invalid]: endpoint (from profile ci in cph.toml) must be scheme://host[:port] and nothing more: it is 'http://…@evil.example'
hint: for example https://cph.cn-north-4.myhuaweicloud.com
cph: error[config_invalid]: token (from profile ci in cph.toml): only visible ASCII characters
hint: fix the setting named above, then try again
cph: error[config_invalid]: token (from profile ci in cph.toml): only visible ASCII characters
hint: fix the setting named above, then try again

"#]],
    );
}

#[test]
fn a_file_of_windows_is_read() {
    let run = with(&format!("\u{feff}{}", GOOD.replace('\n', "\r\n")), &["config", "-o", "json"]).run();
    assert_eq!((run.exit(), run.stderr.as_str()), (0, ""), "{run}");
    assert!(run.stdout.contains("cn-north-4"), "{run}");
    let run = with("\u{feff}[profiles.ci]\r\nregion = 4\r\n", &["config"]).run();
    assert!(run.stderr.contains("config file cph.toml:2:10: region must be a string, not an integer"), "{run}");
}

#[test]
fn an_unknown_profile_is_refused_from_each_source() {
    shows(
        with(GOOD, &["config", "--profile", "cl"]).run().shown(),
        str![[r#"
------- stderr -------
cph: error[config_invalid]: no profile 'cl' (from --profile) in config file cph.toml
hint: it has: ci, lab
[exit status: 3]

"#]],
    );
    shows(
        with(GOOD, &["config"]).env("CPH_PROFILE", "\u{1b}x").run().shown(),
        str![[r#"
------- stderr -------
cph: error[config_invalid]: no profile '\u{1b}x' (from CPH_PROFILE) in config file cph.toml
hint: it has: ci, lab
[exit status: 3]

"#]],
    );
    shows(
        with("default_profile = \"ci\"", &["config"]).run().shown(),
        str![[r#"
------- stderr -------
cph: error[config_invalid]: no profile 'ci' (from default_profile in cph.toml) in config file cph.toml
hint: the file has no profiles
[exit status: 3]

"#]],
    );
    shows(
        cph(["config", "--profile", "ci"]).env("CPH_CONFIG", "absent.toml").run().shown(),
        str![[r#"
------- stderr -------
cph: error[config_invalid]: no profile 'ci' (from --profile): there is no config file absent.toml
hint: cph auth login --profile ci writes one; CPH_CONFIG names another
[exit status: 3]

"#]],
    );
}

#[test]
fn a_missing_file_is_said_to_be_missing() {
    let found = |call: Cph| call.run().json()["config_file_found"].clone();
    let config = ["config", "-o", "json"];
    assert_eq!(found(cph(config)), false);
    assert_eq!(found(cph(config).env("CPH_CONFIG", "file/config.toml").file("file", "")), false);
    assert_eq!(found(with("", &config)), true, "an empty file is one");
    let run = cph(["config"]).run();
    assert!(run.stdout.lines().next().unwrap().ends_with("config.toml  built-in, no such file"), "{run}");
    for arguments in [&["job", "show", "a"][..], &["auth", "status"], &["auth", "logout"]] {
        let run = cph(arguments).env("CPH_PROFILE", "ci").run();
        assert_eq!(run.exit(), 3, "{run}");
        assert!(run.stderr.contains("no profile 'ci' (from CPH_PROFILE): there is no config file "), "{run}");
        assert!(!run.stderr.contains("the file"), "{run}");
    }
}

#[cfg(unix)]
#[test]
fn bytes_that_are_no_text_have_a_place_too() {
    let call = with("", &["config"]);
    let path = call.home().join("cph.toml");
    std::fs::write(path, b"[profiles.ci]\nregion = \"\xc3\xa4\xe4\"\n").unwrap();
    let run = call.run();
    assert_eq!(run.exit(), 3, "{run}");
    assert!(run.stderr.starts_with("cph: error[config_invalid]: config file cph.toml:2:12: not UTF-8\n"), "{run}");
}

#[test]
fn a_folder_in_its_place_is_no_empty_file() {
    let run = cph(["config"]).file("cph.toml/x", "").env("CPH_CONFIG", "cph.toml").run();
    assert_eq!(run.exit(), 3, "{run}");
    assert!(run.stderr.starts_with("cph: error[config_invalid]: config file cph.toml: "), "{run}");
}

#[test]
fn flag_then_variable_then_profile() {
    let value = |run: &crate::common::Run, name: &str| {
        let json = run.json();
        let row = json["settings"].as_array().unwrap().iter().find(|row| row["name"] == name).unwrap().clone();
        (row["value"].as_str().map(str::to_owned), row["source"].as_str().map(str::to_owned))
    };
    let some = |text: &str| Some(text.to_owned());
    let json = ["config", "-o", "json"];
    let flags = ["config", "-o", "json", "--region", "cn-east-3", "--project-id", "p-flag"];
    let file = with(GOOD, &json).run();
    assert_eq!(value(&file, "region"), (some("cn-north-4"), some("profile ci in cph.toml")));
    let variable = with(GOOD, &json).env("CPH_REGION", "cn-south-1").env("CPH_PROJECT_ID", "p-variable").run();
    assert_eq!(value(&variable, "region"), (some("cn-south-1"), some("CPH_REGION")));
    assert_eq!(value(&variable, "project_id").0, some("p-variable"));
    let flag = with(GOOD, &flags).env("CPH_REGION", "cn-south-1").run();
    assert_eq!(value(&flag, "region"), (some("cn-east-3"), some("--region")));
    assert_eq!(value(&flag, "project_id"), (some("p-flag"), some("--project-id")));
    let empty = with(GOOD, &json).env("CPH_REGION", "").env("CPH_TOKEN", "").run();
    assert_eq!(empty.stdout, file.stdout, "an empty variable counts as unset");
    let endpoint =
        with(GOOD, &["config", "-o", "json", "--profile", "lab"]).env("CPH_ENDPOINT", "https://a.example").run();
    assert_eq!(value(&endpoint, "endpoint"), (some("https://a.example"), some("CPH_ENDPOINT")));
    let chosen = with(GOOD, &json).env("CPH_PROFILE", "lab").run();
    assert_eq!(value(&chosen, "profile"), (some("lab"), some("CPH_PROFILE")));
    assert_eq!(value(&file, "profile").0, some("ci"), "default_profile");
    let none = with(&GOOD.replace("default_profile = \"ci\"", ""), &json).run();
    assert_eq!(value(&none, "profile"), (None, None), "without default_profile none is chosen");
    assert_eq!(value(&none, "region"), (None, None));
}

#[test]
fn the_file_is_where_users_of_the_platform_look_for_it() {
    let server = simulator();
    let keys = |region: &str| {
        format!(
            "default_profile = 'x'\n[profiles.x]\nregion = '{region}'\naccess_key = '{}'\nsecret_key = '{}'\n",
            cph::simulator::ACCESS_KEY,
            cph::simulator::SECRET_KEY
        )
    };
    let run = cph(["job", "show", "-q", "sim-fail"]).at(&server.url()).config(&keys("a")).run();
    assert_eq!(run.exit(), 1, "{run}");
    if cfg!(unix) {
        let call = cph(["config"]).config(&keys("home")).file("xdg/cph/config.toml", &keys("from-xdg"));
        let xdg = call.home().join("xdg");
        let run = call.env("XDG_CONFIG_HOME", xdg).run();
        assert!(run.stdout.contains("from-xdg"), "{run}");
        let run = cph(["config"]).config(&keys("from-home")).env("XDG_CONFIG_HOME", "relative").run();
        assert!(run.stdout.contains("from-home"), "{run}");
        let call = cph(["config"]);
        let home = call.home();
        let run = call.no_env("HOME").env("XDG_CONFIG_HOME", home).run();
        assert_eq!(run.exit(), 0, "{run}");
    }
}

#[cfg(unix)]
mod modes {
    use super::*;
    use crate::common::set_mode;

    fn run(mode: u32, arguments: &[&str], content: &str) -> crate::common::Run {
        let call = with(content, arguments);
        set_mode(&call.home().join("cph.toml"), mode);
        call.run()
    }

    #[test]
    fn writable_by_others_is_refused() {
        shows(
            run(0o660, &["config"], GOOD).shown(),
            str![[r#"
------- stderr -------
cph: error[config_invalid]: config file cph.toml: mode 0660: other users may change it, so it can't be trusted
hint: chmod 600 cph.toml
[exit status: 3]

"#]],
        );
        for mode in [0o620, 0o602, 0o666] {
            assert_eq!(run(mode, &["config"], "").exit(), 3, "{mode:o}");
        }
        assert_eq!(run(0o620, &["job", "show", "sim-ok"], GOOD).exit(), 3);
    }

    #[test]
    fn readable_by_others_while_it_holds_a_secret_is_a_warning() {
        let readable = run(0o640, &["config", "--profile", "lab"], GOOD);
        let warning = "config file cph.toml holds a secret, and other users may read it (mode 0640); chmod 600 it";
        assert_eq!((readable.exit(), readable.stderr.as_str()), (0, format!("cph: warning: {warning}\n").as_str()));
        assert_eq!(readable.stdout, run(0o600, &["config", "--profile", "lab"], GOOD).stdout);
        let without = run(0o644, &["config"], "[profiles.x]\nregion = 'a'\n");
        assert_eq!((without.exit(), without.stderr.as_str()), (0, ""), "{without}");
        assert_eq!(run(0o400, &["config"], GOOD).stderr, "");
    }

    #[test]
    fn a_link_is_followed() {
        let call = with(GOOD, &["config"]);
        let (home, link) = (call.home(), "link.toml");
        std::os::unix::fs::symlink(home.join("cph.toml"), home.join(link)).unwrap();
        let run = call.env("CPH_CONFIG", link).run();
        assert!(run.exit() == 0 && run.stdout.contains("profile ci in link.toml"), "{run}");
    }
}

#[test]
fn no_secret_is_ever_shown() {
    for arguments in [&["config"][..], &["config", "-o", "json"], &["config", "--profile", "lab", "-vv"]] {
        let run = with(GOOD, arguments)
            .env("CPH_SECURITY_TOKEN", "environment-security-token")
            .env("CPH_ACCESS_KEY", "ENVIRONMENTACCESSKEY")
            .env("CPH_SECRET_KEY", "environment-secret-key")
            .env("CPH_METADATA_ENDPOINT", "http://user:metadata-password@127.0.0.1")
            .run();
        for secret in ["file-secret", "FILEACCESS", "lab-token", "environment-s", "ENVIRONMENTA", "metadata-pass"] {
            assert!(!run.to_string().contains(secret), "{secret}: {run}");
        }
        assert!(run.stdout.contains("(set)"), "{run}");
    }
}

#[test]
fn a_proxy_is_shown_with_the_variable_that_counts() {
    let source = |name: &str, variables: &[&str]| {
        let set = |call: Cph, variable: &&str| call.env(variable, "http://user:proxy-password@proxy:1");
        let run = variables.iter().fold(cph(["config"]), set).run();
        assert!(!run.to_string().contains("proxy-password") || name == "no_proxy", "{run}");
        let row = run.stdout.lines().find(|row| row.split(' ').next() == Some(name)).map(str::to_owned);
        row.and_then(|row| row.split_whitespace().next_back().map(str::to_owned))
    };
    for (name, upper) in [("https_proxy", "HTTPS_PROXY"), ("all_proxy", "ALL_PROXY"), ("no_proxy", "NO_PROXY")] {
        assert_eq!(source(name, &[]), None);
        assert_eq!(source(name, &[upper]).as_deref(), Some(upper));
        // Names of variables are the same in both cases on Windows.
        #[cfg(unix)]
        for (variables, shown) in [(&[name][..], name), (&[name, upper], upper)] {
            assert_eq!(source(name, variables).as_deref(), Some(shown), "{variables:?}");
        }
    }
}

#[test]
fn an_invalid_proxy_is_an_error_and_is_not_printed() {
    for (name, value) in [
        ("HTTPS_PROXY", "http://user:proxy-password@127.0.0.1:x"),
        ("https_proxy", "http://user:proxy-password@127.0.0.1:99999"),
        ("ALL_PROXY", "ftp://user:proxy-password@127.0.0.1:9"),
    ] {
        let call = cph(["job", "show", "a"]).env("CPH_TOKEN", "t").env("CPH_PROJECT_ID", "p");
        let run = call.env("CPH_REGION", "cn-north-4").env(name, value).run();
        assert_eq!(run.exit(), 3, "{run}");
        assert!(run.stderr.contains(&format!("{name} does not hold the URL of a proxy")), "{run}");
        assert!(!run.to_string().contains("proxy-password"), "{run}");
    }
}

#[test]
fn the_token_cache_knows_one_word() {
    for (word, exit) in [("off", 0), ("", 0), ("no", 3), ("OFF", 3)] {
        let run = cph(["config"]).env("CPH_TOKEN_CACHE", word).run();
        assert_eq!(run.exit(), exit, "{word}: {run}");
    }
}
