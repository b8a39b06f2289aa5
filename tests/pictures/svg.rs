//! PURE: lines of a terminal as an SVG picture, in a light and a dark variant.
//!
//! A page that shows a picture brings no font into it, so that each piece of text says how wide it is: columns stay
//! aligned in whatever monospace font the reader has.

use std::fmt::Write as _;

use vt100::Color;

use crate::terminal::{Glyph, Line};

/// In pixels, as are all of these. The picture is as wide as a README's text column.
pub(crate) const WIDTH: usize = 720;
const MARGIN: usize = 20;
/// Tenths of a pixel: 80 columns fill the picture.
const CELL: usize = 85;
const LINE: usize = 21;
const TITLE_BAR: usize = 34;
pub(crate) const FONT: &str = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', \
     'Noto Sans Mono CJK SC', 'Microsoft YaHei', monospace";

/// The colours of a variant: those that `cph` uses, and those of the window.
pub(crate) struct Palette {
    pub name: &'static str,
    pub background: &'static str,
    pub title_bar: &'static str,
    pub border: &'static str,
    pub text: &'static str,
    /// For the prompt, and for labels of a chart.
    pub muted: &'static str,
    pub green: &'static str,
    pub red: &'static str,
    pub cyan: &'static str,
    pub yellow: &'static str,
}

pub(crate) const PALETTES: [Palette; 2] = [
    Palette {
        name: "light",
        background: "#ffffff",
        title_bar: "#f0f2f5",
        border: "#d1d9e0",
        text: "#1f2328",
        muted: "#59636e",
        green: "#1a7f37",
        red: "#c11f2a",
        cyan: "#0a6a8a",
        yellow: "#845306",
    },
    Palette {
        name: "dark",
        background: "#12161d",
        title_bar: "#1e242d",
        border: "#3d444d",
        text: "#e6edf3",
        muted: "#9198a1",
        green: "#4ac26b",
        red: "#ff7b72",
        cyan: "#4fc7d3",
        yellow: "#d4a72c",
    },
];

/// What a reader who can't see the picture is told.
pub(crate) struct Words<'a> {
    pub title: &'a str,
    pub description: &'a str,
}

/// A window with these lines.
pub(crate) fn window(lines: &[Line], words: &Words<'_>, palette: &Palette) -> String {
    let height = TITLE_BAR + lines.len() * LINE + 2 * (MARGIN - 4);
    let mut svg = open(words, height, palette);
    let Palette { background, title_bar, border, muted, .. } = palette;
    let (right, bottom) = (WIDTH - 1, height - 1);
    let _ = write!(
        svg,
        "<rect x=\".5\" y=\".5\" width=\"{right}\" height=\"{bottom}\" rx=\"8\" fill=\"{background}\" stroke=\"{border}\"/>\n\
         <path d=\"M1 {TITLE_BAR}V8.5A7.5 7.5 0 0 1 8.5 1H{0}a7.5 7.5 0 0 1 7.5 7.5V{TITLE_BAR}z\" fill=\"{title_bar}\"/>\n\
         <g fill=\"{muted}\" opacity=\".5\"><circle cx=\"22\" cy=\"17\" r=\"5.5\"/><circle cx=\"41\" cy=\"17\" r=\"5.5\"/>\
         <circle cx=\"60\" cy=\"17\" r=\"5.5\"/></g>\n",
        WIDTH as f64 - 8.5,
    );
    for (row, line) in lines.iter().enumerate() {
        let baseline = TITLE_BAR + MARGIN - 4 + row * LINE + 15;
        for piece in pieces(line) {
            let _ = writeln!(
                svg,
                "<text{} x=\"{}\" y=\"{baseline}\" textLength=\"{}\">{}</text>",
                class(piece.color),
                tenths(MARGIN * 10 + piece.column * CELL),
                tenths(piece.cells * CELL),
                escaped(&piece.text)
            );
        }
    }
    svg + "</svg>\n"
}

