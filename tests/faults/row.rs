//! One row of a table: a fault, and what a user and the server must see of it. What holds for every run
//! whatever the fault (one JSON document, a short and inert stderr, no secret, the exact request) is checked
//! for each row.

use std::ops::RangeInclusive;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::thread;

use cph::simulator::PROJECT_ID;

use crate::certificates::Certificate;
use crate::common::server::{Faulty, Reply, Request, Script, always, send, success_of};
use crate::common::{CPH, Cph, Run, cph, program};

/// The job that nearly every row asks for.
pub const JOB: &str = "01b2c3d4e5f60718293a4b5c6d7e8f90";
pub const ACCESS_KEY: &str = "FAULTYACCESSKEY00001";
pub const SECRET_KEY: &str = "Qm9vdHN0cmFwIGlzIG5vdCBhIHNlY3JldCBidXQ";
pub const SECURITY_TOKEN: &str = "hQpjbi1ub3J0aC00Lm5vdC1hLXNlY3VyaXR5LXRva2VuLWF0LWFsbA";

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

pub struct Row {
    name: String,
    script: Script,
    tls: Option<Certificate>,
    speaks_tls: bool,
    signer: Signer,
    ids: Vec<String>,
    options: Vec<&'static str>,
    env: Vec<(String, String)>,
    limited: bool,
    exit: i32,
    word: &'static str,
    status: &'static str,
    says: Vec<String>,
    requests: Option<usize>,
    connections: Option<usize>,
    most_connections: Option<usize>,
    took: RangeInclusive<u64>,
    pauses: Vec<RangeInclusive<u64>>,
    never: Vec<Faulty>,
    asked: Vec<Request>,
    also: Also,
}

/// What only this row looks at.
type Also = Box<dyn Fn(&Run, &Faulty) + Send>;

