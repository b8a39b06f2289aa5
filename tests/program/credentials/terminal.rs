//! `cph` on a terminal of its own, typed at.

use std::io::{Read as _, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, SlavePty};
use rustix::termios::LocalModes;

use crate::common::CPH;

pub(crate) struct Terminal {
    screen: Arc<Mutex<String>>,
    seen: usize,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    // Kept, so that the terminal outlives the program.
    slave: Box<dyn SlavePty + Send>,
    master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    /// Starts `cph` in `home`, with these variables and no others.
    pub(crate) fn start(home: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let size = PtySize { rows: 24, cols: 200, pixel_width: 0, pixel_height: 0 };
        let pair = portable_pty::native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(CPH);
        command.args(arguments);
        command.env_clear();
        command.env("HOME", home);
        // Colours have tests of their own.
        command.env("NO_COLOR", "1");
        for (name, value) in variables {
            command.env(name, value);
        }
        command.cwd(home);
        let child = pair.slave.spawn_command(command).unwrap();
        let screen = Arc::new(Mutex::new(String::new()));
        let (mut reader, shared) = (pair.master.try_clone_reader().unwrap(), Arc::clone(&screen));
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut bytes) {
                shared.lock().unwrap().push_str(&String::from_utf8_lossy(&bytes[..count]).replace("\r\n", "\n"));
            }
        });
        let writer = pair.master.take_writer().unwrap();
        Self { screen, seen: 0, writer, child, slave: pair.slave, master: pair.master }
    }

    /// Waits until this appears, beyond what was waited for before.
    #[track_caller]
    pub(crate) fn expect(&mut self, text: &str) {
        let started = Instant::now();
        loop {
            let screen = self.screen();
            if let Some(at) = screen[self.seen..].find(text) {
                self.seen += at + text.len();
                return;
            }
            assert!(started.elapsed() < Duration::from_secs(20), "no {text:?} in:\n{screen}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    pub(crate) fn types(&mut self, text: &str) {
        self.types_bytes(text.as_bytes());
    }

    pub(crate) fn types_bytes(&mut self, bytes: &[u8]) {
        self.writer.write_all(bytes).unwrap();
        self.writer.flush().unwrap();
    }

    /// Question and answer.
    #[track_caller]
    pub(crate) fn answer(&mut self, question: &str, answer: &str) {
        self.expect(question);
        self.types(&format!("{answer}\n"));
    }

    /// A question whose answer is not shown.
    #[track_caller]
    pub(crate) fn secret(&mut self, question: &str, answer: &str) {
        self.expect(question);
        self.until(|modes| !modes.contains(LocalModes::ECHO));
        self.types(&format!("{answer}\n"));
    }

    pub(crate) fn screen(&self) -> String {
        self.screen.lock().unwrap().clone()
    }

    pub(crate) fn process_id(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Waits for the end: the exit code, or the name of the signal that killed it; and all that appeared.
    pub(crate) fn end(mut self) -> (Result<u32, String>, String) {
        let status = self.child.wait().unwrap();
        drop(self.slave);
        // Without processes at its other side a terminal gives what is left, then an error.
        let started = Instant::now();
        while Arc::strong_count(&self.screen) > 1 && started.elapsed() < Duration::from_secs(5) {
            std::thread::sleep(Duration::from_millis(5));
        }
        let screen = self.screen.lock().unwrap().clone();
        (ending(&status), screen)
    }

    /// Waits for the program's end without giving up the terminal.
    pub(crate) fn wait(&mut self) -> Result<u32, String> {
        ending(&self.child.wait().unwrap())
    }

    /// How the terminal treats what is typed.
    pub(crate) fn modes(&self) -> LocalModes {
        let path: PathBuf = self.master.tty_name().unwrap();
        let no_controlling_terminal = i32::try_from(rustix::fs::OFlags::NOCTTY.bits()).unwrap();
        let mut options = std::fs::OpenOptions::new();
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, no_controlling_terminal);
        rustix::termios::tcgetattr(options.read(true).open(path).unwrap()).unwrap().local_modes
    }

    #[track_caller]
    pub(crate) fn until(&self, wanted: impl Fn(LocalModes) -> bool) {
        let started = Instant::now();
        while !wanted(self.modes()) {
            assert!(started.elapsed() < Duration::from_secs(20), "{:?}", self.modes());
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

/// The code, or the signal's name; some systems put its number behind it.
fn ending(status: &ExitStatus) -> Result<u32, String> {
    status.signal().map_or(Ok(status.exit_code()), |signal| Err(signal.split(':').next().unwrap().to_owned()))
}
