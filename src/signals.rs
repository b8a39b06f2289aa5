//! Signals of this process that are not any command's business: as the first process of a container, and where a
//! limit would kill it.

#[cfg(unix)]
use std::sync::atomic::{AtomicBool, Ordering};
#[cfg(unix)]
use std::sync::{Arc, OnceLock};

#[cfg(unix)]
use signal_hook::consts::{SIGINT, SIGTERM, SIGXFSZ};

/// Whether a signal may end the first process at once.
#[cfg(unix)]
static ENDS: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// To be called first of all.
///
/// The kernel keeps signals without a handler from the first process of a container: there SIGINT and SIGTERM end it
/// with the codes that a shell would show, 130 and 143. A file that may not grow (`ulimit -f`) is an error of the
/// write, not a death.
#[cfg(unix)]
pub fn prepare() {
    if is_first_process() {
        let ends = ENDS.get_or_init(|| Arc::new(AtomicBool::new(true)));
        for signal in [SIGINT, SIGTERM] {
            // Without a handler it could not be ended by this signal, as before.
            let _ = signal_hook::flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(ends));
        }
    }
    let file_size = rustix::process::getrlimit(rustix::process::Resource::Fsize);
    if file_size.current.is_some() {
        // Any handler does: the write then fails with EFBIG.
        let _ = signal_hook::flag::register(SIGXFSZ, Arc::default());
    }
}

/// From here on the caller handles SIGINT and SIGTERM itself, and uses [`die`].
#[cfg(unix)]
pub fn hold() {
    if let Some(ends) = ENDS.get() {
        ends.store(false, Ordering::SeqCst);
    }
}

/// Ends the process by a signal that was held, for real, so that a calling shell sees what happened; the first process
/// of a container by the code that stands for it.
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

/// Nothing to prepare.
#[cfg(not(unix))]
pub fn prepare() {}

/// Ends the process as the system does at Ctrl-C.
#[cfg(not(unix))]
pub fn die(signal: i32) {
    let _ = signal_hook::low_level::emulate_default_handler(signal);
}
