//! A shell on a terminal of its own, in an empty home, with the completion script of the built binary.

use std::io::{Read as _, Write};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, PtySize};
use tempfile::TempDir;

pub(crate) const CPH: &str = env!("CARGO_BIN_EXE_cph");
/// The only file in the folder where is typed: offered anywhere, it would be completed at once.
const FILE: &str = "a-file";

/// How a shell is started, and what it reads then; `cph` is a function that prints its arguments.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) shell: &'static str,
    pub(crate) arguments: &'static [&'static str],
    pub(crate) script: &'static str,
    pub(crate) start: (&'static str, &'static str),
}

pub(crate) struct Shell {
    screen: Arc<Mutex<String>>,
    seen: usize,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    _home: TempDir,
}

impl Shell {
    pub(crate) fn start(kind: &Kind) -> Self {
        let home = tempfile::tempdir().unwrap();
        let script = Command::new(CPH).args(["completion", kind.shell]).output().unwrap().stdout;
        write(home.path(), kind.script, &script);
        write(home.path(), kind.start.0, kind.start.1.as_bytes());
        write(home.path(), &format!("typed/{FILE}"), b"");
        let size = PtySize { rows: 50, cols: 200, pixel_width: 0, pixel_height: 0 };
        let pair = portable_pty::native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(kind.shell);
        command.args(kind.arguments);
        command.env_clear();
        command.env("HOME", home.path());
        command.env("PATH", std::env::var_os("PATH").unwrap());
        command.env("TERM", "xterm");
        command.cwd(home.path().join("typed"));
        let child = pair.slave.spawn_command(command).unwrap();
        let screen = Arc::new(Mutex::new(String::new()));
        let (mut reader, shared) = (pair.master.try_clone_reader().unwrap(), Arc::clone(&screen));
        let writer = pair.master.take_writer().unwrap();
        std::thread::spawn(move || {
            // The terminal lives as long as it is read.
            let _master = pair.master;
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut bytes) {
                shared.lock().unwrap().push_str(&String::from_utf8_lossy(&bytes[..count]));
            }
        });
        let mut shell = Self { screen, seen: 0, writer, child, _home: home };
        shell.until("ready>");
        shell
    }

    /// Types a command line and Enter: the arguments that `cph` got, each in `<>`.
    pub(crate) fn arguments(&mut self, line: &str) -> String {
        self.writer.write_all(format!("{line}\r").as_bytes()).unwrap();
        self.writer.flush().unwrap();
        self.until("{{");
        let arguments = self.until("}}");
        self.until("ready>");
        arguments
    }

    /// What appears before this text.
    fn until(&mut self, text: &str) -> String {
        let started = Instant::now();
        loop {
            let screen = self.screen.lock().unwrap().clone();
            if let Some(at) = screen[self.seen..].find(text) {
                let before = screen[self.seen..self.seen + at].to_owned();
                self.seen += at + text.len();
                return before;
            }
            assert!(started.elapsed() < Duration::from_secs(60), "no {text:?} after {:?}", &screen[self.seen..]);
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn write(home: &Path, name: &str, bytes: &[u8]) {
    let path = home.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}
