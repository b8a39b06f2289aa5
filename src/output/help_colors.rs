//! PURE: the colours of help and of usage errors, those of cargo's and uv's. The text is rendered without them: clap's
//! own colouring leaves the examples and the exit codes plain. Must not know the commands.

const HEADING: &str = "1;32";
const LITERAL: &str = "1;36";
const PLACEHOLDER: &str = "36";
const ERROR: &str = "1;31";
/// That of `hint` elsewhere.
const TIP: &str = "36";

/// Deepest indent of a flag (`      --region`, below `  -h, --help`); descriptions stand deeper.
const FLAG_INDENT: usize = 6;

/// `text` with headings, literals and placeholders in colour. Nothing but colour sequences is added.
pub(crate) fn colored(text: &str) -> String {
    text.split_inclusive('\n').map(line).collect()
}

fn line(line: &str) -> String {
    let indented = line.trim_start_matches(' ');
    let text = indented.trim_end();
    let (indent, end) = (line.len() - indented.len(), indented.strip_prefix(text).unwrap_or_default());
    let shown = match indent {
        0 => unindented(text),
        _ if text.starts_with("tip:") => prefix("tip:", TIP, text, str::to_owned),
        // The values of a usage error; a sentence, unlike the placeholder of an argument.
        _ if text.starts_with("[possible values:") => text.to_owned(),
        // `- always: Everywhere` in the description of a flag.
        10 if text.starts_with("- ") => match text.split_once(':') {
            Some((value, rest)) => format!("- {}:{rest}", painted(value.trim_start_matches("- "), LITERAL)),
            None => text.to_owned(),
        },
        1..=FLAG_INDENT => {
            let (column, rest) = text.split_at(text.find("  ").unwrap_or(text.len()));
            words(column) + rest
        }
        _ => text.to_owned(),
    };
    format!("{}{shown}{end}", " ".repeat(indent))
}

fn unindented(text: &str) -> String {
    if text.starts_with("error:") {
        prefix("error:", ERROR, text, str::to_owned)
    } else if text.starts_with("Usage:") {
        prefix("Usage:", HEADING, text, words)
    } else if text.ends_with(':') {
        painted(text, HEADING)
    } else {
        text.to_owned()
    }
}

fn prefix(word: &str, code: &str, text: &str, rest: impl Fn(&str) -> String) -> String {
    painted(word, code) + &rest(text.strip_prefix(word).unwrap_or_default())
}

/// The words of a command or a flag, each literal or a placeholder.
fn words(text: &str) -> String {
    let is_placeholder = |word: &str| word.starts_with(['<', '[']) && word.ends_with(['>', ']', '.']);
    if !text.split(' ').any(is_placeholder) {
        return painted(text, LITERAL);
    }
    let word = |word| painted(word, if is_placeholder(word) { PLACEHOLDER } else { LITERAL });
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

fn painted(text: &str, code: &str) -> String {
    if text.is_empty() { String::new() } else { format!("\u{1b}[{code}m{text}\u{1b}[0m") }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `{H…}` for a heading, `{L…}` literal, `{P…}` placeholder, `{E…}` error.
    fn marked(text: &str) -> String {
        let mut text = colored(text);
        for (code, mark) in [(HEADING, "{H"), (LITERAL, "{L"), (PLACEHOLDER, "{P"), (ERROR, "{E")] {
            text = text.replace(&format!("\u{1b}[{code}m"), mark);
        }
        text.replace("\u{1b}[0m", "}")
    }

    #[test]
    fn each_kind_of_line() {
        for (plain, shown) in [
            ("", ""),
            ("One look at each job\n", "One look at each job\n"),
            ("Exit codes:\n", "{HExit codes:}\n"),
            ("Several jobs: the lowest number.", "Several jobs: the lowest number."),
            ("Usage: cph job [OPTIONS] <ID>... | -\n", "{HUsage:} {Lcph} {Ljob} {P[OPTIONS]} {P<ID>...} {L|} {L-}\n"),
            ("Usage: cph simulator [-- <COMMAND>...]", "{HUsage:} {Lcph} {Lsimulator} {L[--} {P<COMMAND>...]}"),
            ("  job         What became of jobs\n", "  {Ljob}         What became of jobs\n"),
            ("  cph config -o json    as JSON", "  {Lcph config -o json}    as JSON"),
            ("  cph job wait - <ids", "  {Lcph job wait - <ids}"),
            ("      --request-id <REQUEST_ID>\n", "      {L--request-id} {P<REQUEST_ID>}\n"),
            ("  -o, --output <FORMAT>  Output format", "  {L-o,} {L--output} {P<FORMAT>}  Output format"),
            ("  -v, --verbose...\n", "  {L-v, --verbose...}\n"),
            ("  [JOB_ID]...\n", "  {P[JOB_ID]...}\n"),
            ("  0  ok           every job", "  {L0}  ok           every job"),
            ("          Region, such as cn-north-4\n", "          Region, such as cn-north-4\n"),
            ("          - auto:   On a terminal", "          - {Lauto}:   On a terminal"),
            ("          [default: auto]\n", "          [default: auto]\n"),
            ("          \n", "          \n"),
            ("error: unexpected argument '-x' found\n\n", "{Eerror:} unexpected argument '-x' found\n\n"),
            ("error: these were not provided:\n  <ID>\n", "{Eerror:} these were not provided:\n  {P<ID>}\n"),
            ("  [possible values: table, json]\n", "  [possible values: table, json]\n"),
            ("  tip: a similar value exists: 'json'", "  {Ptip:} a similar value exists: 'json'"),
        ] {
            assert_eq!(marked(plain), shown);
        }
    }
}
