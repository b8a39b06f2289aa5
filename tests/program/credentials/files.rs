//! Every file that is read: a pipe works, is read once, and never keeps a run waiting; what is no file is exit 3.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use cph::simulator::{PROJECT_ID, TOKEN};

use crate::common::server::{Faulty, by};
use crate::common::{Cph, Run, cph, program, simulator};
use crate::credentials::responses::refused;
use crate::credentials::{on, towards, with_keys};

/// Whose credentials file each path is; those below the home are found by themselves.
const PLACES: [(&str, &str); 5] = [
    ("CPH_CONFIG", "config file "),
    ("HUAWEICLOUD_SDK_CREDENTIALS_FILE", "credentials file "),
    ("SSL_CERT_FILE", "the server's certificate can't be checked: "),
    (".huaweicloud/credentials", "credentials file "),
    (".hcloud/config.json", "KooCLI's file "),
];

/// `job show` where this place is what `make` puts there.
fn with(place: &str, make: impl FnOnce(&Path)) -> Run {
    let call = towards(cph(["job", "show", "j"]), "http://127.0.0.1:9").env("CPH_PROJECT_ID", PROJECT_ID);
    let path = call.home().join(place);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    make(&path);
    match place {
        "SSL_CERT_FILE" => with_keys(call).env("CPH_ENDPOINT", "https://127.0.0.1:9").env(place, &path).run(),
        place if place.starts_with('.') => call.run(),
        place => call.env(place, &path).run(),
    }
}

fn pipe(path: &Path) {
    assert!(std::process::Command::new("mkfifo").arg("-m600").arg(path).status().unwrap().success());
}

fn link(to: &str) -> impl Fn(&Path) {
    move |path| std::os::unix::fs::symlink(to, path).unwrap()
}

#[test]
fn what_is_no_file_is_exit_3_and_at_once() {
    for (place, words) in PLACES {
        for (what, run) in [
            ("a folder", with(place, |path| fs::create_dir(path).unwrap())),
            ("a device", with(place, link("/dev/zero"))),
            ("a device", with(place, link("/dev/null"))),
        ] {
            assert_eq!(run.exit(), 3, "{place} {what}: {run}");
            assert!(run.stderr.contains(words) && run.stderr.contains(what), "{place} {what}: {run}");
            assert!(run.took < Duration::from_secs(15), "{place}: {:?}", run.took);
        }
    }
}

#[test]
fn every_file_has_a_size_limit() {
    for (place, words) in PLACES {
        let mib = if place == "SSL_CERT_FILE" { 16 } else { 1 };
        let long = vec![b'#'; (mib << 20) + 1];
        let run = with(place, |path| {
            fs::write(path, &long).unwrap();
            crate::common::set_mode(path, 0o600);
        });
        assert_eq!(run.exit(), 3, "{place}: {run}");
        assert!(run.stderr.contains(words) && run.stderr.contains(&format!("longer than {mib} MiB")), "{run}");
    }
    let endless = with("CPH_CONFIG", |path| {
        pipe(path);
        let path = path.to_owned();
        std::thread::spawn(move || {
            let mut file = File::options().write(true).open(path).unwrap();
            while file.write_all(&[b'#'; 4096]).is_ok() {}
        });
    });
    assert!(endless.exit() == 3 && endless.stderr.contains("longer than 1 MiB"), "{endless}");
}

/// All at once, since each takes its time.
pub fn a_pipe_is_waited_for_within_limits() {
    std::thread::scope(|scope| {
        for (place, words) in PLACES {
            scope.spawn(move || {
                let run = with(place, pipe);
                assert_eq!(run.exit(), 3, "{place}: {run}");
                assert!(
                    run.stderr.contains(words) && run.stderr.contains("no program opened for writing within 5 s"),
                    "{run}"
                );
                assert!((4.5..8.0).contains(&run.took.as_secs_f64()), "{place}: {:?}", run.took);
            });
        }
        for text in ["", "default_profile = 'a'\n"] {
            scope.spawn(move || {
                let mut writer = None;
                let run = with("CPH_CONFIG", |path| {
                    pipe(path);
                    writer = Some(writes(path.to_owned(), vec![text], Duration::from_secs(33)));
                });
                assert!(run.exit() == 3 && run.stderr.contains("did not end within 30 s"), "{run}");
                assert!((29.5..33.0).contains(&run.took.as_secs_f64()), "{:?}", run.took);
                writer.unwrap().join().unwrap();
            });
        }
    });
}

