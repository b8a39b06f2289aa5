//! What manual pages take from the README.

const README: &str = include_str!("../../README.md");

/// Its first paragraph.
pub(crate) fn introduction() -> String {
    README.split("\n\n").nth(1).unwrap().replace('\n', " ")
}

/// From one text to the end of another.
pub(crate) fn sentence(start: &str, end: &str) -> String {
    let text = README.replace('\n', " ");
    let (_, rest) = text.split_once(start).unwrap_or_else(|| panic!("the README has no {start:?}"));
    let (middle, _) = rest.split_once(end).unwrap_or_else(|| panic!("the README has no {end:?} after {start:?}"));
    let sentence = format!("{start}{middle}{end}");
    sentence.trim_end_matches(';').to_owned()
}

/// The table of settings: variables, keys in the config file, meaning.
pub(crate) fn settings() -> Vec<(String, String, String)> {
    let (_, table) = README.split_once("| variable | key in the file | meaning |\n").unwrap();
    let rows = table.lines().skip(1).take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [variables, keys, meaning] = cells[..] else { panic!("{row}") };
        (variables.replace('`', ""), keys.replace('`', ""), meaning.to_owned())
    })
    .collect()
}

/// How commands end that are not about jobs: one of them, or all.
pub(crate) fn exit_codes(command: Option<&str>) -> String {
    let all = sentence("`explain` ends with", "the code of COMMAND.");
    let Some(command) = command else { return all };
    let of_it = |clause: &&str| clause.trim_start().starts_with(&format!("`{command}"));
    let clause = all.trim_end_matches('.').split("; ").find(of_it).unwrap_or_default();
    let codes = clause.split_once("with ").map(|(_, codes)| codes);
    codes.map(|codes| format!("It ends with {codes}.")).unwrap_or_default()
}
