//! Several jobs as columns. The last column, the error, is not laid out with the others: it may be long.

use std::io::{self, Write};

use comfy_table::{ContentArrangement, Table, presets};
use unicode_width::UnicodeWidthStr as _;

use crate::job::{Entry, Status};
use crate::output::cells::{Style, colored, error_of, took};
use crate::output::text::{cut, inert};

/// From this width on there is room for times and phones.
const WIDE: usize = 120;
/// Between two columns.
const GAP: usize = 2;
/// The least width of an error.
const NARROWEST_ERROR: usize = 12;
/// Rows that are laid out together, and their bytes: a table of 100,000 jobs needs more memory than the jobs.
const ROWS_AT_ONCE: usize = 1000;
const BYTES_AT_ONCE: usize = 1 << 20;

/// A header, and a row for each job.
pub(super) fn jobs(out: &mut dyn Write, entries: &[&Entry], style: Style) -> io::Result<()> {
    let wide = style.width.is_none_or(|width| width >= WIDE);
    let header =
        if wide { &["JOB", "STATUS", "TOOK", "BEGAN", "PHONE/SERVER"][..] } else { &["JOB", "STATUS", "TOOK"] };
    let mut widths: Vec<usize> = header.iter().map(|title| title.len()).collect();
    for entry in entries {
        for (width, cell) in widths.iter_mut().zip(cells(entry, wide, style)) {
            *width = (*width).max(cell.width());
        }
    }
    let before_error: usize = widths.iter().map(|width| width + GAP).sum();
    let room = style.width.map(|width| width.saturating_sub(before_error).max(NARROWEST_ERROR));
    let has_errors = entries.iter().any(|entry| entry.error.is_some() || error_of(&entry.job).is_some());
    for line in lay_out(vec![header.iter().map(ToString::to_string).collect()], &widths) {
        let line = if has_errors { line + "ERROR" } else { line };
        writeln!(out, "{}", line.trim_end())?;
    }
    let jobs_width = widths.first().map_or(0, |width| width + GAP);
    let mut rest = entries;
    while !rest.is_empty() {
        let (mut rows, mut bytes) = (Vec::new(), 0);
        while let Some(entry) = rest.get(rows.len()).filter(|_| rows.len() < ROWS_AT_ONCE && bytes < BYTES_AT_ONCE) {
            let row = cells(entry, wide, style);
            bytes += row.iter().map(String::len).sum::<usize>();
            rows.push(row);
        }
        let (piece, following) = rest.split_at(rows.len());
        for (line, entry) in lay_out(rows, &widths).iter().zip(piece) {
            let line = format!("{line}{}", cut(&error(entry, wide), room));
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

/// All but the error.
fn cells(entry: &Entry, wide: bool, style: Style) -> Vec<String> {
    let job = &entry.job;
    let plain = |text: Option<&str>| text.map(inert).unwrap_or_default();
    let mut cells = vec![
        job.job_id.as_deref().map_or_else(|| "-".to_owned(), inert),
        job.status.word().to_owned(),
        took(job, style.now).unwrap_or_default(),
    ];
    if wide {
        cells.push(plain(job.begin_time.as_deref()));
        cells.push(plain(job.phone_id.as_deref().or(job.server_id.as_deref())));
    }
    cells
}

fn error(entry: &Entry, wide: bool) -> String {
    let job = &entry.job;
    let own = || entry.error.as_ref().map(|error| error.kind.word().to_owned());
    let error = inert(&error_of(job).or_else(own).unwrap_or_default());
    // A refused item has no job id: its phone is the only name it has.
    let subject = job.phone_id.as_deref().or(job.server_id.as_deref());
    match subject.filter(|_| job.job_id.is_none() && !wide) {
        Some(subject) => format!("{}: {error}", inert(subject)),
        None => error,
    }
}
