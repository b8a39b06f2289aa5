//! `cph auth login`, answered as people do: with typos at each question, and with settings from elsewhere.

use cph::simulator::{ACCESS_KEY, DOMAIN_NAME, PASSWORD, PROJECT_ID, REGION, SECRET_KEY, TOKEN, USER_NAME};

use crate::common::cph;
use crate::common::server::{Faulty, always, by, forward, refusing_port, send};
use crate::credentials::login::Desk;
use crate::credentials::responses::refused;
use crate::credentials::terminal::Terminal;

const KIND: &str = "Kind [1]: ";
const CONTROL: &str = "it has a control character, such as from an arrow key\n";

/// A question, wrong answers with their reasons, and the right one.
fn tries(terminal: &mut Terminal, question: &str, wrong: [(&str, &str); 2], right: &str) {
    let hidden = question.ends_with("(not shown): ");
    let mut answers = |answer: &str| match hidden {
        true => terminal.secret(question, answer),
        false => terminal.answer(question, answer),
    };
    wrong.iter().for_each(|(answer, _)| answers(answer));
    answers(right);
    let screen = terminal.screen();
    assert!(wrong.iter().all(|(_, reason)| screen.contains(reason)), "{wrong:?}: {screen}");
}

fn region(terminal: &mut Terminal) {
    let wrong = [("CN North 4", "region: only a-z, 0-9 and -, at most 64 of them\n"), ("", "no answer\n")];
    tries(terminal, "Region: ", wrong, REGION);
}

fn kind(terminal: &mut Terminal, right: &str) {
    let reason = "the kind is 1, 2 or 3, or its name: access key, password, token\n";
    tries(terminal, KIND, [("4", reason), ("pasword", reason)], right);
}

#[test]
fn two_typos_at_each_question_of_each_kind() {
    type Types = fn(&mut Terminal);
    let kinds: [(Types, &[&str]); 3] = [
        (
            |t| {
                kind(t, "Access-Key");
                let ascii = "access_key: only visible ASCII characters\n";
                tries(t, "Access key: ", [("ACCESS KEY", ascii), ("\u{1b}[A", CONTROL)], ACCESS_KEY);
                let ascii = "secret_key: only visible ASCII characters\n";
                tries(t, "Secret key (not shown): ", [("hunter2 hunter2", ascii), ("", "no answer")], SECRET_KEY);
                let ascii = "security_token: only visible ASCII characters\n";
                let wrong = [("hunter2é", ascii), ("hunter2 hunter2", ascii)];
                tries(t, "Security token of temporary keys, else empty (not shown): ", wrong, "");
            },
            &[ACCESS_KEY, SECRET_KEY],
        ),
        (
            |t| {
                kind(t, "Password");
                tries(t, "Account name: ", [("", "no answer"), ("\u{1b}[D", CONTROL)], DOMAIN_NAME);
                tries(t, "IAM user name: ", [("\u{1b}[A", CONTROL), ("   ", "no answer")], USER_NAME);
                let wrong = [("", "no answer"), ("", "no answer")];
                // Unseen, an arrow key changes nothing.
                tries(t, "Password (not shown): ", wrong, &format!("{PASSWORD}\u{1b}[A"));
            },
            &[DOMAIN_NAME, USER_NAME, PASSWORD],
        ),
        (
            |t| {
                kind(t, "tok");
                let ascii = "token: only visible ASCII characters\n";
                tries(t, "Token (not shown): ", [("hunter2 hunter2", ascii), ("   ", "no answer")], TOKEN);
            },
            &[TOKEN],
        ),
    ];
    for (types, parts) in kinds {
        let desk = Desk::new();
        let mut terminal = desk.login(&[], &[]);
        region(&mut terminal);
        types(&mut terminal);
        let (exit, screen) = terminal.end();
        assert_eq!(exit, Ok(0), "{screen}");
        assert!(!screen.contains("hunter2"), "{screen}");
        let written = desk.written();
        assert!(parts.iter().all(|part| written.contains(part)), "{written}");
    }
}

