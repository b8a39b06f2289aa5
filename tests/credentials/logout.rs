//! `cph auth logout` forgets, and says what still signs in.

use std::fs;

use cph::simulator::{ACCESS_KEY, SECRET_KEY, TOKEN};

use crate::common::{cph, set_mode, simulator};
use crate::{mode, towards, with_password};

const FILE: &str = "# mine\ndefault_profile = \"ci\"\n\n[profiles.ci]\nregion = \"simulator-1\" # where\ntoken = \"t\"\n\n\
    [profiles.b]\naccess_key = \"k\"\nsecret_key = \"s\"\n";

#[test]
fn the_secrets_and_the_kept_tokens_go() {
    let server = simulator();
    let home = tempfile::tempdir().unwrap();
    let at_home = |arguments: &[&str]| towards(cph(arguments), &server.url()).env("HOME", home.path());
    assert_eq!(with_password(at_home(&["job", "show", "-q", "sim-ok"])).run().exit(), 0);
    let keys = at_home(&["job", "show", "-q", "sim-ok"]).env("CPH_ACCESS_KEY", ACCESS_KEY);
    assert_eq!(keys.env("CPH_SECRET_KEY", SECRET_KEY).run().exit(), 0);
    let kept = || {
        let names = fs::read_dir(home.path().join(".cache/cph")).unwrap().map(|entry| entry.unwrap().file_name());
        names.filter(|name| name.to_str().unwrap().ends_with(".json")).count()
    };
    assert_eq!(kept(), 2, "a token and a project");
    let file = home.path().join(".config/cph/config.toml");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(home.path().join("real.toml"), FILE).unwrap();
    set_mode(&home.path().join("real.toml"), 0o600);
    std::os::unix::fs::symlink("../../real.toml", &file).unwrap();
    let run = at_home(&["auth", "logout"]).run();
    assert_eq!((run.exit(), run.stdout.as_str()), (0, ""), "{run}");
    assert!(run.stderr.contains("removed the credential of profile ci from "), "{run}");
    assert!(run.stderr.contains("removed 1 kept token") && !run.stderr.contains("still"), "{run}");
    assert_eq!(fs::read_to_string(&file).unwrap(), FILE.replace("token = \"t\"\n", ""));
    assert!(fs::symlink_metadata(&file).unwrap().is_symlink());
    assert_eq!((kept(), mode(&home.path().join("real.toml"))), (0, 0o600));
    // Again: nothing to do is fine.
    let run = at_home(&["auth", "logout"]).run();
    assert!(run.exit() == 0 && run.stderr.contains("profile ci holds no credential"), "{run}");
    let status = at_home(&["auth", "status"]).run();
    assert_eq!(status.exit(), 4, "{status}");
    let other = at_home(&["auth", "logout", "--profile", "b"]).run();
    assert_eq!(other.exit(), 0, "{other}");
    assert!(!fs::read_to_string(&file).unwrap().contains("secret_key"));
    let unknown = at_home(&["auth", "logout", "--profile", "none"]).run();
    assert_eq!(unknown.exit(), 3, "{unknown}");
}

#[test]
fn what_still_signs_in_is_said() {
    let run = cph(["auth", "logout"]).config(FILE).env("CPH_TOKEN", TOKEN).run();
    assert!(run.exit() == 0 && run.stderr.contains("still signed in by the token from CPH_TOKEN"), "{run}");
    let run = cph(["auth", "logout"]).config(FILE).env("HUAWEICLOUD_SDK_AK", "a").env("HUAWEICLOUD_SDK_SK", "s").run();
    assert!(run.stderr.contains("still signed in by the access key from HUAWEICLOUD_SDK_AK"), "{run}");
    let run = cph(["auth", "logout"]).env("CPH_TOKEN", TOKEN).run();
    assert!(run.exit() == 0 && run.stderr.contains("no profile is chosen") && run.stderr.contains("still"), "{run}");
    let run = cph(["auth", "logout"]).run();
    assert_eq!(run.exit(), 0, "{run}");
}
