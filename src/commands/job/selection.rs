//! Which jobs a run is about: by their ids, or whole requests.

use crate::cli::JobArgs;
use crate::context;
use crate::error::{Error, Kind};
use crate::ids::{self, Asked};
use crate::job::Job;

/// The jobs that were named, or the requests.
pub(super) struct Selection {
    /// Jobs of which only the id is known, and items that were refused before they became jobs.
    pub(super) jobs: Vec<Job>,
    pub(super) request_ids: Vec<String>,
    pub(super) from_stdin: bool,
}

impl Selection {
    /// Reads the command line, and stdin where it says so.
    pub(super) fn read(jobs: &JobArgs) -> Result<Self, Error> {
        let from_stdin = jobs.ids.iter().any(|id| id == "-");
        let asked = match jobs.request_id.as_slice() {
            [] if from_stdin => from_stdin_alone(&jobs.ids)?,
            [] => ids::from_arguments(&jobs.ids, "job id")?,
            requests => {
                let requests = ids::from_arguments(requests, "request id")?;
                let request_ids = requests.iter().filter_map(Asked::id).map(str::to_owned).collect();
                return Ok(Self { jobs: Vec::new(), request_ids, from_stdin: false });
            }
        };
        let job = |asked| match asked {
            Asked::Id(id) => Job { job_id: Some(id), ..Job::default() },
            Asked::Refused(job) => *job,
        };
        Ok(Self { jobs: asked.into_iter().map(job).collect(), request_ids: Vec::new(), from_stdin })
    }

    /// `job 6837…`, `12 jobs`, `request 68f0…`.
    pub(super) fn title(&self) -> String {
        match (self.request_ids.as_slice(), self.jobs.as_slice()) {
            ([], [job]) => format!("job {}", job.job_id.as_deref().unwrap_or("-")),
            ([], jobs) => format!("{} jobs", jobs.len()),
            ([id], _) => format!("request {id}"),
            (ids, _) => format!("{} requests", ids.len()),
        }
    }
}

fn from_stdin_alone(arguments: &[String]) -> Result<Vec<Asked>, Error> {
    if arguments.len() > 1 {
        return Err(Error::new(Kind::Usage, "- (ids from stdin) can't be combined with other ids"));
    }
    if context::stdin_was_closed() {
        return Err(Error::new(Kind::Io, "no ids can be read from stdin: it was closed, or is /dev/null")
            .hint("pipe ids into it, or give them as arguments"));
    }
    ids::from_stdin(std::io::stdin().lock())
}
