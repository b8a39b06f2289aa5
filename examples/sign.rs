//! Signs requests: a JSON object a line on stdin, the value of its `Authorization` header a line on stdout.
//!
//! `tests/peers/` compares it with the official SDK's signer. A line is
//! `{"access_key", "secret_key", "date", "method", "path", "query": [[key, value], …], "headers": [[name, value], …], "body"}`;
//! the headers hold `X-Sdk-Date` with the same date.

use std::io::{self, BufRead as _, Write as _};

use cph::api::sign::{self, Request};
use serde::Deserialize;

#[derive(Deserialize)]
struct Line {
    access_key: String,
    secret_key: String,
    date: String,
    method: String,
    path: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: String,
}

fn main() -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let line: Line = serde_json::from_str(&line?)?;
        let request = Request {
            method: &line.method,
            path: &line.path,
            query: &pairs(&line.query),
            headers: &pairs(&line.headers),
            body: line.body.as_bytes(),
        };
        writeln!(stdout, "{}", sign::authorization(&line.access_key, &line.secret_key, &line.date, &request))?;
    }
    Ok(())
}

fn pairs(owned: &[(String, String)]) -> Vec<(&str, &str)> {
    owned.iter().map(|(one, two)| (one.as_str(), two.as_str())).collect()
}
