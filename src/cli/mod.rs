//! The command line as clap types, exactly as typed. Imports nothing of the crate but the exit table, which its help
//! shows; what a flag means is decided where it is used.
//!
//! Help texts: one line of purpose, then examples, then the flags; sentences without a final period in lists.

mod job_only;
pub mod time;
mod values;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PathBufValueParser, TypedValueParser as _};
use clap::{Args, Parser, Subcommand};

pub use values::{Color, JobOutput, ListedStatus, Output, Shell, SimulatedCredential};

use crate::exit;

/// Examples come first: most readers want to copy one.
const TEMPLATE: &str = "{about-with-newline}\n{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";

/// With the target: the static Linux build resolves names in its own way, and reports of errors should show which it
/// was.
const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " (", env!("CPH_TARGET"), ")");

/// Names that `--field` takes: the keys of a job in the JSON output, and those of its `error`.
pub const FIELDS: [&str; 18] = [
    "job_id",
    "request_id",
    "status",
    "status_code",
    "phone_id",
    "phone_name",
    "server_id",
    "begin_time",
    "end_time",
    "duration_seconds",
    "error_code",
    "error_msg",
    "error_meaning",
    "execute_msg",
    "observed_at",
    "error",
    "error_message",
    "error_hint",
];

/// Learn what became of your Huawei Cloud Phone (CPH) jobs
#[derive(Debug, Parser)]
#[command(
    name = "cph",
    version = VERSION,
    help_template = TEMPLATE,
    before_help = "Examples:
  cph job show 6837531fd3f54550927b930180a706bf    one look, as a card
  cph job show -q \"$job\" && echo done              the exit code alone
  cph job wait \"$job\" && ./deploy.sh               go on when it has succeeded
  hcloud CPH RestartCloudPhone … | cph job wait -  the jobs of a call's answer
  cph explain CPS.0005                             what an error code means
  cph simulator -- cph job show sim-fail           try it without an account",
    disable_help_subcommand = true,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub struct Cli {
    /// Flags of every command.
    #[command(flatten)]
    pub global: Global,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

impl Cli {
    /// What was typed.
    pub fn parse_arguments(arguments: &[OsString]) -> Result<Self, clap::Error> {
        job_only::parsed(arguments).map_or_else(|| Self::try_parse_from(arguments), Ok)
    }
}

/// Flags of every command.
#[derive(Debug, Args)]
pub struct Global {
    /// The profile of the config file to use
    #[arg(long, value_name = "NAME", global = true, display_order = 900)]
    pub profile: Option<String>,
    /// Log each request on stderr; twice: more
    #[arg(short, long, action = clap::ArgAction::Count, global = true, display_order = 901)]
    pub verbose: u8,
    /// When to use colour
    #[arg(long, value_name = "WHEN", value_enum, default_value = "auto", global = true, display_order = 902)]
    pub color: Color,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// What became of jobs
    #[command(subcommand, arg_required_else_help = true, disable_help_subcommand = true)]
    Job(JobCommand),
    /// What an error code means and what to do about it (offline)
    #[command(
        help_template = TEMPLATE,
        before_help = "Examples:\n  cph explain CPS.0005\n  cph explain apigw0301 -o json"
    )]
    Explain(ExplainArgs),
    /// Log in, check, or log out
    #[command(subcommand, arg_required_else_help = true, disable_help_subcommand = true)]
    Auth(AuthCommand),
    /// Every setting in effect and where it comes from (offline)
    #[command(help_template = TEMPLATE, before_help = "Examples:\n  cph config\n  cph config --profile ci -o json")]
    Config(ConfigArgs),
    /// Print a completion script for a shell
    #[command(
        help_template = TEMPLATE,
        before_help = "Examples:
  echo 'eval \"$(cph completion bash)\"' >> ~/.bashrc
  echo 'eval \"$(cph completion zsh)\"' >> ~/.zshrc           after compinit
  cph completion fish > ~/.config/fish/completions/cph.fish"
    )]
    Completion(CompletionArgs),
    /// Run a local CPH to test scripts against; needs no account
    #[command(
        help_template = TEMPLATE,
        before_help = "Examples:
  cph simulator -- cph job show sim-ok           one command
  cph simulator -- ./ci-step.sh                  a script, with its exit code
  cph simulator >sim.env & sleep 1; . ./sim.env  a server; kill %1 stops it"
    )]
    Simulator(SimulatorArgs),
}

