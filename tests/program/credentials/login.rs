//! `cph auth login` on a terminal: asks, tries, and only then writes.

use std::fs;
use std::path::{Path, PathBuf};

use cph::simulator::{
    self, ACCESS_KEY, DOMAIN_NAME, PASSWORD, PROJECT_ID, REGION, SECRET_KEY, SECURITY_TOKEN, Server,
    TEMPORARY_ACCESS_KEY, TEMPORARY_SECRET_KEY, TOKEN, USER_NAME,
};
use rustix::termios::LocalModes;
use tempfile::TempDir;

use crate::common::server::{Faulty, always, by, forward, json, send, stall};
use crate::common::{cph, set_mode, simulator};
use crate::credentials::mode;
use crate::credentials::responses::{in_minutes, issued, job, refused};
use crate::credentials::terminal::Terminal;

/// A home, and the endpoints that variables name; without a region, so that it is asked for.
pub(crate) struct Desk {
    pub(crate) home: TempDir,
    pub(crate) url: String,
    _server: Option<Server>,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let server = simulator();
        Self { home: tempfile::tempdir().unwrap(), url: server.url(), _server: Some(server) }
    }

    pub(crate) fn at(service: &Faulty) -> Self {
        Self { home: tempfile::tempdir().unwrap(), url: service.url(), _server: None }
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.home.path().join(".config/cph/config.toml")
    }

    pub(crate) fn write(&self, text: &str) {
        fs::create_dir_all(self.file().parent().unwrap()).unwrap();
        fs::write(self.file(), text).unwrap();
        set_mode(&self.file(), 0o600);
    }

    pub(crate) fn login(&self, flags: &[&str], variables: &[(&str, &str)]) -> Terminal {
        let arguments = [&["auth", "login"], flags].concat();
        let endpoints = [("CPH_ENDPOINT", self.url.as_str()), ("CPH_IAM_ENDPOINT", &self.url)];
        Terminal::start(self.home.path(), &arguments, &[&endpoints, variables].concat())
    }

    /// The lines of the endpoints, which go with the credential.
    pub(crate) fn places(&self) -> String {
        format!("endpoint = \"{0}\"\niam_endpoint = \"{0}\"\n", self.url)
    }

    pub(crate) fn written(&self) -> String {
        assert_eq!(mode(&self.file()), 0o600);
        fs::read_to_string(self.file()).unwrap()
    }

    /// Nothing but what was there before.
    pub(crate) fn untouched(&self) {
        let left = files(self.home.path());
        assert!(left.is_empty(), "{left:?}");
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

fn types_keys(terminal: &mut Terminal, access_key: &str, secret_key: &str, security_token: &str) {
    terminal.answer("Region: ", REGION);
    terminal.answer("Kind [1]: ", "");
    terminal.answer("Access key: ", access_key);
    terminal.secret("Secret key (not shown): ", secret_key);
    terminal.secret("Security token of temporary keys, else empty (not shown): ", security_token);
}

fn types_password(terminal: &mut Terminal, password: &str) {
    terminal.answer("Region: ", REGION);
    terminal.answer("Kind [1]: ", "2");
    terminal.answer("Account name: ", DOMAIN_NAME);
    terminal.answer("IAM user name: ", USER_NAME);
    terminal.secret("Password (not shown): ", password);
}

fn types_token(terminal: &mut Terminal, token: &str) {
    terminal.answer("Region: ", REGION);
    terminal.answer("Kind [1]: ", "3");
    terminal.secret("Token (not shown): ", token);
}

#[test]
fn each_kind_is_tried_and_written() {
    type Types = fn(&mut Terminal);
    let kinds: [(Types, String, &str); 4] = [
        (
            |t| types_keys(t, ACCESS_KEY, SECRET_KEY, ""),
            format!("access_key = \"{ACCESS_KEY}\"\nsecret_key = \"{SECRET_KEY}\"\n"),
            SECRET_KEY,
        ),
        (
            |t| types_keys(t, TEMPORARY_ACCESS_KEY, TEMPORARY_SECRET_KEY, SECURITY_TOKEN),
            format!(
                "access_key = \"{TEMPORARY_ACCESS_KEY}\"\nsecret_key = \"{TEMPORARY_SECRET_KEY}\"\n\
                 security_token = \"{SECURITY_TOKEN}\"\n"
            ),
            TEMPORARY_SECRET_KEY,
        ),
        (
            |t| types_password(t, PASSWORD),
            format!("domain_name = \"{DOMAIN_NAME}\"\nusername = \"{USER_NAME}\"\npassword = \"{PASSWORD}\"\n"),
            PASSWORD,
        ),
        (|t| types_token(t, TOKEN), format!("token = \"{TOKEN}\"\n"), TOKEN),
    ];
    for (types, lines, secret) in kinds {
        let desk = Desk::new();
        let mut terminal = desk.login(&[], &[]);
        terminal.expect("Logs in and writes profile default to ");
        terminal.expect("config.toml, in plain text, mode 0600.");
        types(&mut terminal);
        terminal.expect("Trying it");
        let (exit, screen) = terminal.end();
        assert_eq!(exit, Ok(0), "{screen}");
        assert!(screen.ends_with(&format!("Logged in, project {PROJECT_ID}.\n")), "{screen}");
        assert!(!screen.contains(&secret[..12]), "{screen}");
        let places = desk.places();
        let expected =
            format!("default_profile = \"default\"\n\n[profiles.default]\nregion = \"{REGION}\"\n{places}{lines}");
        assert_eq!(desk.written(), expected);
        assert_eq!(files(desk.home.path()), [desk.file()], "nothing else is left");
        assert_eq!(mode(desk.file().parent().unwrap()), 0o700);
        // Without the variables the same endpoints are asked.
        let run = cph(["job", "show", "-q", "sim-ok"]).env("HOME", desk.home.path()).run();
        assert_eq!((run.exit(), run.stderr.as_str()), (0, ""), "{run}");
    }
}

const BEFORE: &str = "# mine\ndefault_profile = \"ci\" # the usual one\n\n\
    [profiles.ci] # CI\nregion = \"old-1\" # where\ntoken = \"old\"\n\n\
    # not to be touched\n[profiles.b]\naccess_key = \"k\"\nsecret_key = \"s\"\n";

#[test]
fn comments_other_profiles_and_links_survive() {
    let desk = Desk::new();
    desk.write(BEFORE);
    let real = desk.home.path().join("dotfiles.toml");
    fs::rename(desk.file(), &real).unwrap();
    std::os::unix::fs::symlink("../../dotfiles.toml", desk.file()).unwrap();
    let mut terminal = desk.login(&[], &[]);
    terminal.expect("profile ci");
    terminal.answer("Region [old-1]: ", REGION);
    terminal.answer("Kind [1]: ", "");
    terminal.answer("Access key: ", ACCESS_KEY);
    terminal.secret("Secret key (not shown): ", SECRET_KEY);
    terminal.secret("else empty (not shown): ", "");
    let (exit, screen) = terminal.end();
    assert_eq!(exit, Ok(0), "{screen}");
    let keys = format!("access_key = \"{ACCESS_KEY}\"\nsecret_key = \"{SECRET_KEY}\"\n");
    let parts = format!("{}{keys}", desk.places());
    let after = BEFORE.replace("\"old-1\"", &format!("\"{REGION}\"")).replace("token = \"old\"\n", &parts);
    assert_eq!(fs::read_to_string(&real).unwrap(), after);
    assert_eq!(mode(&real), 0o600);
    assert!(fs::symlink_metadata(desk.file()).unwrap().is_symlink());
}

#[test]
fn a_link_to_a_file_that_is_not_there_yet_stays_one() {
    let desk = Desk::new();
    desk.write("");
    fs::remove_file(desk.file()).unwrap();
    std::os::unix::fs::symlink("../../later.toml", desk.file()).unwrap();
    let mut terminal = desk.login(&[], &[]);
    types_token(&mut terminal, TOKEN);
    let (exit, screen) = terminal.end();
    assert_eq!(exit, Ok(0), "{screen}");
    assert!(fs::symlink_metadata(desk.file()).unwrap().is_symlink());
    assert!(fs::read_to_string(desk.home.path().join("later.toml")).unwrap().contains(TOKEN));
}

#[test]
fn a_profile_of_another_name_beside_the_others() {
    for (flags, variables, last) in
        [(&["--profile", "new"][..], &[][..], "Use it with --profile new."), (&[], &[("CPH_PROFILE", "new")], "")]
    {
        let desk = Desk::new();
        desk.write(BEFORE);
        let mut terminal = desk.login(flags, variables);
        terminal.expect("profile new");
        terminal.expect("Region");
        terminal.types(&format!("{REGION}\n"));
        terminal.answer("Kind [1]: ", "3");
        terminal.secret("Token (not shown): ", TOKEN);
        let (exit, screen) = terminal.end();
        assert_eq!(exit, Ok(0), "{screen}");
        assert!(screen.contains(last), "{screen}");
        let places = desk.places();
        let new = format!("\n[profiles.new]\nregion = \"{REGION}\"\n{places}token = \"{TOKEN}\"\n");
        assert_eq!(desk.written(), format!("{BEFORE}{new}"));
    }
}

/// What is tried is what will count: the profile's own endpoint, not that of another profile.
#[test]
fn a_credential_is_tried_where_its_profile_says() {
    let here = Faulty::start(always(forward()));
    let elsewhere = Faulty::start(always(stall()));
    let desk = Desk::at(&here);
    let [here_url, elsewhere_url] = [here.url(), elsewhere.url()];
    let ends = |url: &str| format!("endpoint = '{url}'\niam_endpoint = '{url}'\n");
    let file = format!(
        "default_profile = 'a'\n[profiles.a]\nproject_id = 'other'\n{}[profiles.b]\nregion = '{REGION}'\n{}",
        ends(&elsewhere_url),
        ends(&here_url)
    );
    desk.write(&file);
    let mut terminal = Terminal::start(desk.home.path(), &["auth", "login", "--profile", "b"], &[]);
    terminal.expect(&format!("Uses endpoint {here_url} with it (from profile b in "));
    terminal.answer(&format!("Region [{REGION}]: "), "");
    terminal.answer("Kind [1]: ", "3");
    terminal.secret("Token (not shown): ", TOKEN);
    let (exit, screen) = terminal.end();
    assert_eq!(exit, Ok(0), "{screen}");
    assert!(screen.contains(PROJECT_ID), "{screen}");
    assert_eq!(elsewhere.requests().len(), 0);
    // A new profile has none of the default's settings either: Huawei Cloud's own endpoint would be asked, here by a
    // proxy that is not there.
    let variables = [("HTTPS_PROXY", "http://127.0.0.1:9")];
    let mut terminal = Terminal::start(desk.home.path(), &["auth", "login", "--profile", "c"], &variables);
    terminal.answer("Region: ", "r-1");
    terminal.answer("Kind [1]: ", "3");
    terminal.secret("Token (not shown): ", TOKEN);
    let (exit, screen) = terminal.end();
    assert_eq!(exit, Ok(6), "{screen}");
    assert_eq!(elsewhere.requests().len(), 0, "{screen}");
}

#[test]
fn what_does_not_work_is_not_written() {
    type Types = fn(&mut Terminal);
    let kinds: [Types; 3] = [
        |t| types_keys(t, ACCESS_KEY, "wrong-secret-key-of-mine", ""),
        |t| types_password(t, "wrong-password-of-mine"),
        |t| types_token(t, "wrong-token-of-mine"),
    ];
    for types in kinds {
        let desk = Desk::new();
        let mut terminal = desk.login(&[], &[]);
        types(&mut terminal);
        let (exit, screen) = terminal.end();
        assert_eq!(exit, Ok(4), "{screen}");
        assert!(screen.contains("cph: error[auth_rejected]") && !screen.contains("of-mine"), "{screen}");
        assert!(screen.contains("hint: nothing was written; ") && !screen.contains("from profile"), "{screen}");
        desk.untouched();
    }
    // Nothing at all.
    let desk = Desk::new();
    let mut terminal = desk.login(&[], &[]);
    terminal.expect("Region: ");
    terminal.types("\u{4}"); // The end of input.
    assert_eq!(terminal.end().0, Ok(2));
    let mut terminal = desk.login(&[], &[]);
    terminal.answer("Region: ", REGION);
    terminal.answer("Kind [1]: ", "3");
    for _ in 0..3 {
        terminal.secret("Token (not shown): ", "");
    }
    let (exit, screen) = terminal.end();
    assert_eq!(exit, Ok(2), "{screen}");
    assert!(screen.contains("nothing was written: no answer"), "{screen}");
    desk.untouched();
}

#[test]
fn any_length_and_any_text() {
    // Longer than a line of a terminal.
    let long: String = "MII+/=abcdefghijklmnop".chars().cycle().take(24 * 1024).collect();
    let service = Faulty::start(by({
        let long = long.clone();
        move |request, _| match request.header("x-auth-token") == Some(long.as_str()) {
            true if request.is_job() => {
                let body = r#"{"error_code":"CPS.0011","error_msg":"no such job"}"#;
                send(json(404, body))
            }
            true => {
                send(json(200, format!(r#"{{"token":{{}},"projects":[{{"id":"{PROJECT_ID}","name":"{REGION}"}}]}}"#)))
            }
            false => refused("another token"),
        }
    }));
    let desk = Desk::at(&service);
    let mut terminal = desk.login(&[], &[]);
    types_token(&mut terminal, &long);
    let (exit, screen) = terminal.end();
    assert_eq!(exit, Ok(0), "{screen}");
    assert!(desk.written().contains(&long));
    // Blanks, quotes and other scripts belong to a password.
    let password = " pass\"w'örd\\ 密 ";
    let service = Faulty::start(by(move |request, _| match request.is_login() {
        true => {
            let body: serde_json::Value = serde_json::from_str(request.body()).unwrap();
            assert_eq!(body["auth"]["identity"]["password"]["user"]["password"], password);
            issued("t", &in_minutes(60))
        }
        false => job(request),
    }));
    let desk = Desk::at(&service);
    let mut terminal = desk.login(&[], &[]);
    types_password(&mut terminal, password);
    let (exit, screen) = terminal.end();
    assert_eq!(exit, Ok(0), "{screen}");
    let file: toml_edit::DocumentMut = desk.written().parse().unwrap();
    assert_eq!(file["profiles"]["default"]["password"].as_str(), Some(password));
}

#[test]
fn ctrl_c_at_the_secret_gives_the_echo_back_and_kills() {
    let on = LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
    for round in 0..12 {
        let desk = Desk::new();
        let mut terminal = desk.login(&[], &[]);
        terminal.answer("Region: ", REGION);
        terminal.answer("Kind [1]: ", "2");
        terminal.answer("Account name: ", "a");
        terminal.answer("IAM user name: ", "u");
        terminal.expect("Password (not shown): ");
        terminal.until(|modes| !modes.contains(LocalModes::ECHO));
        terminal.types("half a pass");
        if round % 2 == 0 {
            terminal.types("\u{3}");
            assert_eq!(terminal.wait(), Err("Interrupt".to_owned()), "round {round}: {}", terminal.screen());
        } else {
            let pid = rustix::process::Pid::from_raw(i32::try_from(terminal.process_id()).unwrap()).unwrap();
            rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
            assert_eq!(terminal.wait(), Err("Terminated".to_owned()), "round {round}: {}", terminal.screen());
        }
        assert!(terminal.modes().contains(on), "round {round}: {:?}", terminal.modes());
        let (_, screen) = terminal.end();
        assert!(!screen.contains("half a") && !screen.contains("error["), "{screen}");
        desk.untouched();
    }
    // At a line, and while it is tried, the signal kills as anywhere.
    let desk = Desk::new();
    let mut terminal = desk.login(&[], &[]);
    terminal.expect("Region: ");
    terminal.types("\u{3}");
    assert_eq!(terminal.end().0, Err("Interrupt".to_owned()));
    let silent = Faulty::start(always(stall()));
    let desk = Desk::at(&silent);
    let mut terminal = desk.login(&[], &[]);
    types_token(&mut terminal, TOKEN);
    terminal.expect("Trying it");
    terminal.until(|modes| modes.contains(on));
    terminal.types("\u{3}");
    let started = std::time::Instant::now();
    assert_eq!(terminal.end().0, Err("Interrupt".to_owned()));
    assert!(started.elapsed().as_secs() < 10);
    desk.untouched();
}

#[test]
fn without_a_terminal_it_says_what_to_do() {
    let run = cph(["auth", "login"]).run();
    assert_eq!((run.exit(), run.stdout.as_str()), (2, ""), "{run}");
    assert!(run.stderr.contains("CPH_ACCESS_KEY") && run.stderr.contains("config file"), "{run}");
}

#[test]
fn a_folder_that_cannot_be_written_gets_nothing_half() {
    // Below a file there are no folders, not even root's; in /proc there are no new ones.
    let desk = Desk::new();
    fs::write(desk.home.path().join("file"), "").unwrap();
    let below = desk.home.path().join("file/config.toml").display().to_string();
    for config in [below.as_str(), "/proc/self/cph/config.toml"] {
        let mut terminal = desk.login(&[], &[("CPH_CONFIG", config)]);
        types_token(&mut terminal, TOKEN);
        let (exit, screen) = terminal.end();
        assert_eq!(exit, Ok(3), "{screen}");
        assert!(screen.contains("cph: error[io]: config file "), "{screen}");
        assert!(!screen.contains(&TOKEN[..12]), "{screen}");
        assert_eq!(files(desk.home.path()), [desk.home.path().join("file")]);
    }
    if !rustix::process::geteuid().is_root() {
        let desk = Desk::new();
        desk.write(BEFORE);
        set_mode(desk.file().parent().unwrap(), 0o500);
        let mut terminal = desk.login(&["--profile", "new"], &[]);
        terminal.answer("Region", REGION);
        terminal.answer("Kind [1]: ", "3");
        terminal.secret("Token (not shown): ", TOKEN);
        assert_eq!(terminal.end().0, Ok(3));
        set_mode(desk.file().parent().unwrap(), 0o700);
        assert_eq!(files(desk.home.path()), [desk.file()]);
        assert_eq!(fs::read_to_string(desk.file()).unwrap(), BEFORE);
    }
}

#[test]
fn a_broken_file_is_told_before_any_question() {
    let desk = Desk::new();
    desk.write("profiles = 7\n");
    let (exit, screen) = desk.login(&[], &[]).end();
    assert_eq!(exit, Ok(3), "{screen}");
    assert!(!screen.contains("Region"), "{screen}");
}

#[test]
fn that_the_environment_still_wins_is_said() {
    let desk = Desk::new();
    let variables = [("CPH_ACCESS_KEY", ACCESS_KEY), ("CPH_SECRET_KEY", SECRET_KEY)];
    let mut terminal = desk.login(&[], &variables);
    types_password(&mut terminal, PASSWORD);
    let (exit, screen) = terminal.end();
    assert_eq!(exit, Ok(0), "{screen}");
    assert!(
        screen.ends_with("Without --profile default the access key from CPH_ACCESS_KEY is still used.\n"),
        "{screen}"
    );
    // Other tools' variables are weaker than a profile.
    let desk = Desk::new();
    let mut terminal = desk.login(&[], &[("HW_AUTH_TOKEN", "x"), ("HUAWEICLOUD_SDK_AK", "a")]);
    types_password(&mut terminal, PASSWORD);
    let (exit, screen) = terminal.end();
    assert_eq!(exit, Ok(0), "{screen}");
    assert!(!screen.contains("still used"), "{screen}");
}

/// While it runs no secret is in any program's arguments.
#[test]
fn no_argument_holds_a_secret() {
    let silent = Faulty::start(always(stall()));
    let desk = Desk::at(&silent);
    let mut terminal = desk.login(&[], &[]);
    types_password(&mut terminal, simulator::PASSWORD);
    terminal.expect("Trying it");
    silent.wait_for_request();
    crate::credentials::secrets::no_argument_holds(&[PASSWORD]);
    terminal.types("\u{3}");
    assert_eq!(terminal.end().0, Err("Interrupt".to_owned()));
}
