//! Manual pages, from the definition that parses, the exit table and the documents: no text of theirs is written here
//! that stands somewhere else. clap_mangen shows no flag's value in a synopsis, and mandoc objects to its lists.

use clap::{Arg, Command};
use roff::{Inline, Roff, bold, italic, roman};

use crate::documents;

/// The page of a command and those of all below it, with their names.
pub(crate) fn pages(root: &Command) -> Vec<(String, Vec<u8>)> {
    let mut commands = vec![(root.get_name().to_owned(), root)];
    let mut next = 0;
    while let Some((name, command)) = commands.get(next).cloned() {
        commands.extend(command.get_subcommands().map(|below| (format!("{name}-{}", below.get_name()), below)));
        next += 1;
    }
    let names: Vec<&str> = commands.iter().map(|(name, _)| name.as_str()).collect();
    commands.iter().map(|(name, command)| (format!("{name}.1"), page(command, name, &names))).collect()
}

fn page(command: &Command, name: &str, names: &[&str]) -> Vec<u8> {
    let mut page = Roff::new();
    // Names are not broken, and words stand where they stand in a terminal.
    page.control("nh", []);
    page.control("ad", ["l"]);
    let about = command.get_about().unwrap().to_string();
    section(&mut page, "NAME");
    page.text([roman(format!("{name} - {about}"))]);
    section(&mut page, "SYNOPSIS");
    page.text(usage(command));
    section(&mut page, "DESCRIPTION");
    match name {
        "cph" => page.text(marked(&documents::introduction())),
        _ => page.text([roman(format!("{about}."))]),
    };
    section(&mut page, "OPTIONS");
    let flags = command.get_arguments().filter(|arg| !arg.is_positional());
    command.get_positionals().chain(flags).for_each(|arg| option(&mut page, arg));
    if command.has_subcommands() {
        section(&mut page, "COMMANDS");
        for below in command.get_subcommands() {
            item(&mut page, reference(&format!("{name}-{}", below.get_name())));
            page.text([roman(below.get_about().unwrap().to_string())]);
        }
    }
    exit_status(&mut page, command, name);
    environment(&mut page, command, name);
    if let Some(examples) = command.get_before_help() {
        section(&mut page, "EXAMPLES");
        self::examples(&mut page, examples.to_string().strip_prefix("Examples:\n").unwrap());
    }
    section(&mut page, "SEE ALSO");
    page.text(separated(related(name, names).into_iter().map(reference)));
    // No date: it would change without the page.
    let title = format!(".TH {} 1 \"\" \"cph {}\" \"User Commands\"\n", name.to_uppercase(), env!("CARGO_PKG_VERSION"));
    (title + &plain(&page.render())).into_bytes()
}

/// ASCII, and quotes and signs that are copied as they are typed.
fn plain(page: &str) -> String {
    page.replace('…', "...").replace('~', "\\(ti").replace('^', "\\(ha").replace('`', "\\(ga")
}

fn section(page: &mut Roff, title: &str) {
    page.control("SH", [title]);
}

fn item(page: &mut Roff, tag: impl Into<Vec<Inline>>) {
    page.control("TP", []);
    page.text(tag);
}

/// The same line as in the help, with what is to be replaced in italics.
fn usage(command: &Command) -> Vec<Inline> {
    let usage = command.clone().render_usage().to_string();
    let usage = usage.strip_prefix("Usage: ").unwrap();
    let name = command.get_bin_name().unwrap();
    let mut line = vec![bold(name)];
    for (at, part) in usage.strip_prefix(name).unwrap().split(['<', '>']).enumerate() {
        line.push(if at % 2 == 1 { italic(part) } else { roman(part) });
    }
    line
}

fn option(page: &mut Roff, arg: &Arg) {
    let names = [arg.get_short().map(|short| format!("-{short}")), arg.get_long().map(|long| format!("--{long}"))];
    let mut tag = separated(names.into_iter().flatten().map(|name| vec![bold(name)]));
    let values = if arg.get_action().takes_values() { arg.get_value_names().unwrap_or_default() } else { &[] };
    for value in values {
        let before = if arg.is_last_set() {
            "-- "
        } else if tag.is_empty() {
            ""
        } else {
            " "
        };
        tag.extend([roman(before), italic(value.as_str())]);
    }
    if arg.is_positional() && arg.get_num_args().unwrap().max_values() > 1 {
        tag.push(roman(" ..."));
    }
    item(page, tag);
    let help = arg.get_help().unwrap().to_string();
    let default = arg.get_default_values().iter().map(|value| value.to_str().unwrap()).next();
    let default = default.filter(|_| !values.is_empty()).map(|value| format!("; the default is {value}"));
    page.text([roman(help + &default.unwrap_or_default())]);
    let values = if values.is_empty() { Vec::new() } else { arg.get_possible_values() };
    let Some(widest) = values.iter().map(|value| value.get_name().len()).max() else { return };
    page.control("RS", []);
    page.control("PD", ["0"]);
    if values.iter().all(|value| value.get_help().is_none()) {
        page.control("PP", []);
        page.text(separated(values.iter().map(|value| vec![bold(value.get_name())])));
    } else {
        for value in &values {
            page.control("TP", [(widest + 2).to_string().as_str()]);
            page.text([bold(value.get_name())]);
            page.text([roman(value.get_help().unwrap().to_string())]);
        }
    }
    page.control("PD", []);
    page.control("RE", []);
}