/// Commands about jobs.
#[derive(Debug, Subcommand)]
pub enum JobCommand {
    /// One look at each job
    #[command(
        help_template = TEMPLATE,
        override_usage = "cph job show [OPTIONS] <JOB_ID>... | - | --request-id <REQUEST_ID>...",
        before_help = "Examples:
  cph job show 6837531fd3f54550927b930180a706bf
  cph job show -q \"$job\"; case $? in 0) … ;; 1) … ;; 8) … ;; esac
  cph job show --field status,error_code \"$job\"
  cph job show -o json \"$first\" \"$second\"
  cph job show --request-id 2676a3b4f7df49c297c6775989806d32
  hcloud CPH RestartCloudPhone … | cph job show -",
        after_help = exit::TABLE
    )]
    Show(ShowArgs),
    /// Wait until every job has ended
    #[command(
        help_template = TEMPLATE,
        override_usage = "cph job wait [OPTIONS] <JOB_ID>... | - | --request-id <REQUEST_ID>...",
        before_help = "Examples:
  cph job wait \"$job\" && ./deploy.sh
  hcloud CPH RestartCloudPhone … | cph job wait -
  cph job wait --request-id 2676a3b4f7df49c297c6775989806d32
  cph job wait --timeout 10m --fail-fast \"$first\" \"$second\"
  cph job wait --field job_id,status,error_code --request-id \"$request\"
  cph job wait -o jsonl - <ids | ./on-each-change.sh",
        after_help = exit::TABLE
    )]
    Wait(WaitArgs),
}

/// `cph job show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// Which jobs.
    #[command(flatten)]
    pub jobs: JobArgs,
    /// Where the jobs are.
    #[command(flatten)]
    pub place: LocationArgs,
    /// How the answer looks.
    #[command(flatten)]
    pub form: OutputArgs,
    /// Exit 0 instead of 1 (failed) and 8 (running), for set -e scripts
    #[arg(long)]
    pub exit_zero: bool,
}

/// `cph job wait`.
#[derive(Debug, Args)]
pub struct WaitArgs {
    /// Which jobs.
    #[command(flatten)]
    pub jobs: JobArgs,
    /// Where the jobs are.
    #[command(flatten)]
    pub place: LocationArgs,
    /// How the answer looks.
    #[command(flatten)]
    pub form: OutputArgs,
    /// The time limit for everything, such as 90s, 10m, 1h30m; or none
    #[arg(long, value_name = "DURATION", default_value = "30m", value_parser = time::timeout)]
    pub timeout: time::Limit,
    /// A fixed pause between looks, at least 1s; the default grows from 1s to 10s with the job's age
    #[arg(long, value_name = "DURATION", value_parser = time::interval)]
    pub interval: Option<Duration>,
    /// Stop waiting at the first failed job; the other jobs continue to run
    #[arg(long)]
    pub fail_fast: bool,
}

/// Which jobs.
#[derive(Debug, Args)]
pub struct JobArgs {
    /// Job ids, or - for stdin: ids split on white space, or the JSON answer of a call that starts jobs
    #[arg(value_name = "JOB_ID", required_unless_present = "request_id", num_args = 1..)]
    pub ids: Vec<String>,
    /// All jobs of this request, instead of ids; repeatable
    #[arg(long, value_name = "REQUEST_ID", conflicts_with = "ids")]
    pub request_id: Vec<String>,
}