/// A letter of which the terminal took back one byte, as terminals without IUTF8 do.
#[test]
fn bytes_that_are_no_text_are_a_typo() {
    let desk = Desk::new();
    let mut terminal = desk.login(&[], &[]);
    terminal.expect("Region: ");
    terminal.types_bytes(b"\xc3\n");
    terminal.answer("that is not UTF-8 text\nRegion: ", REGION);
    terminal.answer(KIND, "3");
    terminal.secret("Token (not shown): ", TOKEN);
    assert_eq!(terminal.end().0, Ok(0));
}

#[test]
fn the_third_wrong_answer_ends_it() {
    let ends = |terminal: Terminal, reason: &str| {
        let (exit, screen) = terminal.end();
        assert_eq!(exit, Ok(2), "{screen}");
        assert!(screen.contains(&format!("\nerror: nothing was written: {reason}")), "{screen}");
    };
    let desk = Desk::new();
    let mut terminal = desk.login(&[], &[]);
    (0..3).for_each(|_| terminal.answer("Region: ", "no region"));
    ends(terminal, "region: only a-z");
    let mut terminal = desk.login(&["--region", REGION], &[]);
    (0..3).for_each(|_| terminal.answer(KIND, "agency"));
    ends(terminal, "the kind is 1, 2 or 3");
    let mut terminal = desk.login(&["--region", REGION], &[]);
    terminal.answer(KIND, "t");
    (0..3).for_each(|_| terminal.secret("Token (not shown): ", "hunter2 hunter2"));
    ends(terminal, "token: only visible ASCII");
    desk.untouched();
}

#[test]
fn what_flags_say_is_not_asked_and_is_checked_before_any_question() {
    let desk = Desk::new();
    let mut terminal = desk.login(&["--region", REGION, "--project-id", PROJECT_ID], &[]);
    terminal.answer(KIND, "3");
    terminal.secret("Token (not shown): ", TOKEN);
    let (exit, screen) = terminal.end();
    assert_eq!(exit, Ok(0), "{screen}");
    assert!(screen.contains(&format!("Region: {REGION} (from --region)\n")), "{screen}");
    assert!(screen.contains(&format!("Stores project_id {PROJECT_ID} with it (from --project-id).")), "{screen}");
    let written = desk.written();
    assert!(written.contains(&format!("project_id = \"{PROJECT_ID}\"\n")), "{written}");
    for flags in [["--region", "CN North 4"], ["--project-id", "a/b"], ["--region", "xn--a-.-"]] {
        let desk = Desk::new();
        let (exit, screen) = desk.login(&flags, &[]).end();
        assert_eq!(exit, Ok(3), "{screen}");
        assert!(screen.contains(flags[0]) && !screen.contains(KIND), "{screen}");
        desk.untouched();
    }
}

/// The environment's project and region, which may be gone at the next run.
#[test]
fn what_the_environment_says_is_stored_and_said() {
    let desk = Desk::new();
    let variables = [("CPH_PROJECT_ID", PROJECT_ID), ("CPH_REGION", "other-1")];
    let mut terminal = desk.login(&[], &variables);
    for (name, text) in [("endpoint", desk.url.as_str()), ("iam_endpoint", &desk.url), ("project_id", PROJECT_ID)] {
        terminal.expect(&format!("Stores {name} {text} with it (from CPH_{}).\n", name.to_uppercase()));
    }
    terminal.answer("Region [other-1]: ", REGION);
    terminal.answer(KIND, "3");
    terminal.secret("Token (not shown): ", TOKEN);
    let (exit, screen) = terminal.end();
    assert_eq!(exit, Ok(0), "{screen}");
    assert!(screen.ends_with("CPH_REGION is set to another region, and still overrides the profile's.\n"), "{screen}");
    let run = cph(["config", "-o", "json"]).env("HOME", desk.home.path()).run();
    let rows = run.json()["settings"].clone();
    for (name, value) in [("region", REGION), ("project_id", PROJECT_ID), ("endpoint", &desk.url)] {
        assert!(rows.as_array().unwrap().iter().any(|row| row["name"] == name && row["value"] == value), "{run}");
    }
}

