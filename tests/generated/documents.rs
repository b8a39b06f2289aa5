//! What manual pages take from the README and the pages in `docs/`.

const README: &str = include_str!("../../README.md");
const CREDENTIALS: &str = include_str!("../../docs/credentials.md");
const EXIT_CODES: &str = include_str!("../../docs/exit-codes.md");
const WAITING: &str = include_str!("../../docs/waiting.md");

/// The paragraph that says what `cph` is.
pub(crate) fn introduction() -> String {
    README.split("\n\n").find(|paragraph| paragraph.starts_with("`cph` ")).unwrap().replace('\n', " ")
}

/// From one text to the end of another, on the page that has it.
pub(crate) fn sentence(start: &str, end: &str) -> String {
    let pages = [CREDENTIALS, EXIT_CODES, WAITING].map(|page| page.replace('\n', " "));
    let page = pages.iter().find(|page| page.contains(start)).unwrap_or_else(|| panic!("no page has {start:?}"));
    let (_, rest) = page.split_once(start).unwrap();
    let (middle, _) = rest.split_once(end).unwrap_or_else(|| panic!("no {end:?} after {start:?}"));
    let sentence = format!("{start}{middle}{end}");
    sentence.trim_end_matches(';').to_owned()
}

/// The table of settings: variables, keys in the config file, meaning.
pub(crate) fn settings() -> Vec<(String, String, String)> {
    let (_, table) = CREDENTIALS.split_once("| variable | key in the file | meaning |\n").unwrap();
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
    let all = sentence("`explain` ends with", "2 or 3 by itself.");
    let Some(command) = command else { return all };
    let of_it = |clause: &&str| clause.trim_start().starts_with(&format!("`{command}"));
    let clause = all.trim_end_matches('.').split("; ").find(of_it).unwrap_or_default();
    let codes = clause.split_once("with ").map(|(_, codes)| codes);
    codes.map(|codes| format!("It ends with {codes}.")).unwrap_or_default()
}
