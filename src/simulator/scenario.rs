//! What becomes of a job is decided by its id, so that a script picks its fate by what it asks for.
//!
//! Pure. It must not know HTTP, credentials or clocks. All times and ids are fixed: a transcript of a session with
//! the simulator is the same every time. Ids whose fate needs a clock are in `timed`.

use super::{fault::Fault, job::Job, reply::Act};

/// A job id and its fate.
pub(super) struct Scenario {
    /// The job id that is asked for.
    pub(super) id: &'static str,
    /// From the id and the number of earlier looks to what happens.
    act: fn(&'static str, u32) -> Act,
}

impl Scenario {
    /// The scenario of `id`; any other id was never heard of.
    pub(super) fn of(id: &str) -> Option<&'static Self> {
        TABLE.iter().find(|scenario| scenario.id == id)
    }

    /// What happens after so many `earlier` looks at this job.
    pub(super) fn act(&self, earlier: u32) -> Act {
        (self.act)(self.id, earlier)
    }
}

/// The job that refuses the first credential it is asked with, and then is a success; who asks is not known here.
pub(super) const REFUSED_ONCE: &str = "sim-401-once";

const TABLE: &[Scenario] = &[
    Scenario { id: "6837531fd3f54550927b930180a706bf", act: |id, _| Act::Job(documented(id)) },
    Scenario { id: "sim-ok", act: |id, _| Act::Job(Job::succeeded(id)) },
    Scenario { id: "sim-fail", act: |id, _| Act::Job(Job::succeeded(id).timed_out()) },
    Scenario { id: "sim-running", act: |id, _| Act::Job(Job { status: 1, end_time: None, ..Job::succeeded(id) }) },
    Scenario { id: "sim-404", act: |_, _| Act::Fault(Fault::no_such_job()) },
    Scenario { id: "sim-401", act: |_, _| Act::Fault(refused()) },
    Scenario { id: REFUSED_ONCE, act: |id, _| Act::Job(Job::succeeded(id)) },
    Scenario { id: "sim-403", act: |_, _| Act::Fault(Fault::forbidden()) },
    Scenario { id: "sim-503", act: |_, _| Act::Fault(unavailable()) },
    Scenario {
        id: "sim-flaky",
        act: |id, earlier| match earlier {
            0 => Act::Fault(unavailable()),
            1 => Act::Reset,
            _ => Act::Job(Job::succeeded(id)),
        },
    },
    Scenario { id: "sim-429", act: |id, earlier| first(earlier, Act::Fault(throttled()), id) },
    Scenario { id: "sim-html", act: |_, _| Act::Page },
    Scenario { id: "sim-status-7", act: |id, _| Act::Job(Job { status: 7, ..Job::succeeded(id) }) },
    Scenario { id: "sim-wrong-job", act: |_, _| Act::Job(Job::succeeded("sim-ok")) },
    Scenario { id: "sim-empty", act: |_, _| Act::Nothing },
    Scenario { id: "sim-cjk", act: |id, _| Act::Job(failed(id, CJK_ERROR, CJK_OUTPUT)) },
    Scenario { id: "sim-escape", act: |id, _| Act::Job(failed(id, HOSTILE_ERROR, HOSTILE_OUTPUT)) },
];

/// Once `trouble`, then success.
fn first(earlier: u32, trouble: Act, id: &'static str) -> Act {
    if earlier == 0 { trouble } else { Act::Job(Job::succeeded(id)) }
}

fn documented(job_id: &'static str) -> Job {
    Job {
        request_id: Some("2676a3b4f7df49c297c6775989806d32".into()),
        phone_id: "9b28fbe50ded4060b8149a47e55dba82".into(),
        begin_time: "2019-04-26T07:00:00Z".into(),
        end_time: Some("2019-04-26T07:00:06Z".into()),
        ..Job::succeeded(job_id)
    }
}

fn failed(job_id: &'static str, text: &'static str, output: &'static str) -> Job {
    Job::succeeded(job_id).with_error("CPS.0054", text, Some(output))
}

fn refused() -> Fault {
    Fault::gateway(401, "APIGW.0301", "Incorrect IAM authentication information")
}

fn unavailable() -> Fault {
    Fault::gateway(503, "APIGW.0613", "IAM service is temporarily unavailable")
}

/// The sentence is a real one, from terraform-provider-huaweicloud #1335.
fn throttled() -> Fault {
    let text = "The throttling threshold has been reached: policy user over ratelimit,limit:200,time:5 minute";
    Fault::gateway(429, "APIGW.0308", text).retry_after(2)
}

const CJK_ERROR: &str = "云手机任务处理超时，请稍后重试。";

/// Long enough to be cut or wrapped in any table, below the documented limit of 1024 bytes.
const CJK_OUTPUT: &str = "安装失败：存储空间不足（需要 1.2 GB，可用 356 MB）。\
    请先清理云手机上的应用数据和缓存文件，确认数据盘的剩余容量大于安装包大小的三倍，然后重新执行安装命令。\
    注意：清理缓存不会删除用户的照片、视频和聊天记录，但是未保存的游戏进度可能会丢失，建议先完成备份。\
    如果清理之后仍然提示空间不足，请在控制台扩容数据盘，或者联系管理员调整云手机的规格。\
    附加信息：软件包「示例应用」版本１２．３，错误代码 INSTALL_FAILED_INSUFFICIENT_STORAGE，한국어와 日本語のテキスト。";

/// What an app inside a phone could print to take over a terminal: colour, title, cleared screen, a bell, the cursor
/// moved over what stands there, the 8-bit CSI, and text shown in another order than it is written.
const HOSTILE_ERROR: &str = "\u{1b}[31mred\u{1b}[0m \u{1b}]0;owned\u{7} \u{1b}[2J\u{1b}[H overwritten\rsucceeded \
    \u{9b}1m \u{7f} \u{8} \u{202e}desrever\u{202c} \u{2066}isolated\u{2069} \u{2028}line\u{2029}paragraph";

/// The same against a CI log: commands of GitHub's runner at the start of lines, of Azure's anywhere in one.
const HOSTILE_OUTPUT: &str = "::error::injected\n  ::error::injected after spaces\r\n\t::set-output name=a::b\
    \u{b}::warning::after a vertical tab\u{c}::stop-commands::x ##[error]injected \
    ##vso[task.setvariable variable=a]b\u{1b}]8;;http://evil.example\u{1b}\\link\u{1b}]8;;\u{1b}\\";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_id_is_there_twice_and_others_are_unknown() {
        for (index, scenario) in TABLE.iter().enumerate() {
            assert!(TABLE[index + 1..].iter().all(|other| other.id != scenario.id), "{}", scenario.id);
        }
        assert!(Scenario::of("00000000000000000000000000000000").is_none());
        assert!(Scenario::of("SIM-OK").is_none());
    }

    #[test]
    fn the_texts_are_as_nasty_as_they_claim_and_as_short_as_documented() {
        for text in [CJK_OUTPUT, HOSTILE_OUTPUT, HOSTILE_ERROR] {
            assert!(text.len() <= 1024, "{}", text.len());
        }
        assert!(CJK_OUTPUT.len() > 600);
        let controls = [
            '\u{1b}', '\r', '\n', '\t', '\u{b}', '\u{7}', '\u{9b}', '\u{7f}', '\u{2028}', '\u{2029}', '\u{202e}',
            '\u{2066}',
        ];
        for control in controls {
            assert!(HOSTILE_ERROR.contains(control) || HOSTILE_OUTPUT.contains(control), "{control:?}");
        }
    }
}
