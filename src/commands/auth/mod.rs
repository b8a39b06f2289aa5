//! `cph auth`: log in, check, or log out.

mod check;
mod login;
mod logout;
mod prompt;
mod questions;
mod status;

use crate::cli::{Auth, Global};
use crate::commands::finish;
use crate::context::Context;
use crate::exit::Exit;

pub(super) fn run(context: &Context, global: &Global, auth: &Auth) -> Exit {
    match auth {
        Auth::Login(login) => finish::result(login::run(context, global, login)),
        Auth::Status(status) => status::run(context, global, status),
        Auth::Logout => finish::result(logout::run(context, global)),
    }
}