/// A project belongs to one region.
#[test]
fn another_region_drops_the_project_of_the_old_one() {
    let desk = Desk::new();
    desk.write("[profiles.p]\nregion = 'old-1'\nproject_id = 'of-the-old-one' # mine\ntoken = 'old'\n");
    let mut terminal = desk.login(&["--profile", "p"], &[]);
    terminal.answer("Region [old-1]: ", REGION);
    terminal.answer(KIND, "3");
    terminal.secret("Token (not shown): ", TOKEN);
    terminal.expect("The profile's project_id belongs to old-1: it is removed");
    let (exit, screen) = terminal.end();
    assert_eq!(exit, Ok(0), "{screen}");
    assert!(screen.contains(PROJECT_ID) && !desk.written().contains("of-the-old-one"), "{screen}");
}

/// With an IAM that can't be asked only CPH refuses the typed one; the good one in the profile is no substitute.
#[test]
fn a_stored_credential_does_not_stand_in_for_the_typed_one() {
    let nobody = format!("http://127.0.0.1:{}", refusing_port());
    let desk = Desk::new();
    let before = format!("[profiles.p]\nproject_id = '{PROJECT_ID}'\ntoken = '{TOKEN}'\n");
    desk.write(&before);
    let mut terminal = desk.login(&["--profile", "p", "--region", REGION], &[("CPH_IAM_ENDPOINT", &nobody)]);
    terminal.answer(KIND, "3");
    terminal.secret("Token (not shown): ", "wrong-token-of-mine");
    let (exit, screen) = terminal.end();
    assert_eq!(exit, Ok(4), "{screen}");
    assert!(screen.contains("token from what was typed"), "{screen}");
    assert!(screen.contains("hint: nothing was written; "), "{screen}");
    assert_eq!(desk.written(), before);
}

/// Where IAM gives no answer and CPH accepts it, that is said, and it is written.
#[test]
fn an_iam_without_an_answer_is_said() {
    let iam = Faulty::start(always(send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")));
    let desk = Desk::new();
    let flags = ["--region", REGION, "--project-id", PROJECT_ID];
    let mut terminal = desk.login(&flags, &[("CPH_IAM_ENDPOINT", &iam.url())]);
    terminal.answer(KIND, "3");
    terminal.secret("Token (not shown): ", TOKEN);
    terminal.expect("CPH accepts it, IAM gave an unusable answer.\n");
    assert_eq!(terminal.end().0, Ok(0));
    assert!(desk.written().contains(TOKEN));
}

/// One trial is one signature, however it ends.
#[test]
fn a_refused_key_costs_one_signature() {
    let service = Faulty::start(by(|request, _| match request.is_job() {
        true => forward(),
        false => refused("verify aksk signature fail"),
    }));
    let desk = Desk::at(&service);
    let mut terminal = desk.login(&["--region", REGION, "--project-id", PROJECT_ID], &[]);
    terminal.answer(KIND, "");
    terminal.answer("Access key: ", ACCESS_KEY);
    terminal.secret("Secret key (not shown): ", SECRET_KEY);
    terminal.secret("else empty (not shown): ", "");
    assert_eq!(terminal.end().0, Ok(4));
    assert_eq!(service.requests().len(), 1);
    desk.untouched();
}

#[test]
fn what_cannot_be_written_is_told_before_any_question() {
    let desk = Desk::new();
    let pipe = desk.home.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    for config in [pipe.to_str().unwrap(), "/dev/null"] {
        let (exit, screen) = desk.login(&[], &[("CPH_CONFIG", config)]).end();
        assert_eq!(exit, Ok(3), "{screen}");
        assert!(screen.contains("is not a regular file") && !screen.contains("Region"), "{screen}");
    }
}

#[test]
fn the_length_of_a_profiles_name_is_in_characters() {
    let too_long = "a profile's name is one line of at most 64 characters";
    for (name, seen) in [("手".repeat(64), "Region: "), ("手".repeat(65), too_long), ("a".repeat(65), too_long)] {
        let desk = Desk::new();
        let mut terminal = desk.login(&["--profile", &name], &[]);
        terminal.expect(seen);
        // Ctrl-D: no more answers.
        terminal.types("\u{4}");
        assert!(terminal.wait().is_ok_and(|exit| exit == 2), "{}", terminal.screen());
    }
}
