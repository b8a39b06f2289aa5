//! `docs/pictures/`: what the README shows of `cph` on a terminal, and how `cph` grows with the number of jobs. Terminals
//! are drawn from real runs against the simulator, and this test compares the pictures, so that none shows what `cph`
//! does not do. `UPDATE=1 cargo test --test pictures` writes them.

#![cfg(unix)]
// A test fails by panicking, in its helpers, too.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::cast_precision_loss)]

mod growth;
mod svg;
mod terminal;
mod times;

use std::fs;
use std::path::Path;

use svg::{MUTED, PALETTES, Palette, Words};
use terminal::{Line, plain, text};

/// Pictures are loaded with the first page.
const LARGEST: usize = 20_000;
/// Of README.md and README.zh-CN.md: what is added to the name of a picture, and the locale of the run.
const LANGUAGES: [(&str, &str); 2] = [("", "C.UTF-8"), ("-zh", "zh_CN.UTF-8")];

#[test]
fn card() {
    let command = "cph job show sim-fail";
    let words = Words {
        title: "cph job show: the card of a failed job",
        description: "A terminal. The card has the job's status in red, when it began, how long it took, the phone, \
                      the request, the error code with its text, and what it means and what to do. \
                      The exit code is 1.",
    };
    for (suffix, locale) in LANGUAGES {
        let (mut lines, exit) = terminal::run(command, locale);
        times::fix_age(line_with(&mut lines, "Began"), "(10 months ago)");
        same_window(&format!("card{suffix}"), &ended(command, lines, exit), &words);
    }
}

#[test]
fn wait() {
    let command = "cph job wait --request-id sim-req-8-2-12s";
    let is_half = |lines: &[Line]| {
        let starts = |row: usize, part: &str| lines.get(row).is_some_and(|line| text(line).contains(part));
        starts(0, " 4/8: ") && starts(1, "next look in")
    };
    // A busy machine may look only when further jobs have ended.
    let mut lines = (0..5).find_map(|_| terminal::run_until(command, is_half)).unwrap();
    times::fix(&mut lines[1], &["6s", " 29m 54s", " 1s"]);
    for line in &mut lines[2..] {
        // A machine that is so busy that one of them has two digits has blanks before the others.
        times::fix(line, &[if text(line).starts_with("  failure") { "  3s" } else { "  6s" }]);
    }
    lines.insert(0, prompt(command));
    same_window(
        "wait",
        &lines,
        &Words {
            title: "cph job wait: the progress of a wait for eight jobs",
            description: "A terminal in the middle of a wait. A bar shows how many of the jobs succeeded, in green, \
                          failed, in red, and are still running. Below it are the time passed, the time left and the \
                          time until the next look, then the failed job with its error, and the running jobs.",
        },
    );
}

#[test]
fn batch() {
    let command = "cph job wait --request-id sim-req-40-6-3s";
    let words = Words {
        title: "cph job wait: the end of a wait for forty jobs, of which six failed",
        description: "A terminal. The successes are one line, the failed jobs are rows with their errors. Below, \
                      the failures are grouped by error code, each with its meaning and whether a retry is worth \
                      it, and the last line counts the jobs. The exit code is 1.",
    };
    // In seconds that began: whether 1.8 s count as 1 or as 2 depends on when the run began.
    let durations = ["  0s", "  1s", "  1s", "  2s", "  2s", "  3s"];
    for (suffix, locale) in LANGUAGES {
        let (mut lines, exit) = terminal::run(command, locale);
        let failed: Vec<&mut Line> = lines.iter_mut().filter(|line| text(line).starts_with("sim-req-")).collect();
        assert_eq!(failed.len(), durations.len());
        failed.into_iter().zip(durations).for_each(|(line, fixed)| times::fix(line, &[fixed]));
        times::fix(lines.last_mut().unwrap(), &[" 3s"]);
        same_window(&format!("batch{suffix}"), &ended(command, lines, exit), &words);
    }
}

#[test]
fn growth() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let table = growth::Table::read(&fs::read_to_string(root.join("benches/data/growth.csv")).unwrap());
    same("growth", |palette| growth::picture(&table, palette));
    let page = fs::read_to_string(root.join("docs/performance.md")).unwrap();
    let rows = growth::markdown(&table);
    assert!(page.contains(&rows), "docs/performance.md needs this table:\n{rows}");
}

fn line_with<'a>(lines: &'a mut [Line], start: &str) -> &'a mut Line {
    lines.iter_mut().find(|line| text(line).starts_with(start)).unwrap()
}

fn prompt(command: &str) -> Line {
    let mut line = plain(&format!("$ {command}"));
    line[0].color = MUTED;
    line
}

/// What a shell shows of a command that has ended, with its exit code.
fn ended(command: &str, lines: Vec<Line>, exit: u32) -> Vec<Line> {
    let after = [prompt("echo $?"), plain(&exit.to_string())];
    [vec![prompt(command)], lines, after.to_vec()].concat()
}

fn same_window(name: &str, lines: &[Line], words: &Words<'_>) {
    same(name, |palette| svg::window(lines, words, palette));
}

/// Both variants are committed as they would be drawn now.
fn same(name: &str, draw: impl Fn(&Palette) -> String) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pictures");
    for palette in &PALETTES {
        let path = folder.join(format!("{name}-{}.svg", palette.name));
        let svg = draw(palette);
        if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, &svg).unwrap();
        }
        assert!(svg.len() < LARGEST, "{} has {} bytes", path.display(), svg.len());
        let committed = fs::read_to_string(&path).unwrap_or_default();
        if committed != svg {
            let differs = svg.lines().zip(committed.lines()).find(|(now, then)| now != then);
            panic!("{}: UPDATE=1 cargo test --test pictures; first difference: {differs:#?}", path.display());
        }
    }
}