/// The start of a picture of this height: words, fonts, colours.
pub(crate) fn open(words: &Words<'_>, height: usize, palette: &Palette) -> String {
    let Palette { text, green, red, cyan, yellow, muted, .. } = palette;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
         viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-labelledby=\"title desc\" xml:space=\"preserve\">\n\
         <title id=\"title\">{}</title>\n<desc id=\"desc\">{}</desc>\n\
         <style>text{{font:14px {FONT};fill:{text};white-space:pre}}\
         .g{{fill:{green}}}.r{{fill:{red}}}.c{{fill:{cyan}}}.y{{fill:{yellow}}}.m{{fill:{muted}}}</style>\n",
        escaped(words.title),
        escaped(words.description),
    )
}

/// Characters of one colour and one width, side by side.
struct Piece {
    column: usize,
    cells: usize,
    text: String,
    color: Color,
    is_wide: bool,
}

/// Stretched as one, wide characters would take cells from the others.
fn pieces(line: &Line) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut column = 0;
    for Glyph { text, color, cells } in line {
        let is_wide = *cells > 1;
        match pieces.last_mut() {
            Some(last) if last.color == *color && last.is_wide == is_wide => {
                last.text.push_str(text);
                last.cells += cells;
            }
            _ => pieces.push(Piece { column, cells: *cells, text: text.clone(), color: *color, is_wide }),
        }
        column += cells;
    }
    // Viewers disagree whether blanks at an edge count.
    for piece in &mut pieces {
        let inner = piece.text.trim_start_matches(' ');
        piece.column += piece.text.len() - inner.len();
        piece.cells -= piece.text.len() - inner.len();
        let trimmed = inner.trim_end_matches(' ');
        piece.cells -= inner.len() - trimmed.len();
        piece.text = trimmed.to_owned();
    }
    pieces.retain(|piece| piece.cells > 0);
    pieces
}

/// The muted one is for what the picture adds.
pub(crate) const MUTED: Color = Color::Idx(8);

fn class(color: Color) -> &'static str {
    match color {
        Color::Default => "",
        Color::Idx(1) => " class=\"r\"",
        Color::Idx(2) => " class=\"g\"",
        Color::Idx(6) => " class=\"c\"",
        Color::Idx(136) => " class=\"y\"",
        MUTED => " class=\"m\"",
        other => panic!("the palettes have no colour for {other:?}"),
    }
}

/// `42.5`, and `42` for whole ones.
pub(crate) fn tenths(number: usize) -> String {
    format!("{}", number as f64 / 10.0)
}

pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::screen;

    /// Of a colour such as `#1f2328`, as WCAG 2 defines it.
    fn luminance(color: &str) -> f64 {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&color[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    /// 4.5 is what WCAG asks of text; ours has more, but for what is muted.
    #[test]
    fn every_colour_can_be_read() {
        for palette in PALETTES {
            let Palette { background, text, muted, green, red, cyan, yellow, .. } = palette;
            for (color, least) in [(text, 12.0), (muted, 4.5), (green, 5.0), (red, 5.5), (cyan, 5.5), (yellow, 5.5)] {
                let (one, other) = (luminance(background), luminance(color));
                let contrast = (one.max(other) + 0.05) / (one.min(other) + 0.05);
                assert!(contrast >= least, "{}: {color} has {contrast:.2}", palette.name);
            }
        }
    }

    #[test]
    fn chinese_takes_two_cells_and_markup_is_escaped() {
        let words = Words { title: "<t>", description: "a & b" };
        let svg = window(&screen("<a>  执行 \x1b[31mx\x1b[0m".as_bytes()), &words, &PALETTES[0]);
        for part in [
            "<title id=\"title\">&lt;t&gt;</title>\n<desc id=\"desc\">a &amp; b</desc>",
            "<text x=\"20\" y=\"65\" textLength=\"25.5\">&lt;a&gt;</text>",
            "<text x=\"62.5\" y=\"65\" textLength=\"34\">执行</text>",
            "<text class=\"r\" x=\"105\" y=\"65\" textLength=\"8.5\">x</text>",
        ] {
            assert!(svg.contains(part), "no {part} in {svg}");
        }
    }
}
