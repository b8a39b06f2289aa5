//! Everything that is read from the process, once. The only place that looks at variables, terminals and
//! the clock; every decision about them is made elsewhere, from this value.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use crate::language::Language;

/// The process as `cph` found it.
#[derive(Debug, Clone)]
pub struct Context {
    /// The arguments as typed, the program's name first.
    pub args: Vec<OsString>,
    /// The environment, shared by all copies. Ask through [`Context::var`].
    pub env: Arc<BTreeMap<OsString, OsString>>,
    /// The home folder, where there is one.
    pub home: Option<PathBuf>,
    /// Whether stdin is a terminal.
    pub stdin_is_terminal: bool,
    /// Whether stdout is a terminal.
    pub stdout_is_terminal: bool,
    /// Whether stderr is a terminal.
    pub stderr_is_terminal: bool,
    /// Width of stdout's terminal in cells.
    pub terminal_width: Option<u16>,
    /// Rows of stdout's terminal.
    pub terminal_height: Option<u16>,
    /// The clock; tests hand in another.
    pub now: fn() -> Timestamp,
}

/// A variable that holds something that is not UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotUnicode;

impl Context {
    /// Reads the process.
    #[must_use]
    pub fn detect() -> Self {
        let stdout = std::io::stdout();
        #[cfg(windows)]
        take_escapes();
        let stdout_is_terminal = stdout.is_terminal();
        let size = if stdout_is_terminal { terminal_size::terminal_size_of(&stdout) } else { None };
        Self {
            args: std::env::args_os().collect(),
            env: Arc::new(std::env::vars_os().collect()),
            // A relative one would be the working directory, which anybody may have filled.
            home: dirs::home_dir().filter(|home| home.is_absolute()),
            stdin_is_terminal: std::io::stdin().is_terminal(),
            stdout_is_terminal,
            stderr_is_terminal: std::io::stderr().is_terminal(),
            terminal_width: size.map(|(width, _)| width.0),
            terminal_height: size.map(|(_, height)| height.0),
            now: Timestamp::now,
        }
    }

    /// A variable's text; an empty variable counts as unset.
    ///
    /// # Errors
    /// [`NotUnicode`] when its bytes are no text.
    pub fn var(&self, name: &str) -> Result<Option<&str>, NotUnicode> {
        match self.env.get(std::ffi::OsStr::new(name)) {
            None => Ok(None),
            Some(value) if value.is_empty() => Ok(None),
            Some(value) => value.to_str().map(Some).ok_or(NotUnicode),
        }
    }

    /// A variable's path; an empty variable counts as unset.
    #[must_use]
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        self.env.get(std::ffi::OsStr::new(name)).filter(|value| !value.is_empty()).map(PathBuf::from)
    }

    /// A variable's absolute path, for folders: a relative one counts as unset.
    #[must_use]
    pub fn folder(&self, name: &str) -> Option<PathBuf> {
        self.path(name).filter(|path| path.is_absolute())
    }

    /// Cells in a line of stdout: `COLUMNS` where it is a number, else the terminal's; `None` is unlimited.
    #[must_use]
    pub fn width(&self) -> Option<usize> {
        self.columns().or(self.terminal_width.map(usize::from))
    }

    /// `COLUMNS`, where it is a number.
    #[must_use]
    pub fn columns(&self) -> Option<usize> {
        let columns = self.var("COLUMNS").ok().flatten().and_then(|text| text.parse().ok());
        columns.filter(|columns| *columns > 0)
    }

    /// The language of what people read about error codes: `CPH_LANG`, else that of the locale. The first of these
    /// variables that is set decides alone, as it does elsewhere: an unknown value is English, and never an error.
    #[must_use]
    pub(crate) fn language(&self) -> Language {
        let variables = ["CPH_LANG", "LC_ALL", "LC_MESSAGES", "LANG"];
        let first = variables.into_iter().map(|name| self.var(name)).find(|value| *value != Ok(None));
        first.and_then(Result::ok).flatten().map(Language::of_locale).unwrap_or_default()
    }

    /// Whether lines on stderr can be drawn over.
    #[must_use]
    pub fn redraws_stderr(&self) -> bool {
        self.stderr_is_terminal && self.path("TERM").is_none_or(|term| term.as_os_str() != "dumb")
    }
}

/// Whether a stream that is or isn't a terminal gets colour, by the usual variables
/// (no-color.org, bixense.com/clicolors, force-color.org). An explicit `--color` is decided before.
pub(crate) fn wants_color(env: &BTreeMap<OsString, OsString>, is_terminal: bool) -> bool {
    let value = |name: &str| env.get(std::ffi::OsStr::new(name)).filter(|value| !value.is_empty());
    let forced = |name: &str| value(name).is_some_and(|value| value != "0");
    if value("NO_COLOR").is_some() {
        return false;
    }
    forced("CLICOLOR_FORCE")
        || forced("FORCE_COLOR")
        || (is_terminal && value("TERM").is_none_or(|term| term != "dumb"))
}

