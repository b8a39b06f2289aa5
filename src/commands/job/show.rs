//! `cph job show`: one look at each job.

use super::{Subject, in_order, request, tell};
use crate::api::fleet;
use crate::cli::{Global, Show};
use crate::commands::{Ended, connect, given, usage};
use crate::context::Context;
use crate::error::{Error, Kind};
use crate::exit::Exit;
use crate::job::{self, Entry};
use crate::output::Report;

pub(in crate::commands) fn run(context: &Context, global: &Global, show: &Show) -> Ended {
    let end = |entries: &[Entry], before: Option<&Error>| {
        let verdict = job::verdict(entries, before);
        let exit = if show.exit_zero { job::forgiving(entries, before) } else { verdict };
        Ended::Exit(tell(context, global, &show.form, &Report { entries, before, verdict, exit }, &[]))
    };
    let subject = match Subject::read(&show.jobs) {
        Ok(subject) => subject,
        Err(error) if error.kind == Kind::Usage => {
            usage::tell(&error, &["job", "show"]);
            return Ended::Exit(Exit::Usage);
        }
        Err(error) => return end(&[], Some(&error)),
    };
    if subject.is_known_already() {
        return end(&in_order(&subject.asked, vec![]), None);
    }
    let client = match connect::client(context, global, &given(global, &show.place), None) {
        Ok(client) => client,
        Err(error) => return end(&in_order(&subject.asked, vec![]), Some(&error)),
    };
    if subject.requests.is_empty() {
        let mut entries = fleet::show_jobs(&client, &subject.ids());
        request::recognise(&client, &mut entries, None);
        return end(&in_order(&subject.asked, entries), None);
    }
    let (entries, errors) = request::show(&client, &subject.requests);
    end(&entries, request::foremost(&errors))
}
