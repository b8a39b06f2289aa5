//! The token on disk: private, whole, bound to whom it belongs to, and never needed.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::common::server::{Faulty, by};
use crate::common::{CPH, Cph, Run, cph, program, set_mode};
use crate::credentials::responses::{in_minutes, issued, job, refused};
use crate::credentials::{mode, towards, with_password};

/// A home whose cache holds a good token, and the service that gave it.
pub(crate) struct Home {
    folder: TempDir,
    service: Faulty,
}

impl Home {
    pub(crate) fn new() -> Self {
        let home = Self::empty();
        assert_eq!(home.show().exit(), 0);
        assert_eq!(home.logins(), 1);
        home
    }

    fn empty() -> Self {
        let service = Faulty::start(by(|request, number| {
            if request.is_login() { issued(&format!("token-{number}"), &in_minutes(60)) } else { job(request) }
        }));
        Self { folder: tempfile::tempdir().unwrap(), service }
    }

    fn call(&self) -> Cph {
        self.calls(&["job", "show", "-q", "j"])
    }

    /// With this home and this service.
    pub(crate) fn calls(&self, arguments: &[&str]) -> Cph {
        with_password(towards(cph(arguments), &self.service.url())).env("HOME", self.folder.path())
    }

    pub(crate) fn show(&self) -> Run {
        self.call().run()
    }

    pub(crate) fn logins(&self) -> usize {
        self.service.logins_and_looks().0
    }

    fn cache(&self) -> PathBuf {
        self.folder.path().join(".cache/cph")
    }

    /// The one kept token.
    pub(crate) fn file(&self) -> PathBuf {
        let names = fs::read_dir(self.cache()).unwrap().map(|entry| entry.unwrap().path());
        let files: Vec<_> = names.filter(|path| path.extension().is_some_and(|e| e == "json")).collect();
        assert_eq!(files.len(), 1, "{files:?}");
        files[0].clone()
    }

    /// Changes one field of what is kept.
    fn change(&self, field: &str, value: &str) {
        let mut kept: serde_json::Value = serde_json::from_slice(&fs::read(self.file()).unwrap()).unwrap();
        assert!(kept[field].is_string(), "{kept}");
        kept[field] = value.into();
        fs::write(self.file(), kept.to_string()).unwrap();
    }
}

/// One more login, exit 0, so many warnings, and whether the next run finds a token again.
#[track_caller]
fn heals(home: &Home, warnings: usize, healed: bool) {
    let before = home.logins();
    let run = home.show();
    assert_eq!(run.exit(), 0, "{run}");
    assert_eq!(run.stderr.lines().count(), warnings, "{run}");
    assert_eq!(run.stderr.matches("cph: warning: cannot cache the token").count(), warnings, "{run}");
    assert_eq!(home.logins() - before, 1, "{run}");
    let run = home.show();
    assert_eq!((run.exit(), home.logins() - before), (0, if healed { 1 } else { 2 }), "{run}");
}

fn root() -> bool {
    rustix::process::geteuid().is_root()
}

#[test]
fn it_is_private_under_any_umask() {
    for umask in ["000", "022", "077", "777"] {
        let home = Home::empty();
        if umask == "777" {
            // Else not even the user may enter what is made above it.
            std::os::unix::fs::DirBuilderExt::mode(&mut fs::DirBuilder::new(), 0o700)
                .create(home.folder.path().join(".cache"))
                .unwrap();
        }
        for _ in 0..2 {
            let run = with_password(towards(
                program("/bin/sh", ["-c", &format!("umask {umask}; exec \"$0\" job show -q j"), CPH]),
                &home.service.url(),
            ));
            let run = run.env("HOME", home.folder.path()).run();
            assert_eq!((run.exit(), run.stderr.as_str()), (0, ""), "umask {umask}: {run}");
        }
        assert_eq!(home.logins(), 1, "umask {umask}");
        assert_eq!(mode(&home.folder.path().join(".cache")) & 0o077, 0, "umask {umask}");
        assert_eq!(mode(&home.cache()), 0o700, "umask {umask}");
        let entries = fs::read_dir(home.cache()).unwrap().map(|entry| entry.unwrap().path());
        for path in entries {
            assert_eq!(mode(&path), 0o600, "umask {umask}: {}", path.display());
        }
    }
}