/// A Windows console understands colour sequences only after the program has enabled them.
#[cfg(windows)]
fn take_escapes() {
    for stream in [console::Term::stdout(), console::Term::stderr()] {
        // The query enables them (console's windows_term::is_a_color_terminal).
        let _ = stream.features().colors_supported();
    }
}

/// Columns and rows of stderr's terminal as they are now: a window changes its size while `cph` waits.
#[must_use]
pub fn stderr_size() -> Option<(usize, usize)> {
    terminal_size::terminal_size_of(std::io::stderr()).map(|(width, height)| (width.0.into(), height.0.into()))
}

/// Whether stdin was closed when this process started. The runtime then opens /dev/null in its place, for reading and
/// writing, as a redirection of a shell never does.
#[must_use]
#[cfg(unix)]
pub fn stdin_was_closed() -> bool {
    use rustix::fs::{OFlags, fcntl_getfl, fstat, stat};
    let stdin = std::io::stdin();
    let is_null = || Some(fstat(&stdin).ok()?.st_rdev == stat("/dev/null").ok()?.st_rdev);
    fcntl_getfl(&stdin).is_ok_and(|flags| flags.contains(OFlags::RDWR)) && is_null() == Some(true)
}

/// Unknown on this platform.
#[must_use]
#[cfg(not(unix))]
pub fn stdin_was_closed() -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context(env: &[(&str, &str)]) -> Context {
        Context {
            args: vec![],
            env: Arc::new(env.iter().map(|(name, value)| (name.into(), value.into())).collect()),
            home: None,
            stdin_is_terminal: true,
            stdout_is_terminal: true,
            stderr_is_terminal: true,
            terminal_width: Some(80),
            terminal_height: Some(24),
            now: || Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn width() {
        for (columns, width) in [("40", 40), ("", 80), ("0", 80), ("wide", 80), ("-1", 80), ("200", 200)] {
            assert_eq!(context(&[("COLUMNS", columns)]).width(), Some(width), "{columns}");
        }
    }

    #[test]
    fn color() {
        for (env, terminal, color) in [
            (&[][..], true, true),
            (&[], false, false),
            (&[("NO_COLOR", "1")], true, false),
            (&[("NO_COLOR", "")], true, true),
            (&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], true, false),
            (&[("CLICOLOR_FORCE", "1")], false, true),
            (&[("CLICOLOR_FORCE", "0")], false, false),
            (&[("FORCE_COLOR", "1")], false, true),
            (&[("FORCE_COLOR", "0")], false, false),
            (&[("NO_COLOR", "1"), ("FORCE_COLOR", "1")], true, false),
            (&[("TERM", "dumb"), ("FORCE_COLOR", "1")], true, true),
            (&[("TERM", "dumb")], true, false),
        ] {
            assert_eq!(wants_color(&context(env).env, terminal), color, "{env:?}");
        }
    }

    #[test]
    fn language() {
        use Language::{Chinese, English};
        for (env, language) in [
            (&[][..], English),
            (&[("LANG", "zh_CN.UTF-8")], Chinese),
            (&[("LC_MESSAGES", "zh_SG.utf8")], Chinese),
            (&[("LC_ALL", "zh")], Chinese),
            (&[("LC_CTYPE", "zh_CN.UTF-8"), ("LANGUAGE", "zh_CN")], English),
            (&[("LANG", "zh_TW")], English),
            (&[("LANG", "zh_CN.GBK")], English),
            (&[("LC_ALL", "C"), ("LANG", "zh_CN.UTF-8")], English),
            (&[("LC_ALL", "zh_CN"), ("LC_MESSAGES", "en_US"), ("LANG", "en_US")], Chinese),
            (&[("LC_MESSAGES", "en_US.UTF-8"), ("LANG", "zh_CN.UTF-8")], English),
            (&[("CPH_LANG", ""), ("LC_ALL", ""), ("LC_MESSAGES", ""), ("LANG", "zh_CN.UTF-8")], Chinese),
            (&[("CPH_LANG", "en"), ("LC_ALL", "zh_CN.UTF-8"), ("LANG", "zh_CN.UTF-8")], English),
            (&[("CPH_LANG", "zh"), ("LC_ALL", "C"), ("LANG", "zh_CN.GBK")], Chinese),
            (&[("CPH_LANG", "zh_CN.UTF-8")], Chinese),
            (&[("CPH_LANG", "cn"), ("LANG", "zh_CN.UTF-8")], English),
            (&[("CPH_LANG", "off"), ("LANG", "zh_CN.UTF-8")], English),
        ] {
            assert_eq!(context(env).language(), language, "{env:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_locale_that_is_no_text_is_english() {
        use std::os::unix::ffi::OsStringExt as _;
        let mut context = context(&[("LANG", "zh_CN.UTF-8")]);
        Arc::make_mut(&mut context.env).insert("CPH_LANG".into(), OsString::from_vec(vec![0xff]));
        assert_eq!(context.language(), Language::English);
    }

    #[test]
    fn an_empty_variable_is_unset() {
        let context = context(&[("A", ""), ("B", "b")]);
        assert_eq!((context.var("A"), context.var("B"), context.var("C")), (Ok(None), Ok(Some("b")), Ok(None)));
    }
}
