//! Several jobs as columns. The last column, the error, is not laid out with the others: it may be long.

use std::io::{self, Write};

use comfy_table::{ContentArrangement, Table, presets};
use jiff::Timestamp;
use unicode_width::UnicodeWidthStr as _;

use crate::job::{Entry, Status};
use crate::output::cells::{Style, colored, took};
use crate::output::text::{cut, inert};

/// From this width on there is room for times and phones.
const WIDE: usize = 120;
/// The same where names are shown, too; below it they stand in place of the times.
const WIDE_WITH_NAMES: usize = 150;
/// Between two columns.
const GAP: usize = 2;
/// The least width of a name or an error.
const NARROWEST: usize = 12;
/// Rows that are laid out together, and their bytes: a table of 100,000 jobs needs more memory than the jobs.
const ROWS_AT_ONCE: usize = 1000;
const BYTES_AT_ONCE: usize = 1 << 20;

/// What is shown of each job, in this order, before the error.
#[derive(Clone, Copy)]
struct Columns {
    begin: bool,
    phone: bool,
    name: bool,
    /// Cells of a name; `None` is unlimited.
    name_width: Option<usize>,
    now: Option<Timestamp>,
}

impl Columns {
    fn new(entries: &[&Entry], style: Style) -> Self {
        let name = entries.iter().any(|entry| entry.job.phone_name.is_some());
        let has = |least| style.width.is_none_or(|width| width >= least);
        let begin = has(if name { WIDE_WITH_NAMES } else { WIDE });
        Self { begin, phone: has(WIDE), name, name_width: None, now: style.now }
    }

    fn titles(self) -> Vec<&'static str> {
        let all = [
            (true, "JOB"),
            (true, "STATUS"),
            (true, "TOOK"),
            (self.begin, "BEGAN"),
            (self.phone, "PHONE/SERVER"),
            (self.name, "NAME"),
        ];
        all.into_iter().filter(|(shown, _)| *shown).map(|(_, title)| title).collect()
    }

    fn cells(self, entry: &Entry) -> Vec<String> {
        let job = &entry.job;
        let plain = |text: Option<&str>| text.map(inert).unwrap_or_default();
        let mut cells = vec![
            job.job_id.as_deref().map_or_else(|| "-".to_owned(), inert),
            job.status.word().to_owned(),
            took(job, self.now).unwrap_or_default(),
        ];
        if self.begin {
            cells.push(plain(job.begin_time.as_deref()));
        }
        if self.phone {
            cells.push(plain(job.object()));
        }
        if self.name {
            cells.push(cut(job.phone_name.as_deref().unwrap_or_default(), self.name_width));
        }
        cells
    }

    fn widths(self, entries: &[&Entry]) -> Vec<usize> {
        let mut widths: Vec<usize> = self.titles().iter().map(|title| title.len()).collect();
        for entry in entries {
            for (width, cell) in widths.iter_mut().zip(self.cells(entry)) {
                *width = (*width).max(cell.width());
            }
        }
        widths
    }
}

/// A header, and a row for each job.
pub(super) fn jobs(out: &mut dyn Write, entries: &[&Entry], style: Style) -> io::Result<()> {
    let mut columns = Columns::new(entries, style);
    let mut widths = columns.widths(entries);
    let all = |widths: &[usize]| -> usize { widths.iter().map(|width| width + GAP).sum() };
    let has_errors = entries.iter().any(|entry| entry.error.is_some() || entry.job.error_text().is_some());
    if let Some(names) = widths.last().copied().filter(|_| columns.name) {
        // Names and errors share what the ids leave.
        let room = style.width.map(|width| (width + names).saturating_sub(all(&widths)));
        columns.name_width = room.map(|room| (if has_errors { room / 2 } else { room }).max(NARROWEST));
        widths = columns.widths(entries);
    }
    let room = style.width.map(|width| width.saturating_sub(all(&widths)).max(NARROWEST));
    for line in lay_out(vec![columns.titles().into_iter().map(str::to_owned).collect()], &widths) {
        let line = if has_errors { line + "ERROR" } else { line };
        writeln!(out, "{}", line.trim_end())?;
    }
    let jobs_width = widths.first().map_or(0, |width| width + GAP);
    let mut rest = entries;
    while !rest.is_empty() {
        let (mut rows, mut bytes) = (Vec::new(), 0);
        while let Some(entry) = rest.get(rows.len()).filter(|_| rows.len() < ROWS_AT_ONCE && bytes < BYTES_AT_ONCE) {
            let row = columns.cells(entry);
            bytes += row.iter().map(String::len).sum::<usize>();
            rows.push(row);
        }
        let (piece, following) = rest.split_at(rows.len());
        for (line, entry) in lay_out(rows, &widths).iter().zip(piece) {
            let line = format!("{line}{}", cut(&error(entry, columns.phone), room));
            writeln!(out, "{}", with_color(line.trim_end(), jobs_width, entry.job.status, style.color))?;
        }
        rest = following;
    }
    Ok(())
}

/// Rows as lines, padded to the widths of the whole table.
fn lay_out(mut rows: Vec<Vec<String>>, widths: &[usize]) -> Vec<String> {
    for (cell, width) in rows.first_mut().into_iter().flatten().zip(widths) {
        cell.push_str(&" ".repeat(width.saturating_sub(cell.as_str().width())));
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.add_rows(rows);
    for column in table.column_iter_mut() {
        column.set_padding((0, 2)); // GAP, in the library's own type.
    }
    table.lines().collect()
}

/// The status comes right after the ids, which are ASCII: colouring it afterwards keeps the widths right.
fn with_color(line: &str, at: usize, status: Status, color: bool) -> String {
    if !color {
        return line.to_owned();
    }
    match (line.get(..at), line.get(at..).and_then(|rest| rest.strip_prefix(status.word()))) {
        (Some(before), Some(after)) => format!("{before}{}{after}", colored(status, true)),
        _ => line.to_owned(),
    }
}

fn error(entry: &Entry, has_phone: bool) -> String {
    let job = &entry.job;
    let own = || entry.error.as_ref().map(|error| error.kind.word().to_owned());
    let error = inert(&job.error_text().or_else(own).unwrap_or_default());
    // A refused item has no job id: its phone is the only name it has.
    match job.object().filter(|_| job.job_id.is_none() && !has_phone) {
        Some(subject) => format!("{}: {error}", inert(subject)),
        None => error,
    }
}