#[test]
fn only_the_issued_token_is_in_it() {
    let home = Home::new();
    let kept = fs::read_to_string(home.file()).unwrap();
    assert!(kept.contains("token-0") && !kept.contains(cph::simulator::PASSWORD), "{kept}");
    let names: Vec<_> = fs::read_dir(home.cache()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(names.iter().all(|name| !name.to_str().unwrap().contains("simulator")), "{names:?}");
}

#[test]
fn a_good_one_is_used_and_others_make_no_other() {
    let home = Home::new();
    assert_eq!((home.show().exit(), home.logins()), (0, 1));
    // Another account, user, project, IAM endpoint: another token.
    let others: [fn(Cph) -> Cph; 4] = [
        |call| call.env("CPH_USERNAME", "other"),
        |call| call.env("CPH_DOMAIN_NAME", "other"),
        |call| call.env("CPH_PROJECT_ID", "other"),
        |call| call.env("CPH_REGION", "other-1"),
    ];
    for (number, change) in others.iter().enumerate() {
        assert_eq!((change(home.call()).run().exit(), home.logins()), (0, number + 2));
    }
    let elsewhere = Home { folder: home.folder, service: Home::empty().service };
    assert_eq!((elsewhere.show().exit(), elsewhere.logins()), (0, 1), "of another IAM");
}

#[test]
fn damaged_it_is_a_miss_and_written_anew() {
    let home = Home::new();
    let whole = fs::read(home.file()).unwrap();
    for damaged in [
        &b""[..],
        &whole[..whole.len() / 2],
        &whole[..whole.len() - 1],
        b"\xff\xfe\x00",
        b"null",
        b"[]",
        b"{}",
        &[whole.clone(), whole.clone()].concat(),
        &[b'['; 200_000],
        &vec![b' '; 2 << 20],
    ] {
        fs::write(home.file(), damaged).unwrap();
        heals(&home, 0, true);
    }
    for (field, value) in [
        ("token", ""),
        ("token", "a b"),
        ("token", "a\r\nX-Evil: 1"),
        ("project_id", "../../x"),
        ("project_id", "a?b"),
        ("expires_at", "soon"),
        ("expires_at", "2001-01-01T00:00:00Z"),
        ("expires_at", "-009999-01-02T01:59:59Z"),
        ("iam_endpoint", "https://iam.example"),
        ("account", "name other"),
        ("user", "name other"),
        ("project", "name other"),
    ] {
        home.change(field, value);
        heals(&home, 0, true);
    }
    set_mode(&home.file(), 0o640);
    heals(&home, 0, true);
    let elsewhere = home.folder.path().join("elsewhere");
    fs::rename(home.file(), &elsewhere).unwrap();
    let link = home.cache().join("x");
    symlink(&elsewhere, &link).unwrap();
    heals(&home, 0, true);
}

#[test]
fn a_moved_one_is_a_miss() {
    let home = Home::new();
    let mine = fs::read(home.file()).unwrap();
    // Another user's token, put under my name: planted, or a clash.
    let name = home.file();
    fs::remove_file(&name).unwrap();
    assert_eq!(home.call().env("CPH_USERNAME", "other").run().exit(), 0);
    fs::rename(home.file(), &name).unwrap();
    heals(&home, 0, true);
    assert_ne!(fs::read(home.file()).unwrap(), mine);
}

#[test]
fn links_folders_and_pipes_in_its_place() {
    let home = Home::new();
    let (file, elsewhere) = (home.file(), home.folder.path().join("elsewhere"));
    fs::rename(&file, &elsewhere).unwrap();
    let planted = fs::read(&elsewhere).unwrap();
    symlink(&elsewhere, &file).unwrap();
    heals(&home, 0, true);
    assert_eq!(fs::read(&elsewhere).unwrap(), planted, "nothing is written through a link");
    fs::remove_file(&file).unwrap();
    symlink("/dev/full", &file).unwrap();
    heals(&home, 0, true);
    let pipe = |path: &Path| assert!(Command::new("mkfifo").arg("-m600").arg(path).status().unwrap().success());
    fs::remove_file(&file).unwrap();
    pipe(&file);
    heals(&home, 0, true);
    let lock = file.with_extension("json.lock");
    fs::remove_file(&file).unwrap();
    fs::remove_file(&lock).unwrap();
    pipe(&lock);
    heals(&home, 0, true);
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    heals(&home, 1, false);
}

#[test]
fn a_folder_that_is_none_costs_a_login_and_a_warning() {
    type Spoil = fn(&Path);
    let spoils: [(Spoil, bool); 5] = [
        (|cache| fs::write(cache, "a file").unwrap(), false),
        (|cache| symlink(cache.parent().unwrap().parent().unwrap(), cache).unwrap(), false),
        (|cache| symlink("/nowhere/at/all", cache).unwrap(), false),
        (
            |cache| {
                fs::remove_dir(cache.parent().unwrap()).unwrap();
                fs::write(cache.parent().unwrap(), "a file").unwrap();
            },
            false,
        ),
        // What others may do in it is taken back.
        (
            |cache| {
                fs::create_dir(cache).unwrap();
                set_mode(cache, 0o777);
            },
            true,
        ),
    ];
    for (spoil, healed) in spoils {
        let home = Home::empty();
        fs::create_dir(home.folder.path().join(".cache")).unwrap();
        spoil(&home.cache());
        heals(&home, usize::from(!healed), healed);
    }
}

#[test]
fn a_folder_that_cannot_be_written_costs_a_login_and_a_warning() {
    let home = Home::empty();
    // Below /proc nobody makes folders, not even root.
    let run = home.call().env("XDG_CACHE_HOME", "/proc/self").run();
    assert_eq!((run.exit(), run.stderr.lines().count()), (0, 1), "{run}");
    assert!(run.stderr.starts_with("cph: warning: cannot cache the token in /proc/self/cph: "), "{run}");
    if !root() {
        let home = Home::new();
        fs::remove_file(home.file()).unwrap();
        set_mode(&home.cache(), 0o500);
        heals(&home, 1, false);
        set_mode(&home.cache(), 0o700);
    }
}

#[test]
fn somebody_elses_is_not_ours() {
    if !root() {
        return; // Nobody else can give files away.
    }
    let home = Home::new();
    std::os::unix::fs::chown(home.file(), Some(1), None).unwrap();
    heals(&home, 0, true);
    std::os::unix::fs::chown(home.cache(), Some(1), None).unwrap();
    heals(&home, 1, false);
}

#[test]
fn without_a_home() {
    let home = Home::empty();
    // The account's own home would be found, so the cache is told to be nowhere.
    let call = || home.call().no_env("HOME").env("XDG_CONFIG_HOME", "/nonexistent");
    let run = call().env("XDG_CACHE_HOME", home.folder.path()).run();
    assert_eq!((run.exit(), run.stderr.as_str()), (0, ""), "{run}");
    assert!(home.folder.path().join("cph").is_dir());
    // Relative: as if it were not set, by the standard it comes from. HOME is there again.
    let run = home.call().env("XDG_CACHE_HOME", "relative").run();
    assert_eq!((run.exit(), run.stderr.as_str()), (0, ""), "{run}");
    assert!(home.cache().is_dir());
    if !root() {
        return;
    }
    // A user without an account has no home at all.
    let nobody = |call: Cph| {
        call.with(|command| {
            std::os::unix::process::CommandExt::uid(command, 54_321);
            command.current_dir("/");
        })
    };
    let mut version = Command::new(CPH);
    std::os::unix::process::CommandExt::uid(version.arg("--version").env_clear(), 54_321);
    // A build below a private folder can't be run by others.
    if version.output().is_ok_and(|output| output.status.success()) {
        let before = home.logins();
        let run = nobody(call()).no_env("XDG_CONFIG_HOME").run();
        assert_eq!((run.exit(), run.stderr.as_str(), home.logins() - before), (0, "", 1), "{run}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_full_disk_it_costs_a_login_and_a_warning() {
    // A file system of one page, where a user may make one.
    let home = Home::empty();
    let disk = home.folder.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let script = "mount -t tmpfs -o size=4k,mode=700 none \"$1\" || exit 99; head -c 9000 /dev/zero > \"$1/x\" \
                  2>/dev/null; exec \"$0\" job show -q j";
    let arguments = ["-rm", "--", "/bin/sh", "-c", script, CPH, disk.to_str().unwrap()];
    let run = with_password(towards(program("unshare", arguments), &home.service.url()))
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .env("XDG_CACHE_HOME", &disk)
        .run();
    if run.exit() == 99 || run.stderr.starts_with("unshare:") {
        return; // Not here.
    }
    assert_eq!((run.exit(), run.stderr.lines().count()), (0, 1), "{run}");
    assert!(run.stderr.starts_with("cph: warning: cannot cache the token in "), "{run}");
    assert!(run.stderr.contains("No space left"), "{run}");
}

#[test]
fn switched_off_nothing_is_written() {
    let home = Home::empty();
    for number in 1..=2 {
        let run = home.call().env("CPH_TOKEN_CACHE", "off").run();
        assert_eq!((run.exit(), run.stderr.as_str(), home.logins()), (0, "", number), "{run}");
    }
    assert_eq!(fs::read_dir(home.folder.path()).unwrap().count(), 0);
}

#[test]
fn near_its_end_it_is_renewed_and_odd_ends_are_not_kept() {
    for (expires_at, kept) in [
        (in_minutes(4), false),
        (in_minutes(6), true),
        (in_minutes(-60), false),
        ("soon".to_owned(), false),
        (String::new(), false),
        ("-009999-01-02T01:59:59Z".to_owned(), false),
        ("9999-12-30T22:00:00Z".to_owned(), true),
        ("2099-01-01T00:00:00.123456Z".to_owned(), true),
    ] {
        let end = expires_at.clone();
        let service =
            Faulty::start(by(move |request, _| if request.is_login() { issued("t", &end) } else { job(request) }));
        let home = Home { folder: tempfile::tempdir().unwrap(), service };
        for _ in 0..2 {
            let run = home.show();
            assert_eq!((run.exit(), run.stderr.as_str()), (0, ""), "{expires_at}: {run}");
        }
        assert_eq!(home.logins(), if kept { 1 } else { 2 }, "{expires_at}");
    }
    // One that was kept long ago and is now in its last minutes.
    let home = Home::new();
    home.change("expires_at", &in_minutes(4));
    heals(&home, 0, true);
}

#[test]
fn a_refused_one_is_dropped_unless_another_process_was_faster() {
    let service = Faulty::start(by(|request, _| match request.header("x-auth-token") {
        Some("stale") => refused("decrypt token fail"),
        Some(_) => job(request),
        None => issued("fresh", &in_minutes(60)),
    }));
    let home = Home { folder: tempfile::tempdir().unwrap(), service };
    assert_eq!((home.show().exit(), home.logins()), (0, 1));
    home.change("token", "stale");
    assert_eq!((home.show().exit(), home.logins()), (0, 2));
    assert!(fs::read_to_string(home.file()).unwrap().contains("fresh"));
    assert_eq!((home.show().exit(), home.logins()), (0, 2), "the new one is kept");
}
