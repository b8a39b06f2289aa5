//! PURE: how time, CPU time and memory grow with the number of jobs, as a picture of the table in
//! `benches/data/growth.csv`, which `benches/growth.sh` writes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::svg::{Palette, WIDTH, Words, escaped, open, tenths};

/// In pixels, as are all of these.
const HEIGHT: usize = 300;
const PANEL: usize = 236;
const LEFT: usize = 52;
const TOP: usize = 34;
const PLOT_WIDTH: usize = 166;
const PLOT_HEIGHT: usize = 190;

/// One of the measured quantities; the axis goes over whole powers of ten.
struct Panel {
    title: &'static str,
    column: usize,
    powers: std::ops::RangeInclusive<i32>,
    unit: fn(i32) -> String,
}

const PANELS: [Panel; 3] = [
    Panel { title: "time", column: 0, powers: -3..=2, unit: seconds },
    Panel { title: "CPU time", column: 1, powers: -3..=2, unit: seconds },
    Panel { title: "peak memory", column: 2, powers: 0..=3, unit: megabytes },
];

fn seconds(power: i32) -> String {
    let number = |power: i32| 10_u32.pow(power.unsigned_abs());
    if power < 0 { format!("{} ms", number(power + 3)) } else { format!("{} s", number(power)) }
}

fn megabytes(power: i32) -> String {
    if power < 3 { format!("{} MB", 10_u32.pow(power.unsigned_abs())) } else { "1 GB".to_owned() }
}

/// Of each form the number of jobs with time, CPU time and memory, in the order of the table.
pub(crate) struct Table(Vec<(String, BTreeMap<u32, [f64; 3]>)>);

impl Table {
    pub(crate) fn read(csv: &str) -> Self {
        let mut forms: Vec<(String, BTreeMap<u32, [f64; 3]>)> = Vec::new();
        let mut lines = csv.lines();
        assert_eq!(lines.next(), Some("jobs,form,seconds,cpu_seconds,peak_mb"));
        for line in lines {
            let fields: Vec<&str> = line.split(',').collect();
            let [jobs, form, numbers @ ..] = fields.as_slice() else { panic!("{line}") };
            let numbers: Vec<f64> = numbers.iter().map(|number| number.parse().unwrap()).collect();
            let row = (jobs.parse().unwrap(), <[f64; 3]>::try_from(numbers).unwrap());
            match forms.iter_mut().find(|(name, _)| name == form) {
                Some((_, rows)) => drop(rows.insert(row.0, row.1)),
                None => forms.push(((*form).to_owned(), BTreeMap::from([row]))),
            }
        }
        Self(forms)
    }
}

/// The table of `docs/performance.md`: curl and `cph -q`, and of the memory the most that any form takes.
pub(crate) fn markdown(table: &Table) -> String {
    let form = |name: &str| &table.0.iter().find(|(form, _)| form == name).unwrap().1;
    let (curl, quiet) = (form("curl"), form("-q"));
    let most = |jobs: &u32| table.0.iter().skip(1).map(|(_, rows)| rows[jobs][2]).fold(0.0, f64::max);
    let mut markdown = String::from(
        "| jobs | time: curl | `cph -q` | CPU time: curl | `cph -q` | peak memory: curl | `cph`, any form |\n\
         |---|---|---|---|---|---|---|\n",
    );
    for (jobs, [time, cpu, memory]) in curl {
        let [our_time, our_cpu, _] = quiet[jobs];
        let _ = writeln!(
            markdown,
            "| {} | {} | {} | {} | {} | {memory:.0} MB | {:.0} MB |",
            with_commas(*jobs),
            shown(*time),
            shown(our_time),
            shown(*cpu),
            shown(our_cpu),
            most(jobs)
        );
    }
    markdown
}

fn with_commas(number: u32) -> String {
    if number < 1_000 { number.to_string() } else { format!("{},{:03}", number / 1_000, number % 1_000) }
}

/// Two digits, which is more than two runs have in common.
fn shown(seconds: f64) -> String {
    match seconds {
        ..0.01 => format!("{:.1} ms", seconds * 1e3),
        ..1.0 => format!("{:.0} ms", seconds * 1e3),
        _ => format!("{seconds:.1} s"),
    }
}

