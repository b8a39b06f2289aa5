//! `cph job show`: one look at each job.

use std::io::Read as _;

use crate::api::auth::Credential;
use crate::api::client::Client;
use crate::api::fleet;
use crate::api::log::Log;
use crate::api::service::Service;
use crate::api::transport::{Transport, Trust};
use crate::cli::{Color, Form, Global, Output, Show};
use crate::commands::{Ended, given, usage, written};
use crate::config::{Given, Settings};
use crate::context::Context;
use crate::credentials::{self, AsFound};
use crate::error::{Error, Kind};
use crate::exit::Exit;
use crate::ids::{self, Asked};
use crate::job::{self, Entry, Job};
use crate::output::table::Style;
use crate::output::{Report, console, fields, json, table};

/// 10,000 ids, or the answers that name them, are far below this.
const LONGEST_STDIN: u64 = 64 << 20;
/// So many troubles are told one by one; a run with more has one cause.
const MOST_TROUBLES: usize = 10;

pub(super) fn show(context: &Context, global: &Global, show: &Show) -> Ended {
    let asked = match asked(&show.ids) {
        Ok(asked) => asked,
        Err(error) if error.kind == Kind::Usage => {
            usage::tell(&error, &["job", "show"]);
            return Ended::Exit(Exit::Usage);
        }
        Err(error) => return Ended::Exit(tell(context, global, show, &[], Some(&error))),
    };
    let ids: Vec<&str> = asked.iter().filter_map(Asked::id).collect();
    let (answers, before) = if ids.is_empty() {
        (Vec::new(), None)
    } else {
        match client(context, global, &given(global, &show.place)) {
            Ok(client) => (fleet::show_jobs(&client, &ids), None),
            Err(error) => (Vec::new(), Some(error)),
        }
    };
    let mut answers = answers.into_iter();
    let never = |job: Job| Entry { job, observed_at: None, error: None };
    let entries: Vec<Entry> = asked
        .iter()
        .map(|asked| match asked {
            Asked::Refused(job) => never((**job).clone()),
            Asked::Id(id) => answers.next().unwrap_or_else(|| never(Job::unanswered(id))),
        })
        .collect();
    Ended::Exit(tell(context, global, show, &entries, before.as_ref()))
}

fn asked(arguments: &[String]) -> Result<Vec<Asked>, Error> {
    if !arguments.iter().any(|id| id == "-") {
        return ids::from_arguments(arguments);
    }
    if arguments.len() > 1 {
        return Err(Error::new(Kind::Usage, "- (ids from stdin) stands alone, not beside other ids"));
    }
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().take(LONGEST_STDIN + 1).read_to_end(&mut bytes);
    read.map_err(|reason| Error::new(Kind::Io, format!("stdin can't be read: {reason}")))?;
    if bytes.len() as u64 > LONGEST_STDIN {
        return Err(Error::new(Kind::Usage, "stdin holds more than 64 MiB: these are no job ids"));
    }
    ids::from_stdin(&bytes)
}

/// Everything needed to ask; nothing is sent yet.
fn client(context: &Context, global: &Global, given: &Given) -> Result<Client, Error> {
    let settings = Settings::resolve(context, given)?;
    settings.warnings.iter().for_each(|warning| console::warning(warning));
    let found = credentials::find(&settings)?;
    let Some((endpoint, _)) = settings.endpoint else {
        return Err(Error::new(Kind::ConfigInvalid, "no region, so no endpoint to ask")
            .hint("name it with --region, CPH_REGION or region in the profile, such as cn-north-4"));
    };
    let Some(project_id) = settings.project_id else {
        return Err(Error::new(Kind::ConfigInvalid, "no project id")
            .hint("name it with --project-id, CPH_PROJECT_ID or project_id in the profile; the console shows it under My Credentials"));
    };
    let trust = Trust { file: context.path("SSL_CERT_FILE"), dir: context.path("SSL_CERT_DIR") };
    let (again, given) = (context.clone(), given.clone());
    let reread = move || -> Option<Credential> {
        let settings = Settings::resolve(&again, &given).ok()?;
        credentials::find(&settings).ok().map(|found| found.credential)
    };
    let log = Log { verbosity: global.verbose, sink: console::log };
    Ok(Client {
        service: Service::new(Transport::new(&endpoint, &trust)?, endpoint, log),
        project_id: project_id.shown().to_owned(),
        authority: Box::new(AsFound::new(found, Box::new(reread))),
    })
}

/// Troubles on stderr, the answer on stdout, the summary last; gives the exit code.
fn tell(context: &Context, global: &Global, show: &Show, entries: &[Entry], before: Option<&Error>) -> Exit {
    let verdict = job::verdict(entries, before);
    let exit = match verdict {
        Exit::Failed | Exit::Running if show.exit_zero => Exit::Ok,
        verdict => verdict,
    };
    let report = Report { entries, before, verdict, exit };
    troubles(&report);
    let answer = answer(context, global, &show.form, &report);
    let exit = written(&answer, exit);
    if let Some(summary) = report.summary().filter(|_| !show.form.quiet) {
        console::line(&summary);
    }
    exit
}

fn troubles(report: &Report<'_>) {
    let mut told: Vec<&Error> = Vec::new();
    for error in report.before.into_iter().chain(report.entries.iter().filter_map(|entry| entry.error.as_ref())) {
        // Jobs that were never asked repeat the trouble that stopped the run.
        if !told.contains(&error) {
            told.push(error);
        }
    }
    told.iter().take(MOST_TROUBLES).for_each(|error| console::error(error));
    if let Some(more) = told.len().checked_sub(MOST_TROUBLES).filter(|more| *more > 0) {
        console::line(&format!("cph: {more} more jobs had trouble; -o json has them all"));
    }
}

fn answer(context: &Context, global: &Global, form: &Form, report: &Report<'_>) -> Vec<u8> {
    if form.quiet {
        return Vec::new();
    }
    if !form.field.is_empty() {
        return fields::jobs(report, &form.field);
    }
    if form.output == Output::Json {
        return json::jobs(report);
    }
    let style = Style {
        width: context.width(),
        color: match global.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => context.wants_color(context.stdout_is_terminal),
        },
        now: context.stdout_is_terminal.then(|| (context.now)()),
    };
    table::jobs(report, style)
}
