//! `cph job show`: one look at each job.

use super::{asked, in_order, tell};
use crate::api::fleet;
use crate::cli::{Global, Show};
use crate::commands::{Ended, connect, given, usage};
use crate::context::Context;
use crate::error::{Error, Kind};
use crate::exit::Exit;
use crate::ids::Asked;
use crate::job::{self, Entry};
use crate::output::Report;

pub(in crate::commands) fn run(context: &Context, global: &Global, show: &Show) -> Ended {
    let end = |entries: &[Entry], before: Option<&Error>| {
        let verdict = job::verdict(entries, before);
        let exit = if show.exit_zero { job::forgiving(entries, before) } else { verdict };
        Ended::Exit(tell(context, global, &show.form, &Report { entries, before, verdict, exit }))
    };
    let asked = match asked(&show.ids) {
        Ok(asked) => asked,
        Err(error) if error.kind == Kind::Usage => {
            usage::tell(&error, &["job", "show"]);
            return Ended::Exit(Exit::Usage);
        }
        Err(error) => return end(&[], Some(&error)),
    };
    let ids: Vec<&str> = asked.iter().filter_map(Asked::id).collect();
    if ids.is_empty() {
        return end(&in_order(&asked, vec![]), None);
    }
    match connect::client(context, global, &given(global, &show.place)) {
        Ok(client) => end(&in_order(&asked, fleet::show_jobs(&client, &ids)), None),
        Err(error) => end(&in_order(&asked, vec![]), Some(&error)),
    }
}
