//! PURE: the failed jobs of a batch, grouped by error code: what the last screen of a run says about them.

use std::collections::HashMap;

use crate::catalog::{self, Retry};
use crate::job::{Entry, Job, Status};
use crate::language::Language;

/// Groups that are shown at most: more codes than this are no longer a summary.
const MOST: usize = 5;

/// Failed jobs with one code.
struct FailureGroup<'a> {
    code: &'a str,
    jobs: Vec<&'a Job>,
}

/// A line for each code, the most frequent first.
pub(crate) fn lines(entries: &[Entry], language: Language) -> Vec<String> {
    let groups = grouped(entries);
    let mut lines: Vec<String> = groups.iter().take(MOST).map(|group| line(group, language)).collect();
    let rest = groups.get(MOST..).unwrap_or_default();
    let jobs: usize = rest.iter().map(|group| group.jobs.len()).sum();
    if jobs > 0 {
        lines.push(format!("{jobs} × {} other {}", rest.len(), if rest.len() == 1 { "code" } else { "codes" }));
    }
    lines
}

fn grouped(entries: &[Entry]) -> Vec<FailureGroup<'_>> {
    let mut groups: Vec<FailureGroup<'_>> = Vec::new();
    // A hostile service gives each job a code of its own.
    let mut places: HashMap<&str, usize> = HashMap::new();
    for job in entries.iter().map(|entry| &entry.job).filter(|job| job.status == Status::Failure) {
        let code = job.error_code.as_deref().unwrap_or_default();
        let place = *places.entry(code).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.jobs.push(job),
            None => groups.push(FailureGroup { code, jobs: vec![job] }),
        }
    }
    // Stable: codes that are equally frequent stay in the order of their jobs.
    groups.sort_by_key(|group| std::cmp::Reverse(group.jobs.len()));
    groups
}

/// `12 × CPS.0054 Handle job timeout. Meaning: …; worth a retry`; a single job is named at the end. The number is
/// first, so that no text of the service begins a line.
fn line(group: &FailureGroup<'_>, language: Language) -> String {
    let code = if group.code.is_empty() { "failure without a code" } else { group.code };
    let mut line = format!("{} × {code}", group.jobs.len());
    // Where the texts differ, none of them is that of the group.
    let mut texts = group.jobs.iter().map(|job| job.error_msg.as_deref().unwrap_or_default());
    let text = texts.next().unwrap_or_default();
    if !text.is_empty() && texts.all(|other| other == text) {
        line.push_str(&format!(" {text}"));
    }
    if let Some(entry) = catalog::find_for(group.code, None) {
        let entry = entry.in_language(language);
        let period = if line.ends_with(['.', '。']) { "" } else { "." };
        let advice = advice(entry.retry, language);
        line.push_str(&match language {
            Language::English => format!("{period} Meaning: {}; {advice}", entry.meaning),
            Language::Chinese => format!("{period} 含义：{}；{advice}", entry.meaning),
        });
    }
    if let [job] = group.jobs.as_slice() {
        let phone = job.phone_name.as_deref().map(|phone| format!(", {phone}")).unwrap_or_default();
        line.push_str(&format!(" ({}{phone})", name(job)));
    }
    line
}

fn advice(retry: Retry, language: Language) -> &'static str {
    match (retry, language) {
        (Retry::No, Language::English) => "a retry fails again",
        (Retry::No, Language::Chinese) => "重试仍会失败",
        (Retry::Yes, Language::English) => "worth a retry",
        (Retry::Yes, Language::Chinese) => "可以重试",
        (Retry::AfterRenewal, Language::English) => "worth a retry with a new token or temporary key",
        (Retry::AfterRenewal, Language::Chinese) => "更新令牌或临时密钥后可以重试",
    }
}

/// A refused item has no job id: its phone or server is the only name it has.
fn name(job: &Job) -> &str {
    job.job_id.as_deref().or(job.object()).unwrap_or("a job")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(id: &str, code: &str, text: &str) -> Entry {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Entry::refused(Job {
            job_id: some(id),
            status: Status::Failure,
            error_code: some(code),
            error_msg: some(text),
            ..Job::default()
        })
    }

    #[test]
    fn the_most_frequent_code_is_first_and_a_single_job_is_named() {
        let entries = [
            failed("a", "CPS.0005", "The phone did not start"),
            failed("b", "CPS.0054", "Handle job timeout."),
            failed("c", "CPS.0054", "Handle job timeout."),
            Entry::refused(Job { job_id: Some("ok".into()), status: Status::Success, ..Job::default() }),
        ];
        assert_eq!(
            lines(&entries, Language::English),
            [
                "2 × CPS.0054 Handle job timeout. Meaning: The job ran out of time on the server side; worth a retry",
                "1 × CPS.0005 The phone did not start. Meaning: No such cloud phone; a retry fails again (a)",
            ]
        );
    }

    #[test]
    fn texts_that_differ_are_left_out_and_unknown_codes_have_no_meaning() {
        let entries = [
            failed("a", "X.1", "one"),
            failed("b", "X.1", "two"),
            failed("c", "", "died"),
            Entry::refused(Job { phone_id: Some("p".into()), ..failed("", "Y.2", "").job }),
            Entry::refused(Job { phone_name: Some("大厅".into()), ..failed("d", "Z.3", "").job }),
        ];
        assert_eq!(
            lines(&entries, Language::English),
            ["2 × X.1", "1 × failure without a code died (c)", "1 × Y.2 (p)", "1 × Z.3 (d, 大厅)"]
        );
    }

    #[test]
    fn in_chinese_meaning_and_advice_alone_differ() {
        let entries = [
            failed("a", "CPS.0054", "Handle job timeout."),
            failed("b", "CPS.0054", "Handle job timeout."),
            failed("c", "CPS.0005", "手机未能启动。"),
            failed("d", "IAM.0066", ""),
            failed("e", "X.1", "one"),
        ];
        assert_eq!(
            lines(&entries, Language::Chinese),
            [
                "2 × CPS.0054 Handle job timeout. 含义：任务在服务端执行超时；可以重试",
                "1 × CPS.0005 手机未能启动。 含义：云手机不存在；重试仍会失败 (c)",
                "1 × IAM.0066. 含义：令牌已过期；更新令牌或临时密钥后可以重试 (d)",
                "1 × X.1 one (e)",
            ]
        );
    }

    #[test]
    fn more_than_five_codes_are_counted() {
        let entries = |count: usize| -> Vec<Entry> {
            (0..count).map(|n| failed(&format!("j{n}"), &format!("X.{n}"), "")).collect()
        };
        let last = |count| lines(&entries(count), Language::English).pop();
        assert_eq!(last(5).as_deref(), Some("1 × X.4 (j4)"));
        assert_eq!(last(8).as_deref(), Some("3 × 3 other codes"));
        assert_eq!(last(100_000).as_deref(), Some("99995 × 99995 other codes"), "as quickly as any");
        assert_eq!(super::lines(&[], Language::English), Vec::<String>::new());
    }
}