/// Opens the pipe late, writes the pieces with a pause before each, and closes it after another.
fn writes(path: PathBuf, pieces: Vec<&'static str>, pause: Duration) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        let mut file = File::options().write(true).open(path).unwrap();
        for piece in pieces {
            file.write_all(piece.as_bytes()).unwrap();
            std::thread::sleep(pause);
        }
    })
}

fn piped(call: Cph, pieces: Vec<&'static str>) -> Run {
    let path = call.home().join("pipe");
    pipe(&path);
    let writer = writes(path.clone(), pieces, Duration::from_millis(300));
    let run = call.env("CPH_CONFIG", path).run();
    writer.join().unwrap();
    run
}

const PIECES: [&str; 3] =
    ["default_profile = 'a'\n[profiles.a]\n", "token = '", "SIMULATOR-TOKEN-not-a-secret-0123456789'\n"];

#[test]
fn a_pipe_with_a_writer_works_and_is_read_once() {
    assert!(PIECES.concat().contains(TOKEN));
    let server = simulator();
    let run = piped(on(&server, ["job", "show", "-q", "sim-ok"]).env("CPH_PROJECT_ID", PROJECT_ID), PIECES.into());
    assert_eq!((run.exit(), run.stderr.as_str()), (0, ""), "{run}");
    // A re-read after a 401 sees the same text, and so no other credential.
    let refusing = Faulty::start(by(|_, _| refused("decrypt token fail")));
    let call = towards(cph(["job", "show", "j"]), &refusing.url()).env("CPH_PROJECT_ID", PROJECT_ID);
    let run = piped(call, PIECES.into());
    assert_eq!((run.exit(), refusing.requests().len()), (4, 1), "{run}");
    assert!(run.took < Duration::from_secs(4), "{:?}: {run}", run.took);
    let run = piped(on(&server, ["auth", "status"]).env("CPH_PROJECT_ID", PROJECT_ID), PIECES.into());
    assert!(run.exit() == 0 && run.stdout.contains("is a pipe: it can't be read again"), "{run}");
}

#[test]
fn a_shells_process_substitution_works() {
    let server = simulator();
    let bash = |line: &str| {
        let call = program("bash", ["-c", line]).env("PATH", crate::common::path_with_cph());
        towards(call, &server.url()).env("CPH_PROJECT_ID", PROJECT_ID).run()
    };
    let text = PIECES.concat();
    let run = bash(&format!("CPH_CONFIG=<(sleep 0.3; printf %s \"{text}\") cph job show -q sim-ok"));
    assert_eq!((run.exit(), run.stderr.as_str()), (0, ""), "{run}");
    let run = bash("CPH_CONFIG=<(true) cph job show -q sim-ok");
    assert!(run.exit() == 4 && run.took < Duration::from_secs(15), "an empty one is an empty file: {run}");
    let run = bash(&format!("printf %s \"{text}\" | CPH_CONFIG=/dev/stdin cph job show -q sim-ok"));
    assert_eq!((run.exit(), run.stderr.as_str()), (0, ""), "{run}");
    let run = bash(&format!("CPH_CONFIG=<(printf %s \"{text}\") cph auth logout"));
    assert!(run.exit() == 3 && run.stderr.contains("is a pipe, so nothing can be saved in it"), "{run}");
}

#[test]
fn a_relative_home_is_none() {
    let server = simulator();
    for (name, value) in [("HOME", "."), ("HOME", "sub"), ("XDG_CONFIG_HOME", "."), ("XDG_CACHE_HOME", ".")] {
        let folder = tempfile::tempdir().unwrap();
        let home = if value == "sub" { folder.path().join("sub") } else { folder.path().to_owned() };
        let files = [".config/cph/config.toml", "cph/config.toml", ".huaweicloud/credentials", ".hcloud/config.json"];
        for file in files.map(|file| home.join(file)) {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "[unreadable").unwrap();
        }
        let before = everything(folder.path());
        for login in [true, false] {
            let call = on(&server, ["job", "show", "-q", "sim-ok"]).env(name, value);
            let call =
                if login { crate::credentials::with_password(call) } else { call.env("CPH_PROJECT_ID", PROJECT_ID) };
            let run = call.with(|command| _ = command.current_dir(folder.path())).run();
            assert_eq!(run.exit(), if login { 0 } else { 4 }, "{name}={value}: {run}");
        }
        assert_eq!(everything(folder.path()), before, "{name}={value}: written into the working directory");
    }
}

/// Every path below a folder.
fn everything(folder: &Path) -> Vec<PathBuf> {
    let mut paths = vec![folder.to_owned()];
    let mut next = 0;
    while let Some(path) = paths.get(next).cloned() {
        paths.extend(fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path()));
        next += 1;
    }
    paths.sort();
    paths
}
