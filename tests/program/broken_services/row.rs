//! One row of a table: a fault, and what a user and the server must see of it, with each command that can meet it.

use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::broken_services::certificates::Certificate;
use crate::common::server::{Faulty, Reply, Script, always, send, success_of};
use crate::common::{Cph, Run};

/// The job that nearly every row asks for.
pub const JOB: &str = "01b2c3d4e5f60718293a4b5c6d7e8f90";
pub const ACCESS_KEY: &str = "FAULTYACCESSKEY00001";
pub const SECRET_KEY: &str = "Qm9vdHN0cmFwIGlzIG5vdCBhIHNlY3JldCBidXQ";
pub const SECURITY_TOKEN: &str = "hQpjbi1ub3J0aC00Lm5vdC1hLXNlY3VyaXR5LXRva2VuLWF0LWFsbA";

/// The time a look takes that never gets its answer.
pub const WHOLE_LOOK: RangeInclusive<u64> = 28..=33;

/// As long as a short real one, without a run of 12 that stands in anything else.
pub fn token() -> String {
    (0..40).map(|n| format!("MIIx{n:02}yTk7q{:03}Zw", n * 7)).collect()
}

pub fn success() -> Vec<u8> {
    success_of(JOB)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signer {
    Token,
    Keys,
    TemporaryKeys,
}

/// With the credential of this kind.
pub fn signed_in(call: Cph, signer: Signer) -> Cph {
    let keys = |call: Cph| call.env("CPH_ACCESS_KEY", ACCESS_KEY).env("CPH_SECRET_KEY", SECRET_KEY);
    match signer {
        Signer::Token => call.env("CPH_TOKEN", token()),
        Signer::Keys => keys(call),
        Signer::TemporaryKeys => keys(call).env("CPH_SECURITY_TOKEN", SECURITY_TOKEN),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    Show,
    Wait,
}

/// What only this row looks at.
type Also = Arc<dyn Fn(&Run, &Faulty) + Send + Sync>;
/// What is different with one command.
type Change = Arc<dyn Fn(Row) -> Row + Send + Sync>;

#[derive(Clone)]
pub struct Row {
    pub(super) name: String,
    pub(super) command: Command,
    commands: &'static [Command],
    in_wait: Option<Change>,
    pub(super) script: Script,
    pub(super) tls: Option<Certificate>,
    pub(super) speaks_tls: bool,
    pub(super) signer: Signer,
    pub(super) ids: Vec<String>,
    pub(super) request_ids: Vec<&'static str>,
    pub(super) timeout: &'static str,
    pub(super) options: Vec<&'static str>,
    pub(super) env: Vec<(String, String)>,
    pub(super) limited: bool,
    pub(super) exit: i32,
    pub(super) or_exit: &'static [i32],
    pub(super) word: &'static str,
    pub(super) status: &'static str,
    pub(super) says: Vec<String>,
    pub(super) requests: Option<usize>,
    pub(super) connections: Option<usize>,
    pub(super) most_connections: Option<usize>,
    pub(super) took: RangeInclusive<u64>,
    pub(super) pauses: Vec<RangeInclusive<u64>>,
    pub(super) never: Arc<Vec<Faulty>>,
    pub(super) also: Also,
}

/// A row that expects success from one request, until told otherwise.
pub fn row(name: impl Into<String>, script: Script) -> Row {
    Row {
        name: name.into(),
        command: Command::Show,
        commands: &[Command::Show, Command::Wait],
        in_wait: None,
        script,
        tls: None,
        speaks_tls: true,
        signer: Signer::Token,
        ids: vec![JOB.to_owned()],
        request_ids: Vec::new(),
        timeout: "100s",
        options: vec!["-o", "json"],
        env: Vec::new(),
        limited: false,
        exit: 0,
        or_exit: &[],
        word: "",
        status: "success",
        says: Vec::new(),
        requests: Some(1),
        connections: None,
        most_connections: None,
        // Below a whole look; the machine may be busy.
        took: 0..=25,
        pauses: Vec::new(),
        never: Arc::default(),
        also: Arc::new(|_, _| ()),
    }
}

/// A row with one reply for every request.
pub fn reply(name: impl Into<String>, reply: Reply) -> Row {
    row(name, always(reply))
}

/// A row with these bytes for every request.
pub fn bytes(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Row {
    reply(name, send(bytes))
}

impl Row {
    /// The row once for each command.
    pub(super) fn with_each_command(self) -> impl Iterator<Item = Self> {
        self.commands.iter().map(move |command| match command {
            Command::Show => Self { name: format!("{} [show]", self.name), ..self.clone() },
            Command::Wait => {
                let row = match &self.in_wait {
                    Some(change) => change(self.clone()),
                    None => self.clone(),
                };
                Self { name: format!("{} [wait]", self.name), command: Command::Wait, ..row }
            }
        })
    }

    pub fn only_show(mut self) -> Self {
        self.commands = &[Command::Show];
        self
    }

    pub fn only_wait(mut self) -> Self {
        self.commands = &[Command::Wait];
        self
    }

    /// What `wait` makes of it where that is something else; after all that holds for both.
    pub fn in_wait(mut self, change: impl Fn(Self) -> Self + Send + Sync + 'static) -> Self {
        self.commands = &[Command::Show, Command::Wait];
        self.in_wait = Some(Arc::new(change));
        self
    }

    /// `--timeout` of `wait`.
    pub fn timeout(mut self, timeout: &'static str) -> Self {
        self.timeout = timeout;
        self
    }

    /// Ends with this code and this word.
    pub fn fails(mut self, exit: i32, word: &'static str) -> Self {
        (self.exit, self.word, self.status) = (exit, word, "unknown");
        self
    }

    /// Where the contract leaves it open: or with one of these, whatever is said then.
    pub fn or_exit(mut self, exits: &'static [i32]) -> Self {
        self.or_exit = exits;
        self
    }

    /// A good answer of another kind.
    pub fn job(mut self, exit: i32, status: &'static str) -> Self {
        (self.exit, self.word, self.status) = (exit, "", status);
        self
    }

    /// What is known of the job in spite of it.
    pub fn known_as(mut self, status: &'static str) -> Self {
        self.status = status;
        self
    }

    pub fn bad(self) -> Self {
        self.fails(7, "bad_answer")
    }

    /// No such job. `wait` takes 15 s to believe that: few rows do, by [`Row::believed_late`].
    pub fn missing(self) -> Self {
        self.fails(5, "not_found").only_show()
    }

    /// With `wait`, too: what is missing may not be there yet, for 15 s.
    pub fn believed_late(self) -> Self {
        self.in_wait(|row| row.any_requests().pauses([]).took(15..=22))
    }

    pub fn requests(mut self, requests: usize) -> Self {
        self.requests = Some(requests);
        self
    }

    /// However many; the row looks at them itself.
    pub fn any_requests(mut self) -> Self {
        self.requests = None;
        self
    }

    /// Something that only this row looks at.
    pub fn also(mut self, look: impl Fn(&Run, &Faulty) + Send + Sync + 'static) -> Self {
        self.also = Arc::new(look);
        self
    }

    /// Faults below HTTP: counted by connection, since no request may have come.
    pub fn connections(mut self, connections: usize) -> Self {
        self.connections = Some(connections);
        if connections > 0 && self.requests == Some(1) {
            self.requests = None;
        }
        self
    }

    pub fn most_connections(mut self, connections: usize) -> Self {
        self.most_connections = Some(connections);
        self
    }

    /// Words on stderr.
    pub fn says(mut self, words: impl Into<String>) -> Self {
        self.says.push(words.into());
        self
    }

    /// Whole seconds, both ends included.
    pub fn took(mut self, seconds: RangeInclusive<u64>) -> Self {
        self.took = seconds;
        self
    }

    /// Milliseconds between the requests.
    pub fn pauses(mut self, pauses: impl IntoIterator<Item = RangeInclusive<u64>>) -> Self {
        self.pauses = pauses.into_iter().collect();
        self
    }

    pub fn signer(mut self, signer: Signer) -> Self {
        self.signer = signer;
        self
    }

    pub fn ids(mut self, ids: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.ids = ids.into_iter().map(Into::into).collect();
        self
    }

    /// All jobs of these requests in place of ids.
    pub fn of_requests(mut self, request_ids: &[&'static str]) -> Self {
        (self.request_ids, self.ids, self.requests) = (request_ids.to_vec(), Vec::new(), None);
        self
    }

    pub fn options(mut self, options: &[&'static str]) -> Self {
        self.options = options.to_vec();
        self
    }

    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }

    pub fn tls(mut self, certificate: Certificate) -> Self {
        self.tls = Some(certificate);
        self
    }

    /// Asked by https, but speaks anything else.
    pub fn without_tls(mut self) -> Self {
        self.speaks_tls = false;
        self
    }

    /// At most 160 MB, held by the kernel.
    pub fn limited(mut self) -> Self {
        self.limited = true;
        self
    }

    /// A listener that nobody may ever connect to.
    pub fn never(mut self, listener: Faulty) -> Self {
        self.never = Arc::new(vec![listener]);
        self
    }
}
