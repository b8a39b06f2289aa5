//! `cph auth`: log in, check, or log out.

mod check;
mod login;
mod logout;
mod prompt;
mod questions;
mod status;

use crate::cli::{AuthCommand, Global};
use crate::commands::{finish, usage};
use crate::context::Context;
use crate::error::Kind;
use crate::exit::Exit;

pub(super) fn run(context: &Context, global: &Global, auth: &AuthCommand) -> Exit {
    match auth {
        AuthCommand::Login(typed) => match login::run(context, global, typed) {
            Err(error) if error.kind == Kind::Usage => {
                usage::print(&error, &["auth", "login"]);
                Exit::Usage
            }
            ended => finish::result(ended),
        },
        AuthCommand::Status(status) => status::run(context, global, status),
        AuthCommand::Logout => finish::result(logout::run(context, global)),
    }
}
