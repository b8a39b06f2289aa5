//! Signals: as the first process of a container, where a limit would kill this process, and for commands that must
//! undo something before a signal kills them.

#[cfg(unix)]
use std::sync::atomic::{AtomicBool, Ordering};
#[cfg(unix)]
use std::sync::{Arc, OnceLock};

#[cfg(unix)]
use signal_hook::consts::{SIGINT, SIGTERM, SIGXFSZ};

/// Whether SIGINT and SIGTERM end the first process of a container at once.
#[cfg(unix)]
static ENDS_AT_ONCE: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// To be called at the start of the process.
///
/// The kernel ignores signals without a handler for the first process of a container: there SIGINT and SIGTERM end it
/// with the codes that a shell would show, 130 and 143. A file that may not grow (`ulimit -f`) becomes an error of the
/// write instead of killing the process.
#[cfg(unix)]
pub fn prepare() {
    if is_first_process() {
        let ends = ENDS_AT_ONCE.get_or_init(|| Arc::new(AtomicBool::new(true)));
        for signal in [SIGINT, SIGTERM] {
            // Where that fails, the signal stays ignored.
            let _ = signal_hook::flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(ends));
        }
    }
    let file_size = rustix::process::getrlimit(rustix::process::Resource::Fsize);
    if file_size.current.is_some() {
        // Any handler does: the write then fails with EFBIG.
        let _ = signal_hook::flag::register(SIGXFSZ, Arc::default());
    }
}

/// From now on the caller handles SIGINT and SIGTERM itself, and uses [`die`].
#[cfg(unix)]
pub fn hold() {
    if let Some(ends) = ENDS_AT_ONCE.get() {
        ends.store(false, Ordering::SeqCst);
    }
}

/// Ends the process by a held signal, so that a calling shell sees a signal death; the first process of a container
/// ends with the exit code for it.
#[cfg(unix)]
pub fn die(signal: i32) {
    if is_first_process() {
        signal_hook::low_level::exit(128 + signal);
    }
    let _ = signal_hook::low_level::emulate_default_handler(signal);
}

#[cfg(unix)]
fn is_first_process() -> bool {
    std::process::id() == 1
}

/// Does nothing.
#[cfg(not(unix))]
pub fn prepare() {}

/// Ends the process as the system does on Ctrl-C.
#[cfg(not(unix))]
pub fn die(signal: i32) {
    let _ = signal_hook::low_level::emulate_default_handler(signal);
}
