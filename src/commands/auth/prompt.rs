//! Asking a person: a line, or a secret that is not shown while it is typed.

use std::io::{BufRead as _, Write as _};

use crate::error::{Error, Kind};

/// In canonical mode a terminal cuts a line here, without a word.
const LONGEST_LINE: usize = 4095;

/// A line; an empty one is the default.
pub(super) fn line(question: &str, default: Option<&str>) -> Result<String, Error> {
    let shown = default.map(|default| format!(" [{default}]")).unwrap_or_default();
    for _ in 0..3 {
        show(&format!("{question}{shown}: "));
        let mut answer = String::new();
        let read = std::io::stdin().lock().read_line(&mut answer).map_err(|reason| gave_up(&reason.to_string()))?;
        if read == 0 {
            return Err(gave_up("end of input"));
        }
        match (answer.trim(), default) {
            ("", Some(default)) => return Ok(default.to_owned()),
            ("", None) => {}
            (answer, _) => return Ok(answer.to_owned()),
        }
    }
    Err(gave_up("no answer"))
}

/// A secret, typed unseen; it may be empty.
pub(super) fn secret(question: &str) -> Result<String, Error> {
    guard::arm();
    let secret = rpassword::prompt_password(format!("{question} (not shown): "));
    let secret = secret.map_err(|reason| gave_up(&reason.to_string()))?;
    if secret.len() >= LONGEST_LINE {
        return Err(gave_up("a terminal takes no line as long as this; put it into CPH_TOKEN or the config file"));
    }
    Ok(secret.trim().to_owned())
}

fn show(text: &str) {
    let mut stderr = std::io::stderr();
    let _ = stderr.write_all(text.as_bytes());
    let _ = stderr.flush();
}

fn gave_up(reason: &str) -> Error {
    Error::new(Kind::Usage, format!("nothing was written: {reason}"))
}

#[cfg(unix)]
mod guard {
    use std::fs::File;
    use std::sync::Once;

    use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;

    /// From the first secret on, a signal gives the terminal its echo back before it kills. Stays armed: a handler
    /// that was once installed is never the default again, so somebody must go on dying in its place.
    pub(super) fn arm() {
        static ARMED: Once = Once::new();
        ARMED.call_once(|| {
            let Ok(terminal) = File::open("/dev/tty") else { return };
            let (Ok(before), Ok(mut signals)) = (tcgetattr(&terminal), Signals::new([SIGINT, SIGTERM])) else { return };
            std::thread::spawn(move || {
                if let Some(signal) = signals.forever().next() {
                    let _ = tcsetattr(&terminal, OptionalActions::Now, &before);
                    super::show("\n");
                    let _ = signal_hook::low_level::emulate_default_handler(signal);
                }
            });
        });
    }
}

#[cfg(not(unix))]
mod guard {
    pub(super) fn arm() {}
}