/// Where in the cloud.
#[derive(Debug, Args)]
pub struct LocationArgs {
    /// Region, such as cn-north-4
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,
    /// Project id; without it the token's own or the region's is looked up
    #[arg(long, value_name = "PROJECT_ID")]
    pub project_id: Option<String>,
}

/// How the answer about jobs looks; never changes the exit code.
#[derive(Debug, Args)]
pub struct OutputArgs {
    /// Output format
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value = "table", conflicts_with = "quiet")]
    pub output: JobOutput,
    /// Only these values, tab-separated, one line per job
    #[arg(
        long,
        value_name = "NAME[,NAME…]",
        value_delimiter = ',',
        value_parser = FIELDS,
        conflicts_with_all = ["output", "quiet"]
    )]
    pub field: Vec<String>,
    /// List only jobs with these statuses; the exit code and the counts are about all of them
    #[arg(long, value_enum, value_name = "STATUS[,STATUS…]", value_delimiter = ',')]
    pub only: Vec<ListedStatus>,
    /// Also write a JUnit XML report to this file, with a test case for each job
    #[arg(long, value_name = "FILE", value_parser = PathBufValueParser::new().try_map(values::report_file))]
    pub junit: Option<PathBuf>,
    /// Also show the names of the phones; if they can't be read within 30s, only they are missing
    #[arg(long)]
    pub names: bool,
    /// Nothing on stdout: the exit code is the answer
    #[arg(short, long)]
    pub quiet: bool,
}

/// `cph explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Such as CPS.0005, APIGW.0301 or IAM.0067; the dot and the case don't matter
    #[arg(value_name = "ERROR_CODE")]
    pub code: String,
    /// Output format
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value = "table")]
    pub output: Output,
}

/// Commands about the credential.
#[derive(Debug, Subcommand)]
pub enum AuthCommand {
    /// Ask for a credential, test it, and write it to the config file
    #[command(help_template = TEMPLATE, before_help = "Examples:\n  cph auth login\n  cph auth login --profile lab --region ap-southeast-1")]
    Login(LoginArgs),
    /// Which credential is used, its source, and whether it is accepted
    #[command(help_template = TEMPLATE, before_help = "Examples:\n  cph auth status\n  cph auth status -o json")]
    Status(AuthStatusArgs),
    /// Remove the profile's credential and all cached tokens
    #[command(help_template = TEMPLATE, before_help = "Examples:\n  cph auth logout\n  cph auth logout --profile lab")]
    Logout,
}

/// `cph auth login`.
#[derive(Debug, Args)]
pub struct LoginArgs {
    /// Where the jobs are.
    #[command(flatten)]
    pub place: LocationArgs,
}

/// `cph auth status`.
#[derive(Debug, Args)]
pub struct AuthStatusArgs {
    /// Where the jobs are.
    #[command(flatten)]
    pub place: LocationArgs,
    /// Output format
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value = "table")]
    pub output: Output,
}

/// `cph config`.
#[derive(Debug, Args)]
pub struct ConfigArgs {
    /// Where the jobs are.
    #[command(flatten)]
    pub place: LocationArgs,
    /// Output format
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value = "table")]
    pub output: Output,
}

/// `cph completion`.
#[derive(Debug, Args)]
pub struct CompletionArgs {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: Shell,
}

/// `cph simulator`.
#[derive(Debug, Args)]
pub struct SimulatorArgs {
    /// Loopback address to listen on (default: 127.0.0.1 and a free port)
    #[arg(long, value_name = "ADDR:PORT")]
    pub listen: Option<SocketAddr>,
    /// The kind of credential that the command gets
    #[arg(long, value_enum, value_name = "KIND", default_value = "keys")]
    pub credential: SimulatedCredential,
    /// Command to run against the simulator; without one it runs until it is stopped
    #[arg(last = true, value_name = "COMMAND")]
    pub command: Vec<OsString>,
}