pub(crate) fn picture(table: &Table, palette: &Palette) -> String {
    let words = Words {
        title: "How cph job show grows with the number of jobs, from 1 to 100,000",
        description: "Three charts with logarithmic axes: time, CPU time and peak memory of cph in five forms of \
                      output and of curl. The figures are in benches/data/growth.csv.",
    };
    let Palette { text, background, border, muted, green, red, cyan, yellow, .. } = palette;
    let mut svg = open(&words, HEIGHT, palette);
    let _ = writeln!(
        svg,
        "<style>text{{font:12px system-ui,'Segoe UI',Helvetica,Arial,sans-serif}}path{{fill:none;stroke:{border}}}\
         .line{{stroke-width:1.8;stroke-linejoin:round}}</style>\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" rx=\"8\" fill=\"{background}\"/>"
    );
    let colors = [muted, text, cyan, green, yellow, red];
    // The forms may lie upon each other.
    let dashes = ["none", "none", "8 3", "4 3", "2 3", "6 3 2 3"];
    let style =
        |form: usize| format!("class=\"line\" style=\"stroke:{};stroke-dasharray:{}\"", colors[form], dashes[form]);
    for (at, panel) in PANELS.iter().enumerate() {
        let left = at * PANEL + LEFT;
        axes(&mut svg, panel, left);
        for (form, (_, rows)) in table.0.iter().enumerate() {
            let points = rows.iter().map(|(jobs, numbers)| point(panel, left, *jobs, numbers[panel.column]));
            let _ = writeln!(svg, "<path {} d=\"M{}\"/>", style(form), points.collect::<Vec<_>>().join("L"));
        }
    }
    let mut left = LEFT;
    for (form, (name, _)) in table.0.iter().enumerate() {
        let name = match name.as_str() {
            "curl" => "curl -Z --parallel-max 16",
            "-q" => "cph -q",
            "field" => "--field",
            name => &format!("-o {name}"),
        };
        let (y, label) = (HEIGHT - 18, left + 30);
        let _ = writeln!(svg, "<path {} d=\"M{left} {y}h24\"/>", style(form));
        let _ = writeln!(svg, "<text x=\"{label}\" y=\"{}\">{}</text>", y + 4, escaped(name));
        // By the width of an average letter.
        left = label + name.len() * 6 + 22;
    }
    svg + "</svg>\n"
}

fn axes(svg: &mut String, panel: &Panel, left: usize) {
    let (right, bottom) = (left + PLOT_WIDTH, TOP + PLOT_HEIGHT);
    let _ = writeln!(svg, "<text x=\"{left}\" y=\"{}\" font-weight=\"600\">{}</text>", TOP - 12, panel.title);
    for power in panel.powers.clone() {
        let y = height(panel, f64::from(power));
        let _ = writeln!(svg, "<path d=\"M{left} {y}H{right}\"/>");
        let (x, y) = (left - 6, y + 4.0);
        let _ =
            writeln!(svg, "<text class=\"m\" text-anchor=\"end\" x=\"{x}\" y=\"{y}\">{}</text>", (panel.unit)(power));
    }
    for (power, jobs) in ["1", "10", "100", "1,000", "10,000", "100,000"].iter().enumerate() {
        let x = left + power * PLOT_WIDTH / 5;
        let _ = writeln!(svg, "<path d=\"M{x} {bottom}v4\"/>");
        // Every second one: they need the room.
        if power % 2 == 1 {
            let y = bottom + 18;
            let _ = writeln!(svg, "<text class=\"m\" text-anchor=\"middle\" x=\"{x}\" y=\"{y}\">{jobs}</text>");
        }
    }
    let (x, y) = (left + PLOT_WIDTH / 2, bottom + 34);
    let _ = writeln!(svg, "<text class=\"m\" text-anchor=\"middle\" x=\"{x}\" y=\"{y}\">jobs</text>");
}

fn point(panel: &Panel, left: usize, jobs: u32, value: f64) -> String {
    let x = left as f64 + f64::from(jobs).log10() * PLOT_WIDTH as f64 / 5.0;
    format!("{} {}", tenths((x * 10.0).round() as usize), height(panel, value.log10()))
}

/// Where a power of ten is, with one digit behind the point.
fn height(panel: &Panel, power: f64) -> f64 {
    let (least, most) = (f64::from(*panel.powers.start()), f64::from(*panel.powers.end()));
    let share = (power - least) / (most - least);
    assert!((0.0..=1.0).contains(&share), "{}: 10^{power:.2} is outside of its axis", panel.title);
    let y = (TOP + PLOT_HEIGHT) as f64 - share * PLOT_HEIGHT as f64;
    (y * 10.0).round() / 10.0
}
