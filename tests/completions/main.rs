//! Completions, typed with a real Tab into the shells that are installed. A line is what is typed, then the arguments
//! that `cph` gets when Enter follows. The text of the scripts is compared in `generated/`.

// A test fails by panicking, in its helpers, too.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::print_stderr)]
#![cfg(unix)]

mod shell;

use std::process::Command;

use shell::{Kind, Shell};

const BASH: Kind = Kind {
    name: "bash",
    shell: "bash",
    arguments: &["--noprofile", "--rcfile", "../start", "-i"],
    script: "cph.bash",
    start: ("start", ". ~/cph.bash; PS1='ready>'; cph() { printf '{{'; printf '<%s>' \"$@\"; echo '}}'; }"),
};

/// `=` is a part of the word.
const BASH_WORDS: Kind = Kind {
    name: "bash with other word breaks",
    start: (
        "start",
        "COMP_WORDBREAKS=${COMP_WORDBREAKS//=}; . ~/cph.bash
        PS1='ready>'; cph() { printf '{{'; printf '<%s>' \"$@\"; echo '}}'; }",
    ),
    ..BASH
};

const BASH_COMPLETION: Kind = Kind {
    name: "bash with bash-completion",
    script: ".local/share/bash-completion/completions/cph",
    start: (
        "start",
        ". /usr/share/bash-completion/bash_completion; PS1='ready>'; cph() { printf '{{'; printf '<%s>' \"$@\"; echo '}}'; }",
    ),
    ..BASH
};

const ZSH: Kind = Kind {
    name: "zsh",
    shell: "zsh",
    arguments: &["-d", "-i"],
    script: "functions/_cph",
    start: (
        ".zshrc",
        "fpath=(~/functions $fpath); autoload -Uz compinit; compinit -u -D
        PS1='ready>'; cph() { printf '{{'; printf '<%s>' \"$@\"; echo '}}'; }",
    ),
};

const ZSH_SOURCED: Kind = Kind {
    name: "zsh, as docs/install.md has it",
    script: "cph.zsh",
    start: (
        ".zshrc",
        "autoload -Uz compinit; compinit -u -D; eval \"$(<~/cph.zsh)\"
        PS1='ready>'; cph() { printf '{{'; printf '<%s>' \"$@\"; echo '}}'; }",
    ),
    ..ZSH
};

const FISH: Kind = Kind {
    name: "fish",
    shell: "fish",
    arguments: &["-i"],
    script: ".config/fish/completions/cph.fish",
    start: (
        ".config/fish/config.fish",
        "set fish_greeting; function fish_prompt; echo -n 'ready>'; end; function cph; printf '{{'; printf '<%s>' $argv; echo '}}'; end",
    ),
};

/// What is the same in every shell.
const LINES: &[(&str, &str)] = &[
    ("cph conf\t", "<config>"),
    ("cph job sh\t", "<job><show>"),
    ("cph auth st\t", "<auth><status>"),
    ("cph completion fi\t", "<completion><fish>"),
    ("cph help jo\t", "<help><job>"),
    ("cph help job wa\t", "<help><job><wait>"),
    ("cph --col\t", "<--color>"),
    ("cph --color nev\t", "<--color><never>"),
    ("cph --color nev\tconf\t", "<--color><never><config>"),
    // A code, and one that is none.
    ("cph explain CPS.000\t", "<explain><CPS.000>"),
    ("cph explain IAM.0072\t", "<explain><IAM.0072>"),
    // A value after a space, after =, and after a comma; none twice.
    ("cph job show -o ta\t", "<job><show><-o><table>"),
    ("cph job show --output=ta\t", "<job><show><--output=table>"),
    ("cph job show --only fai\t", "<job><show><--only><failure>"),
    ("cph job wait --only success,fai\t", "<job><wait><--only><success,failure>"),
    ("cph job wait --only=success,fai\t", "<job><wait><--only=success,failure>"),
    ("cph job show --field request_id,job\t", "<job><show><--field><request_id,job_id>"),
    ("cph job show --field job_id,job\t", "<job><show><--field><job_id,job>"),
    ("cph job show --field=status,job_id,phone_i\t", "<job><show><--field=status,job_id,phone_id>"),
    ("cph simulator --credential=tok\t", "<simulator><--credential=token>"),
    // No file where none belongs.
    ("cph job show \t", "<job><show>"),
    ("cph job show sim-ok \t", "<job><show><sim-ok>"),
    ("cph job show a-\t", "<job><show><a->"),
    ("cph job show -- \t", "<job><show><-->"),
    ("cph job show --request-id \t", "<job><show><--request-id>"),
    ("cph job show --region \t", "<job><show><--region>"),
    ("cph job show --region a-\t", "<job><show><--region><a->"),
    ("cph job show --region=a-\t", "<job><show><--region=a->"),
    ("cph job show --project-id \t", "<job><show><--project-id>"),
    ("cph job wait --timeout \t", "<job><wait><--timeout>"),
    ("cph job wait --interval 2s \t", "<job><wait><--interval><2s>"),
    ("cph --profile \t", "<--profile>"),
    ("cph explain a-\t", "<explain><a->"),
    ("cph auth login a-\t", "<auth><login><a->"),
    ("cph config a-\t", "<config><a->"),
    ("cph simulator a-\t", "<simulator><a->"),
    ("cph simulator --listen \t", "<simulator><--listen>"),
    // A report, and the simulated command.
    ("cph job show --junit \t", "<job><show><--junit><a-file>"),
    ("cph job show --junit=a-\t", "<job><show><--junit=a-file>"),
    ("cph simulator -- unam\t", "<simulator><--><uname>"),
    ("cph simulator --credential token -- test -f \t", "<simulator><--credential><token><--><test><-f><a-file>"),
];

/// The simulated command is completed as it is without `cph simulator --`.
const NESTED: &[(&str, &str)] = &[("cph simulator -- cph job sh\t", "<simulator><--><cph><job><show>")];

#[test]
fn bash() {
    completes(&BASH, &[LINES]);
    completes(&BASH_WORDS, &[LINES]);
}

#[test]
fn bash_with_bash_completion() {
    if std::path::Path::new("/usr/share/bash-completion/bash_completion").exists() {
        completes(&BASH_COMPLETION, &[LINES, NESTED]);
    } else {
        eprintln!("skipped: bash-completion is not installed");
    }
}

#[test]
fn zsh() {
    completes(&ZSH, &[LINES, NESTED]);
    completes(&ZSH_SOURCED, &[LINES, NESTED]);
}

#[test]
fn fish() {
    completes(&FISH, &[LINES, NESTED]);
}

fn completes(kind: &Kind, tables: &[&[(&str, &str)]]) {
    let Ok(version) = Command::new(kind.shell).arg("--version").output() else {
        eprintln!("skipped: {} is not installed", kind.shell);
        return;
    };
    if String::from_utf8_lossy(&version.stdout).contains("bash, version 3") {
        eprintln!("skipped: bash 3 splits lines for completions in another way");
        return;
    }
    let mut shell = Shell::start(kind);
    let wrong: Vec<String> = tables
        .iter()
        .copied()
        .flatten()
        .filter_map(|(line, arguments)| {
            let got = shell.arguments(line);
            (got != *arguments).then(|| format!("{line:?} gives {got}, not {arguments}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}: {wrong:#?}", kind.name);
}
