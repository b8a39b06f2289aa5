//! `cph auth logout` forgets, and names the credential that is still used.

use std::fs;

use cph::simulator::{ACCESS_KEY, SECRET_KEY, TOKEN};

use crate::common::{cph, set_mode, simulator};
use crate::credentials::terminal::Terminal;
use crate::credentials::{mode, towards, with_password};

const FILE: &str = "# mine\ndefault_profile = \"ci\"\n\n\
    [profiles.ci]\nregion = \"simulator-1\" # where\ntoken = \"t\"\n\n\
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
    assert!(run.stderr.contains("removed 1 cached token") && !run.stderr.contains("still"), "{run}");
    assert!(!run.stderr.contains("temporary"), "{run}");
    assert_eq!(fs::read_to_string(&file).unwrap(), FILE.replace("token = \"t\"\n", ""));
    assert!(fs::symlink_metadata(&file).unwrap().is_symlink());
    assert_eq!((kept(), mode(&home.path().join("real.toml"))), (0, 0o600));
    // Again: nothing to do is fine.
    let run = at_home(&["auth", "logout"]).run();
    assert!(run.exit() == 0 && run.stderr.contains("profile ci has no credential"), "{run}");
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
    assert!(run.exit() == 0 && run.stderr.contains("still in use: token from CPH_TOKEN"), "{run}");
    let run = cph(["auth", "logout"]).config(FILE).env("HUAWEICLOUD_SDK_AK", "a").env("HUAWEICLOUD_SDK_SK", "s").run();
    assert!(run.stderr.contains("still in use: access key from HUAWEICLOUD_SDK_AK"), "{run}");
    let run = cph(["auth", "logout"]).env("CPH_TOKEN", TOKEN).run();
    assert!(run.exit() == 0 && run.stderr.contains("no profile is chosen") && run.stderr.contains("still"), "{run}");
    let run = cph(["auth", "logout"]).run();
    assert_eq!(run.exit(), 0, "{run}");
}

#[test]
fn what_cannot_be_removed_is_an_error_and_the_rest_goes() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".cache/cph");
    fs::create_dir_all(folder.join("token-a.json")).unwrap();
    set_mode(&folder, 0o700);
    let logout = || cph(["auth", "logout"]).env("HOME", home.path()).run();
    for name in ["token-b.json", "project-a.json", ".new-a1B2c3"] {
        fs::write(folder.join(name), "a secret").unwrap();
    }
    let run = logout();
    assert_eq!((run.exit(), fs::read_dir(&folder).unwrap().count()), (3, 1), "{run}");
    assert!(run.stderr.contains("/.cache/cph/token-a.json: ") && !run.stderr.contains("cached token"), "{run}");
    fs::remove_dir(folder.join("token-a.json")).unwrap();
    assert_eq!(logout().exit(), 0);
    // A folder that is not this user's is not looked into.
    fs::rename(&folder, home.path().join("elsewhere")).unwrap();
    fs::write(home.path().join("elsewhere/token-b.json"), "").unwrap();
    std::os::unix::fs::symlink("../elsewhere", &folder).unwrap();
    let run = logout();
    assert_eq!((run.exit(), home.path().join("elsewhere/token-b.json").exists()), (3, true), "{run}");
    assert!(run.stderr.contains("/.cache/cph: not a folder of this user"), "{run}");
}

/// What a killed run leaves has a token or a whole config file in it.
#[test]
fn what_killed_runs_left_half_written_goes_at_logout_and_at_the_next_login() {
    let server = simulator();
    let home = tempfile::tempdir().unwrap();
    let at_home = |arguments: &[&str]| towards(cph(arguments), &server.url()).env("HOME", home.path());
    let (cache, config) = (home.path().join(".cache/cph"), home.path().join(".config/cph"));
    for folder in [&cache, &config] {
        fs::create_dir_all(folder).unwrap();
        set_mode(folder, 0o700);
    }
    let (token, file) = (cache.join(".new-a1B2c3"), config.join(".cph-config-unfinished-a1B2c3"));
    let leave = || {
        for path in [&token, &file] {
            fs::write(path, "half a secret").unwrap();
            set_mode(path, 0o600);
        }
    };
    leave();
    let run = at_home(&["auth", "logout"]).run();
    assert_eq!((run.exit(), token.exists(), file.exists()), (0, false, false), "{run}");
    assert!(run.stderr.contains("removed 2 temporary files of killed runs"), "{run}");
    let again = at_home(&["auth", "logout"]).run();
    assert!(!again.stderr.contains("half written"), "{again}");
    // A login by a password; and one that is writing just now keeps what it has.
    leave();
    let writing = cache.join(".new-b1B2c3");
    fs::write(&writing, "half").unwrap();
    let writer = fs::File::options().write(true).open(&writing).unwrap();
    writer.lock().unwrap();
    let run = with_password(at_home(&["job", "show", "-q", "sim-ok"])).run();
    assert_eq!((run.exit(), token.exists(), writing.exists()), (0, false, true), "{run}");
    // Not by a drop: a process that another test starts just now holds the open file until it has its own program.
    writer.unlock().unwrap();
    // Earlier runs kept what this one would not.
    let run = at_home(&["auth", "logout"]).env("CPH_TOKEN_CACHE", "off").run();
    assert_eq!((run.exit(), writing.exists(), file.exists()), (0, false, false), "{run}");
    assert!(run.stderr.contains("removed 1 cached token"), "{run}");
    // The other login, by a person.
    leave();
    let url = server.url();
    let endpoints = [("CPH_ENDPOINT", url.as_str()), ("CPH_IAM_ENDPOINT", &url)];
    let mut terminal = Terminal::start(home.path(), &["auth", "login"], &endpoints);
    terminal.answer("Region: ", cph::simulator::REGION);
    terminal.answer("Kind [1]: ", "3");
    terminal.secret("Token (not shown): ", TOKEN);
    let (exit, screen) = terminal.end();
    assert_eq!((exit, token.exists(), file.exists()), (Ok(0), false, false), "{screen}");
}

/// Killed at any moment: whatever is left then, logout removes it.
#[test]
fn after_a_kill_at_any_moment_logout_leaves_no_token() {
    let server = simulator();
    let home = tempfile::tempdir().unwrap();
    let at_home = |arguments: &[&str]| towards(cph(arguments), &server.url()).env("HOME", home.path());
    for delay in 0..12 {
        let (mut child, _own) = with_password(at_home(&["job", "show", "-q", "sim-ok"])).start();
        std::thread::sleep(std::time::Duration::from_millis(2 + 2 * delay));
        let _ = child.kill();
        child.wait().unwrap();
    }
    assert_eq!(at_home(&["auth", "logout"]).run().exit(), 0);
    for entry in fs::read_dir(home.path().join(".cache/cph")).into_iter().flatten().flatten() {
        let bytes = fs::read(entry.path()).unwrap();
        assert!(bytes.is_empty(), "{} is left", entry.path().display());
    }
}
