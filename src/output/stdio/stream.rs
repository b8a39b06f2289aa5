//! stdout and stderr without buffers: the parent process may have made a pipe non-blocking, or left few descriptors.

#[cfg(not(unix))]
use std::io::{self, Write};

/// The descriptor itself: for the standard library a write to a bad descriptor is a success. One that was closed from
/// the start is /dev/null here, since the runtime opens it so.
#[derive(Debug)]
pub(crate) struct Stdout;

/// Unbuffered.
#[derive(Debug)]
pub(super) struct Stderr;

#[cfg(unix)]
mod unix {
    use std::io::{self, Write};
    use std::os::fd::AsFd;

    use rustix::event::{PollFd, PollFlags, poll};
    use rustix::io::{Errno, write};

    /// Also waits for a full pipe that another process has made non-blocking.
    fn write_to(stream: &impl AsFd, bytes: &[u8]) -> io::Result<usize> {
        loop {
            match write(stream, bytes) {
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => match poll(&mut [PollFd::new(stream, PollFlags::OUT)], None) {
                    Ok(_) | Err(Errno::INTR) => {}
                    Err(reason) => return Err(reason.into()),
                },
                written => return Ok(written?),
            }
        }
    }

    impl Write for super::Stdout {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            write_to(&io::stdout(), bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Write for super::Stderr {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            write_to(&io::stderr(), bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
}

#[cfg(not(unix))]
impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        io::stdout().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stdout().flush()
    }
}

#[cfg(not(unix))]
impl Write for Stderr {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        io::stderr().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
