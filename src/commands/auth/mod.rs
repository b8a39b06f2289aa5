//! `cph auth`: log in, check, or log out.

mod check;
mod login;
mod logout;
mod prompt;
mod questions;
mod status;

use crate::cli::{AuthCommand, Global};
use crate::commands::finish;
use crate::context::Context;
use crate::exit::Exit;

pub(super) fn run(context: &Context, global: &Global, auth: &AuthCommand) -> Exit {
    match auth {
        AuthCommand::Login(login) => finish::result(login::run(context, global, login)),
        AuthCommand::Status(status) => status::run(context, global, status),
        AuthCommand::Logout => finish::result(logout::run(context, global)),
    }
}
