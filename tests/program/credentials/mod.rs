//! Credentials, with the built binary: every source, which one has priority, how a credential is used, cached and
//! renewed, `cph auth` on a terminal, and that no secret is ever printed. Only on
//! Unix: homes, modes and terminals are those of Unix; what is decided from them is tested beside the code.

mod cache;
mod clock;
mod command;
mod echoed_secrets;
mod ecs;
pub mod files;
mod first_look;
mod foreign_endpoints;
mod incomplete;
mod keystone;
mod login;
mod login_typos;
mod logout;
mod password;
mod projects;
mod region_and_endpoint;
mod reread;
mod responses;
mod secrets;
mod sources;
pub mod status;
mod terminal;
pub mod time_limits;
mod wrong_password;

use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::common::Cph;
use cph::simulator::{self, Server};

/// The endpoints and the region of a simulator, and no credential: each has to be found. No project id either.
pub(crate) fn towards(call: Cph, url: &str) -> Cph {
    call.env("CPH_ENDPOINT", url)
        .env("CPH_IAM_ENDPOINT", url)
        .env("CPH_METADATA_ENDPOINT", url)
        .env("CPH_REGION", simulator::REGION)
}

/// A call towards a simulator.
pub(crate) fn on<const N: usize>(server: &Server, arguments: [&str; N]) -> Cph {
    towards(crate::common::cph(arguments), &server.url())
}

/// The simulator's user, in variables.
pub(crate) fn with_password(call: Cph) -> Cph {
    call.env("CPH_USERNAME", simulator::USER_NAME)
        .env("CPH_PASSWORD", simulator::PASSWORD)
        .env("CPH_DOMAIN_NAME", simulator::DOMAIN_NAME)
}

/// The simulator's keys, in variables.
pub(crate) fn with_keys(call: Cph) -> Cph {
    call.env("CPH_ACCESS_KEY", simulator::ACCESS_KEY).env("CPH_SECRET_KEY", simulator::SECRET_KEY)
}

/// Fifty processes at the same time, with one home and so one token cache.
pub(crate) fn fifty_at_once(home: &Path, url: &str, password: &str) -> Vec<Output> {
    let variables = [
        ("HOME", home.to_str().unwrap()),
        ("CPH_ENDPOINT", url),
        ("CPH_IAM_ENDPOINT", url),
        ("CPH_REGION", simulator::REGION),
        ("CPH_USERNAME", simulator::USER_NAME),
        ("CPH_PASSWORD", password),
        ("CPH_DOMAIN_NAME", simulator::DOMAIN_NAME),
    ];
    let start = |_| {
        let mut command = Command::new(crate::common::CPH);
        command.args(["job", "show", "sim-ok"]).env_clear().envs(variables);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let children: Vec<_> = (0..50).map(start).collect();
    children.into_iter().map(|child| child.wait_with_output().unwrap()).collect()
}

/// A shell script of this text, executable, below `folder`.
///
/// Another process writes it: a file that is open here for writing is open in every process that another test is just
/// starting, too, and can't be executed meanwhile (`ETXTBSY`).
pub(crate) fn script(folder: &Path, name: &str, text: &str) -> String {
    use std::io::Write as _;
    let path = folder.join(name);
    let mut writer = Command::new("/bin/sh");
    writer.args(["-c", r#"cat >"$0" && chmod 700 "$0""#]).arg(&path).stdin(Stdio::piped());
    let mut writer = writer.spawn().unwrap();
    writer.stdin.take().unwrap().write_all(format!("#!/bin/sh\n{text}\n").as_bytes()).unwrap();
    assert!(writer.wait().unwrap().success());
    path.display().to_string()
}

pub(crate) fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777
}
