//! `cph auth`: signing in, looking at it, and signing out.

mod check;
mod login;
mod logout;
mod prompt;
mod questions;
mod status;

use crate::cli::{Auth, Global};
use crate::context::Context;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::stdio;

pub(super) fn run(context: &Context, global: &Global, auth: &Auth) -> Exit {
    match auth {
        Auth::Login(login) => ended(login::run(context, global, login)),
        Auth::Status(status) => status::run(context, global, status),
        Auth::Logout => ended(logout::run(context, global)),
    }
}

fn ended(ended: Result<(), Error>) -> Exit {
    match ended {
        Ok(()) => Exit::Ok,
        Err(error) => {
            stdio::error(&error);
            error.kind.exit()
        }
    }
}