/// The table where the help has it, what the documents say of the others.
fn exit_status(page: &mut Roff, command: &Command, name: &str) {
    let jobs = command.get_after_help().is_some();
    let others = documents::exit_codes(name.split('-').nth(1));
    if name != "cph" && !jobs && others.is_empty() {
        return;
    }
    section(page, "EXIT STATUS");
    if name == "cph" || jobs {
        for line in cph::exit::TABLE.lines().skip(1) {
            let Some(row) = line.strip_prefix("  ") else {
                page.control("PP", []);
                page.text([roman(line)]);
                continue;
            };
            let mut cells = row.split("  ").map(str::trim).filter(|cell| !cell.is_empty());
            page.control("TP", ["4"]);
            page.text([bold(cells.next().unwrap())]);
            page.text([bold(cells.next().unwrap()), roman(format!(": {}", cells.next().unwrap()))]);
        }
    }
    if name == "cph" {
        page.control("PP", []);
        page.text(marked(&others));
    } else if !others.is_empty() {
        let mut text = marked(&others);
        if others.contains('0') {
            text.extend([roman(" "), bold("cph"), roman("(1) says what each code means.")]);
        }
        page.text(text);
    }
}

fn environment(page: &mut Roff, command: &Command, name: &str) {
    let all = name == "cph" || command.get_arguments().any(|argument| argument.get_id() == "region");
    let some: &[&str] = match name {
        _ if all => &[],
        "cph-explain" => &["CPH_LANG"],
        "cph-auth-logout" => &["CPH_CONFIG", "CPH_PROFILE"],
        _ => return,
    };
    section(page, "ENVIRONMENT");
    for (names, key, meaning) in documents::settings() {
        if !names.is_empty() && (all || some.contains(&names.as_str())) {
            item(page, [bold(names)]);
            page.text(marked(&meaning));
            if !key.is_empty() {
                page.text([roman(format!("(in the config file: {key})"))]);
            }
        }
    }
    if all {
        page.control("PP", []);
        page.text(marked(&documents::sentence("`NO_COLOR`, `CLICOLOR_FORCE`", "are honoured.")));
        page.text(marked(&documents::sentence("`HTTPS_PROXY`, `ALL_PROXY`", "An empty variable counts as unset.")));
    }
    if name == "cph-explain" {
        return;
    }
    section(page, "FILES");
    item(page, [bold("~/.config/cph/config.toml")]);
    page.text(marked(&documents::sentence("The config file is ", "is refused.")));
    if !all {
        return;
    }
    for (names, key, meaning) in documents::settings() {
        if names.is_empty() {
            page.control("IP", []);
            page.text([bold(key), roman(": ")].into_iter().chain(marked(&meaning)).collect::<Vec<_>>());
        }
    }
    item(page, [bold("~/.cache/cph")]);
    page.text(marked(&documents::sentence("The token is kept in ", "before it expires;")));
    item(page, [bold("~/.huaweicloud/credentials"), roman(", "), bold("~/.hcloud/config.json")]);
    page.text(marked(&documents::sentence("Without a `CPH_*` credential and a profile,", "project.")));
}

/// As typed where no line has a comment behind it.
fn examples(page: &mut Roff, examples: &str) {
    let lines: Vec<_> =
        examples.lines().map(|line| line.trim_start().split_once("  ").unwrap_or((line.trim(), ""))).collect();
    if lines.iter().any(|(_, comment)| !comment.is_empty()) {
        for (command, comment) in lines {
            item(page, [bold(command)]);
            page.text([roman(comment.trim())]);
        }
        return;
    }
    page.control("nf", []);
    for (command, _) in lines {
        page.text([roman(command)]);
    }
    page.control("fi", []);
}

/// The pages above it, beside it and below it.
fn related<'a>(name: &str, names: &[&'a str]) -> Vec<&'a str> {
    let in_chain = |other: &str| name.starts_with(&format!("{other}-")) || other.starts_with(&format!("{name}-"));
    let above = |name: &str| name.rsplit_once('-').map(|(above, _)| above.to_owned());
    let beside = |other: &str| other != name && above(other) == above(name);
    let mut related: Vec<_> = names.iter().copied().filter(|other| in_chain(other) || beside(other)).collect();
    related.sort_unstable();
    related
}

fn reference(name: &str) -> Vec<Inline> {
    vec![bold(name), roman("(1)")]
}

fn separated(parts: impl IntoIterator<Item = Vec<Inline>>) -> Vec<Inline> {
    let mut line = Vec::new();
    for part in parts {
        if !line.is_empty() {
            line.push(roman(", "));
        }
        line.extend(part);
    }
    line
}

/// Markdown's `code` in bold.
fn marked(text: &str) -> Vec<Inline> {
    text.split('`').enumerate().map(|(at, part)| if at % 2 == 1 { bold(part) } else { roman(part) }).collect()
}
