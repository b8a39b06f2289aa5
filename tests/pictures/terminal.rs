//! `cph` on a pseudo terminal, and what a terminal shows of its output: lines of characters with colours.

use std::io::Read as _;

use cph::simulator;
use portable_pty::{CommandBuilder, PtySize};
use vt100::{Color, Parser};

const COLUMNS: u16 = 80;
const ROWS: u16 = 24;
/// Between two drawings of the progress: the cursor goes back to the first line, and clears it.
const REDRAW: &[u8] = b"\n\x1b[1A";

/// One character on the screen.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Glyph {
    pub text: String,
    pub color: Color,
    /// 2 for most Chinese characters.
    pub cells: usize,
}

pub(crate) type Line = Vec<Glyph>;

/// A line of one colour, all of whose characters are one cell wide.
pub(crate) fn plain(text: &str) -> Line {
    text.chars().map(|char| Glyph { text: char.into(), color: Color::Default, cells: 1 }).collect()
}

pub(crate) fn text(line: &Line) -> String {
    line.iter().map(|glyph| glyph.text.as_str()).collect()
}

/// Runs `cph …` to its end: the last screen, and the exit code.
pub(crate) fn run(command: &str, locale: &str) -> (Vec<Line>, u32) {
    let (bytes, exit) = record(command, locale, |_| false);
    (screen(&bytes), exit)
}

/// Runs `cph …` until the progress is drawn as wanted; `None` where that is never seen.
pub(crate) fn run_until(command: &str, wanted: impl Fn(&[Line]) -> bool) -> Option<Vec<Line>> {
    let find = |bytes: &[u8]| {
        let ends = bytes.windows(REDRAW.len()).enumerate().filter(|(_, window)| *window == REDRAW);
        // Only a drawing that the next one has followed is known to be whole.
        ends.map(|(at, _)| screen(&bytes[..=at])).find(|lines| wanted(lines))
    };
    let (bytes, _) = record(command, "C.UTF-8", |bytes| find(bytes).is_some());
    find(&bytes)
}

/// All that is written until `enough`, and the exit code. The simulator is one of its own, with no job begun.
fn record(command: &str, locale: &str, enough: impl Fn(&[u8]) -> bool) -> (Vec<u8>, u32) {
    let server = simulator::start("127.0.0.1:0".parse().unwrap()).unwrap();
    let (url, home) = (server.url(), tempfile::tempdir().unwrap());
    let size = PtySize { rows: ROWS, cols: COLUMNS, pixel_width: 0, pixel_height: 0 };
    let pair = portable_pty::native_pty_system().openpty(size).unwrap();
    let mut builder = CommandBuilder::new(env!("CARGO_BIN_EXE_cph"));
    builder.args(command.strip_prefix("cph ").unwrap().split(' '));
    builder.env_clear();
    builder.cwd(home.path());
    let settings = [
        ("CPH_ENDPOINT", url.as_str()),
        ("CPH_PROJECT_ID", simulator::PROJECT_ID),
        ("CPH_ACCESS_KEY", simulator::ACCESS_KEY),
        ("CPH_SECRET_KEY", simulator::SECRET_KEY),
        ("HOME", home.path().to_str().unwrap()),
        ("LANG", locale),
        ("TERM", "xterm-256color"),
    ];
    settings.iter().for_each(|(name, value)| builder.env(name, value));
    let mut child = pair.slave.spawn_command(builder).unwrap();
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().unwrap();
    let (mut all, mut bytes) = (Vec::new(), [0; 4096]);
    // Linux ends a terminal without processes by an error, after everything was read.
    while let Ok(count @ 1..) = reader.read(&mut bytes) {
        all.extend_from_slice(&bytes[..count]);
        if enough(&all) {
            child.kill().unwrap();
            break;
        }
    }
    (all, child.wait().unwrap().exit_code())
}

/// What a terminal shows after these bytes, without the empty lines at the end.
pub(crate) fn screen(bytes: &[u8]) -> Vec<Line> {
    let size = |number: u16| number.try_into().unwrap();
    let mut parser = Parser::new(size(ROWS), size(COLUMNS), 0);
    parser.process(bytes);
    let mut lines: Vec<Line> = (0..ROWS).map(|row| line(parser.screen(), row)).collect();
    lines.truncate(lines.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1));
    lines
}

/// Without the blanks at its end.
fn line(screen: &vt100::Screen, row: u16) -> Line {
    let cells = (0..COLUMNS).map(|column| screen.cell(row, column).unwrap());
    let mut line: Line = cells
        .filter(|cell| !cell.is_wide_continuation())
        .map(|cell| Glyph {
            text: if cell.has_contents() { cell.contents() } else { " " }.to_owned(),
            color: cell.fgcolor(),
            cells: if cell.is_wide() { 2 } else { 1 },
        })
        .collect();
    line.truncate(line.iter().rposition(|glyph| glyph.text != " ").map_or(0, |last| last + 1));
    line
}

#[test]
fn a_screen_is_what_a_terminal_makes_of_it() {
    let lines = screen("one\r\ntwo\r\n\x1b[1A\r\x1b[2K\x1b[31m红\x1b[0m ok\r\n".as_bytes());
    assert_eq!(lines.iter().map(text).collect::<Vec<_>>(), ["one", "红 ok"]);
    assert_eq!(lines[1][0], Glyph { text: "红".to_owned(), color: Color::Idx(1), cells: 2 });
    assert_eq!(lines[1][1].color, Color::Default);
}