/// A row that expects success from one request, until told otherwise.
pub fn row(name: impl Into<String>, script: Script) -> Row {
    Row {
        name: name.into(),
        script,
        tls: None,
        speaks_tls: true,
        signer: Signer::Token,
        ids: vec![JOB.to_owned()],
        options: vec!["-o", "json"],
        env: Vec::new(),
        limited: false,
        exit: 0,
        word: "",
        status: "success",
        says: Vec::new(),
        requests: Some(1),
        connections: None,
        most_connections: None,
        took: 0..=9,
        pauses: Vec::new(),
        never: Vec::new(),
        asked: Vec::new(),
        also: Box::new(|_, _| ()),
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
    /// Ends with this code and this word.
    pub fn trouble(mut self, exit: i32, word: &'static str) -> Self {
        (self.exit, self.word, self.status) = (exit, word, "unknown");
        self
    }

    /// A good answer of another kind.
    pub fn job(mut self, exit: i32, status: &'static str) -> Self {
        (self.exit, self.word, self.status) = (exit, "", status);
        self
    }

    pub fn bad(self) -> Self {
        self.trouble(7, "bad_answer")
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
    pub fn also(mut self, look: impl Fn(&Run, &Faulty) + Send + 'static) -> Self {
        self.also = Box::new(look);
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
        self.never.push(listener);
        self
    }

    fn check(mut self) {
        let server = Faulty::start_tls(
            self.script.clone(),
            self.tls.as_ref().filter(|_| self.speaks_tls).map(Certificate::server),
        );
        let run = self.run(&server);
        assert_eq!(run.exit(), self.exit, "exit code");
        self.asked = server.requests();
        self.check_stdout(&run);
        self.check_stderr(&run);
        self.check_secrets(&run);
        if let Some(requests) = self.requests {
            // Whether a missing id is a request id is asked once for each, and is no attempt at the job.
            let (lists, jobs): (Vec<&Request>, Vec<&Request>) = self.asked.iter().partition(|request| request.lists());
            assert_eq!(jobs.len(), requests, "requests");
            assert!(lists.len() <= 1, "{} questions about request ids", lists.len());
            assert!(lists.is_empty() || [1, 5].contains(&self.exit), "a question about a request id");
        }
        if let Some(connections) = self.connections {
            assert_eq!(server.connections(), connections, "connections");
        }
        if let Some(most) = self.most_connections {
            assert!(server.connections() <= most, "{} connections", server.connections());
        }
        let took = run.took.as_secs();
        assert!(self.took.contains(&took), "took {took} s, not {:?} s", self.took);
        for (pair, pause) in self.asked.windows(2).zip(&self.pauses) {
            let millis = u64::try_from((pair[1].at - pair[0].at).as_millis()).unwrap();
            assert!(pause.contains(&millis), "a pause of {millis} ms, not {pause:?} ms");
        }
        for listener in &self.never {
            assert_eq!(listener.connections(), 0, "connections to another listener");
        }
        (self.also)(&run, &server);
        let host = format!("127.0.0.1:{}", server.port());
        self.asked.iter().for_each(|request| check_request(request, self.signer, &host));
    }

    fn run(&self, server: &Faulty) -> Run {
        let arguments = ["job", "show"].iter().chain(&self.options).map(ToString::to_string).chain(self.ids.clone());
        let call = if self.limited && cfg!(target_os = "linux") {
            // Of the data alone: what is only reserved or mapped from the binary costs nobody memory.
            let script = r#"ulimit -d 120000 && exec "$0" "$@""#;
            program("/bin/sh", ["-c", script, CPH].map(str::to_owned).into_iter().chain(arguments))
        } else {
            cph(arguments)
        };
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        let call = call.at(&format!("{scheme}://127.0.0.1:{}", server.port()));
        let call = self.env.iter().fold(signed_in(call, self.signer), |call, (name, value)| call.env(name, value));
        let call = match &self.tls {
            Some(certificate) => certificate.trusted_by(call),
            None => call,
        };
        let run = call.run();
        if std::env::var_os("FAULTS_SHOW").is_some() {
            let shown: String = run.stderr.chars().take(1500).collect();
            println!("=== {} [{}] {:?}\n{shown}", self.name, run.exit(), run.took);
        }
        run
    }

    fn check_stdout(&self, run: &Run) {
        assert!(!run.stdout.chars().any(|c| c != '\n' && c != '\t' && is_live(c)), "stdout is live: {run}");
        if !self.options.contains(&"json") {
            let alone = self.ids.len() == 1 && !self.options.contains(&"--field");
            assert!(!alone || self.word.is_empty() || run.stdout.is_empty(), "a card without a job: {run}");
            return;
        }
        let document = run.json();
        assert_eq!(document["exit_code"], self.exit, "exit_code: {run}");
        assert_eq!(document["jobs"].as_array().unwrap().len(), self.ids.len(), "jobs: {run}");
        assert!(
            run.stdout.len() < 65_536 || self.word.is_empty() || self.ids.len() > 1,
            "a trouble of {} bytes",
            run.stdout.len()
        );
        // Several ids are told apart by the row itself.
        if let [id] = &self.ids[..] {
            let job = &document["jobs"][0];
            // Trouble before any request belongs to the run.
            let error = if document["error"].is_null() { &job["error"] } else { &document["error"] };
            assert_eq!(job["job_id"], id.as_str(), "job_id: {run}");
            assert_eq!(job["status"], self.status, "status: {run}");
            assert_eq!(error["code"].as_str().unwrap_or_default(), self.word, "error.code: {run}");
        }
    }

    fn check_stderr(&self, run: &Run) {
        let stderr = &run.stderr;
        if !self.word.is_empty() && !self.options.contains(&"-q") {
            assert!(stderr.contains(&format!("cph: error[{}]: ", self.word)), "no error[{}]: {run}", self.word);
        }
        assert!(
            !self.word.is_empty()
                || self.options.iter().any(|option| option.starts_with("-v"))
                || self.ids.len() > 1
                || stderr.is_empty(),
            "{run}"
        );
        for words in &self.says {
            assert!(stderr.contains(words), "stderr does not say {words:?}: {run}");
        }
        assert!(stderr.len() <= 4096 || self.ids.len() > 1, "{} bytes of stderr", stderr.len());
        for line in stderr.lines() {
            let ours = ["cph: ", "hint: ", "request id: "].iter().any(|start| line.starts_with(start));
            let summary = line.split_once(" jobs: ").is_some_and(|(count, _)| count.parse::<usize>().is_ok());
            assert!(ours || summary, "a line that is not ours: {line:?}");
            assert!(!line.chars().any(is_live), "a live line: {line:?}");
            assert!(!line.contains("##[") && !line.to_lowercase().contains("##vso["), "a command: {line:?}");
        }
        assert!(!stderr.contains("panicked") && !stderr.to_lowercase().contains("<html"), "{run}");
    }

    /// No 12 characters of a secret in a row, in anything.
    fn check_secrets(&self, run: &Run) {
        let signatures = self.asked.iter().filter_map(|request| {
            let authorization = request.header("authorization")?;
            authorization.rsplit_once("Signature=").map(|(_, signature)| signature.to_owned())
        });
        let secrets = [token(), SECRET_KEY.to_owned(), SECURITY_TOKEN.to_owned()];
        for secret in secrets.into_iter().chain(signatures) {
            for window in secret.as_bytes().windows(12) {
                let window = std::str::from_utf8(window).unwrap();
                for (stream, text) in [("stdout", &run.stdout), ("stderr", &run.stderr)] {
                    assert!(!text.contains(window), "{window:?} of a secret is on {stream}: {run}");
                }
            }
        }
    }
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

/// What `cph` sends, to the byte: nothing less, and nothing more.
pub fn check_request(request: &Request, signer: Signer, host: &str) {
    let (first, mut headers) = request.parsed();
    let last = request.job_id();
    let folder = if request.lists() { "" } else { "jobs/" };
    let path = format!("/v1/{PROJECT_ID}/cloud-phone/{folder}{last}");
    assert_eq!(first, format!("GET {path} HTTP/1.1"), "the request line");
    let mut expected = vec![
        ("accept".to_owned(), "*/*".to_owned()),
        ("host".to_owned(), host.to_owned()),
        ("user-agent".to_owned(), format!("cph/{}", env!("CARGO_PKG_VERSION"))),
    ];
    if signer == Signer::Token {
        expected.push(("x-auth-token".to_owned(), token()));
    } else {
        let date = request.header("x-sdk-date").unwrap();
        let mut signed = vec![("host", host), ("x-project-id", PROJECT_ID), ("x-sdk-date", date)];
        if signer == Signer::TemporaryKeys {
            signed.push(("x-security-token", SECURITY_TOKEN));
        }
        let (path, query) = path.split_once('?').unwrap_or((&path, ""));
        let query: Vec<(&str, &str)> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
        let target = cph::api::sign::Request { method: "GET", path, query: &query, headers: &signed, body: b"" };
        let authorization = cph::api::sign::authorization(ACCESS_KEY, SECRET_KEY, date, &target);
        expected.push(("authorization".to_owned(), authorization));
        expected.extend(signed[1..].iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    }
    headers.sort();
    expected.sort();
    assert_eq!(headers, expected, "the headers");
}

/// Whether a terminal or a log would obey it.
fn is_live(c: char) -> bool {
    cph::output::text::is_forbidden(c)
}

/// Checks all rows, many at once since some of them wait, and tells of all that failed.
pub fn check_all(mut rows: Vec<Row>) {
    const AT_ONCE: usize = 40;
    let count = rows.len();
    let names: std::collections::HashSet<&str> = rows.iter().map(|row| &*row.name).collect();
    assert_eq!(names.len(), count, "two rows of one name");
    if let Some(only) = std::env::var_os("FAULTS_ONLY") {
        rows.retain(|row| row.name.contains(&*only.to_string_lossy()));
    }
    // Popped from the end: what waits longest begins first.
    rows.sort_by_key(|row| *row.took.start());
    let rows = Mutex::new(rows);
    let failures = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some(row) = rows.lock().unwrap().pop() else { return };
                    let name = row.name.clone();
                    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| row.check())) {
                        let reason = panic.downcast_ref::<String>().cloned().unwrap_or_default();
                        failures.lock().unwrap().push(format!("## {name}\n{reason}"));
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    let shown: Vec<String> = failures.iter().map(|text| text.chars().take(3000).collect()).collect();
    assert!(failures.is_empty(), "{} of {count} rows failed:\n{}", failures.len(), shown.join("\n"));
    println!("{count} rows");
}

/// The time a look takes that never gets its answer.
pub const WHOLE_LOOK: RangeInclusive<u64> = 28..=33;
