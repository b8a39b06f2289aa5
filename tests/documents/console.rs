//! Runs each command of a console block against a simulator of its own and compares what it prints.

use crate::common::in_parallel;
use crate::common::{path_with_cph, program, simulator};
use crate::document::blocks;
use crate::recipes::is_installed;

/// Each command with what it prints; a line with `> ` goes on with the command.
fn commands() -> Vec<(String, String)> {
    let mut commands: Vec<(String, String)> = Vec::new();
    for block in blocks("console") {
        let start = commands.len();
        for line in block.lines() {
            if let Some(command) = line.strip_prefix("$ ") {
                commands.push((command.to_owned(), String::new()));
                continue;
            }
            let here = commands.len() > start;
            let (command, output) = commands.last_mut().filter(|_| here).unwrap_or_else(|| {
                panic!("a console block begins with a command: {block}");
            });
            match line.strip_prefix("> ") {
                Some(more) if output.is_empty() => *command += &format!("\n{more}"),
                _ => *output += &format!("{line}\n"),
            }
        }
    }
    commands
}

/// Both streams in the order in which they came, as in a terminal.
#[test]
fn console_blocks_show_what_happens() {
    let commands = commands();
    assert!(commands.len() > 15, "{}", commands.len());
    in_parallel(24, &commands, |(command, expected)| {
        if command.contains("curl ") && !is_installed("curl") {
            eprintln!("left out: curl is not installed: {command}");
            return;
        }
        let built = command.replace("cargo run --release -- ", "cph ");
        let server = simulator();
        let script = format!("exec 2>&1\n{built}\n");
        let run = program("bash", ["--noprofile", "--norc", "-u", "-c", &script])
            .on(&server)
            .env("PATH", path_with_cph())
            .run();
        snapbox::assert_data_eq!(run.stdout, expected.as_str());
    });
}
