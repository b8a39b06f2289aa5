//! Lists of a request's jobs: proof only where the pages overlap, the end was seen and two looks agree.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::broken_services::row::{Row, Signer, row};
use crate::common::Run;
use crate::common::server::{Faulty, Reply, Request, Script, by, fresh, json, send, success_of};

/// A listed job: its id and status.
type Item = (String, i8);

/// No valid id, and a path for those who do not look.
const HOSTILE: &str = "../../../v3/secret?x=1#";

fn items(count: usize) -> Vec<Item> {
    (0..count).map(|n| (format!("job-{n}"), 2)).collect()
}

/// All of them succeeded but this one.
fn failed(count: usize, number: usize) -> Vec<Item> {
    let mut items = items(count);
    items[number].1 = -1;
    items
}

fn told(items: &[Item]) -> Reply {
    let jobs: Vec<String> =
        items.iter().map(|(id, status)| format!(r#"{{"job_id":"{id}","status":{status}}}"#)).collect();
    send(json(200, format!(r#"{{"request_id":"r","jobs":[{}]}}"#, jobs.join(","))))
}

fn missing() -> Reply {
    send(json(404, r#"{"error_code":"CPS.0011"}"#))
}

fn number(request: &Request, name: &str) -> usize {
    request.query(name).unwrap().parse().unwrap()
}

/// The part of a list that is asked for.
fn page<'a>(request: &Request, items: &'a [Item]) -> &'a [Item] {
    let from = number(request, "offset").min(items.len());
    &items[from..items.len().min(from + number(request, "limit"))]
}

/// A service whose answer to a page may be another in each read of the list; reads are counted from 0. A single job is
/// always found well.
fn list(answer: impl Fn(&Request, usize) -> Reply + Send + Sync + 'static) -> Script {
    let answer = Arc::new(answer);
    fresh(move || {
        let (answer, begun) = (Arc::clone(&answer), AtomicUsize::new(0));
        by(move |request, _| {
            if !request.lists() {
                return send(success_of(&request.job_id()));
            }
            let begins = usize::from(number(request, "offset") == 0);
            answer(request, (begun.fetch_add(begins, Ordering::SeqCst) + begins).saturating_sub(1))
        })
    })
}

/// Always the same one.
fn steady(items: Vec<Item>) -> Script {
    list(move |request, _| told(page(request, &items)))
}

/// `offset` counts pages, as nothing in the documents forbids; behind the last one is this.
fn by_pages(items: Vec<Item>, behind: Reply) -> Script {
    list(move |request, _| {
        let page = items.chunks(number(request, "limit")).nth(number(request, "offset"));
        page.map_or_else(|| behind.clone(), told)
    })
}

fn of_request(name: &str, script: Script) -> Row {
    row(format!("list: {name}"), script).of_requests(&["r"])
}

/// So many jobs are told.
fn jobs(count: usize) -> impl Fn(&Run, &Faulty) + Send + Sync {
    move |run, _| assert_eq!(run.json()["jobs"].as_array().unwrap().len(), count, "jobs")
}

/// A hint that leads on.
fn names_the_way_out(run: &Run, _: &Faulty) {
    let hint = |line: &str| line.starts_with("hint: ") && line.contains("ids") && !line.contains("to go on");
    assert!(run.stderr.lines().any(hint), "no hint to give the job ids: {run}");
}

pub fn rows() -> Vec<Row> {
    [whole(), by_page(), contradicting(), hostile(), moving(), endless()].into_iter().flatten().collect()
}

/// Honest ones.
fn whole() -> Vec<Row> {
    let cut = |items: Vec<Item>| list(move |request, _| told(page(request, &items).chunks(30).next().unwrap_or(&[])));
    vec![
        of_request("one job", steady(items(1))).also(jobs(1)),
        of_request("100 jobs", steady(items(100))).also(jobs(100)),
        of_request("250 jobs", steady(items(250))).also(jobs(250)),
        of_request("150 jobs, the last failed", steady(failed(150, 149))).job(1, "failure").also(jobs(150)),
        // A page may be shorter than what was asked for.
        of_request("pages of 30, all fine", cut(items(150))).also(jobs(150)),
        of_request("pages of 30, the last failed", cut(failed(150, 149))).job(1, "failure").also(jobs(150)),
        of_request("signed with temporary keys", steady(items(2))).signer(Signer::TemporaryKeys).also(jobs(2)),
        of_request("refused", list(|_, _| send(json(401, "{}"))))
            .fails(4, "auth_rejected")
            .says("(token from CPH_TOKEN)"),
        of_request("a request named twice", steady(items(3))).of_requests(&["r", "r"]).also(jobs(3)),
        of_request("empty", steady(vec![])).missing().believed_late(),
        of_request("not found", list(|_, _| missing()))
            .missing()
            .believed_late()
            .says("check the id (a job id is not a request id), the project and the region"),
    ]
}

/// Where pages are counted the second one is never met by counting items.
fn by_page() -> Vec<Row> {
    let mut rows = Vec::new();
    for (behind, reply) in [("nothing", told(&[])), ("not found", missing())] {
        let hidden = |name: &str, items: Vec<Item>| {
            of_request(&format!("pages counted, {behind} behind, {name}"), by_pages(items, reply.clone()))
        };
        rows.extend([
            hidden("the 120th of 150 failed", failed(150, 119)).bad().also(names_the_way_out),
            hidden("150 jobs", items(150)).bad().also(names_the_way_out),
            hidden("100 jobs", items(100)).also(jobs(100)),
            hidden("60 jobs", items(60)).also(jobs(60)),
            hidden("one job", items(1)).also(jobs(1)),
        ]);
        let only_first = {
            let (items, reply) = (failed(150, 119), reply.clone());
            list(
                move |request, _| {
                    if number(request, "offset") == 0 { told(page(request, &items)) } else { reply.clone() }
                },
            )
        };
        rows.push(
            of_request(&format!("only the first page, {behind} behind"), only_first)
                .bad()
                .took(0..=30)
                .in_wait(|row| row.timeout("5s").or_exit(&[6, 8])),
        );
    }
    rows
}

/// One job, two verdicts: neither counts.
fn contradicting() -> Vec<Row> {
    let two = |name: &str, list_at: fn(usize, usize) -> Vec<Item>| {
        let script = list(move |request, read| told(page(request, &list_at(read, number(request, "offset")))));
        of_request(&format!("a job with two verdicts, {name}"), script).bad()
    };
    vec![
        two("on the overlap", |_, offset| if offset == 0 { items(150) } else { failed(150, 99) }),
        two("on the overlap, the good one last", |_, offset| if offset == 0 { failed(150, 99) } else { items(150) }),
        // Perhaps it moved meanwhile, and will agree with itself later: a wait may go on.
        two("on another page", |_, _| {
            let mut items = items(150);
            items[110] = ("job-5".to_owned(), -1);
            items
        })
        .in_wait(|row| row.timeout("5s")),
        two("in another read", |read, _| if read == 0 { items(3) } else { failed(3, 1) }),
        of_request("a job with two verdicts, the good one where pages are counted", {
            let items = items(150);
            list(move |request, _| match request.query("request_id") {
                Some("other") => told(page(request, &[("job-119".to_owned(), -1)])),
                _ => items.chunks(number(request, "limit")).nth(number(request, "offset")).map_or_else(missing, told),
            })
        })
        .of_requests(&["other", "paged"])
        .bad(),
    ]
}

/// An id that is none is never asked for, and never part of a success.
fn hostile() -> Vec<Row> {
    let only_lists = |_: &Run, server: &Faulty| assert_eq!(server.count(Request::is_job), 0, "{}", server.all_text());
    let with = |status: i8, vanishes: bool| {
        list(move |request, read| {
            let mut items = items(1);
            if !vanishes || read == 0 {
                items.push((HOSTILE.to_owned(), status));
            }
            told(page(request, &items))
        })
    };
    vec![
        of_request("an id that is none, running, then vanished", with(1, true)).bad().took(0..=20).also(only_lists),
        of_request("an id that is none, success", with(2, false)).bad().also(only_lists),
    ]
}

/// Lists that change while they are read.
fn moving() -> Vec<Row> {
    // Newest first: one more at each request, until there are 230.
    let growing = fresh(|| {
        by(|request, number| {
            if !request.lists() {
                return send(success_of(&request.job_id()));
            }
            let mut items = items(230.min(205 + number));
            items.reverse();
            told(page(request, &items))
        })
    });
    let then = |later: Reply| {
        list(move |request, read| if read == 0 { told(page(request, &items(3))) } else { later.clone() })
    };
    vec![
        // Three reads are all over before it stands still.
        of_request("growing at its head", growing)
            .bad()
            .took(0..=30)
            .in_wait(|row| row.job(0, "success").took(0..=90).also(jobs(230))),
        of_request("empty when it is read again", then(told(&[])))
            .bad()
            .or_exit(&[5])
            .took(0..=30)
            .in_wait(|row| row.timeout("5s").or_exit(&[5, 6, 8])),
        of_request("not found when it is read again", then(missing()))
            .bad()
            .or_exit(&[5])
            .took(0..=30)
            .in_wait(|row| row.timeout("5s").or_exit(&[5, 6, 8])),
    ]
}

/// Lists that never end.
fn endless() -> Vec<Row> {
    vec![
        of_request("the same full page for ever", list(|_, _| told(&items(100))))
            .bad()
            .took(0..=30)
            .also(|_, server| {
                let reads = server.count(|request| request.query("offset") == Some("0"));
                assert_eq!(reads, 3, "reads");
            })
            .in_wait(|row| row.timeout("5s").or_exit(&[6, 8]).also(|_, _| ())),
        of_request("the same three jobs for ever", list(|_, _| told(&items(3))))
            .bad()
            .took(0..=30)
            .in_wait(|row| row.timeout("5s").or_exit(&[6, 8])),
        of_request("more than 100,000", {
            list(|request, _| {
                let from = number(request, "offset");
                let jobs = from..from + number(request, "limit");
                told(&jobs.map(|n| (format!("job-{n}"), 2)).collect::<Vec<Item>>())
            })
        })
        .options(&["-q"])
        .bad()
        .took(0..=90)
        .limited()
        .also(|_, server| {
            let pages = server.requests().len();
            assert!((1000..=1020).contains(&pages), "{pages} pages");
        }),
    ]
}
