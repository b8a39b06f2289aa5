//! The jobs with fixed responses: the id says what happens, so that a script can choose it.
//!
//! PURE. It must not know HTTP, credentials or clocks. All times and ids are fixed: a transcript of a session with
//! the simulator is the same every time. Ids that need a clock are in `timed_jobs`.

use super::{
    error_response::ErrorResponse,
    job::{DOCUMENTED_PHONE, JobObject, SimulatedJob},
    reply::Reply,
};

pub(super) struct Scenario {
    pub(super) id: &'static str,
    /// From the id and the number of earlier calls to the reply.
    reply: fn(&'static str, u32) -> Reply,
}

impl Scenario {
    pub(super) fn of(id: &str) -> Option<&'static Self> {
        TABLE.iter().find(|scenario| scenario.id == id)
    }

    /// The reply after so many `earlier` calls for this job.
    pub(super) fn reply(&self, earlier: u32) -> Reply {
        (self.reply)(self.id, earlier)
    }
}

/// The job that refuses the first credential and then is a success; `cloud` knows the credential.
pub(super) const REFUSED_ONCE: &str = "sim-401-once";

const TABLE: &[Scenario] = &[
    Scenario { id: "6837531fd3f54550927b930180a706bf", reply: |id, _| Reply::Job(documented(id)) },
    Scenario { id: "sim-ok", reply: |id, _| Reply::Job(SimulatedJob::succeeded(id)) },
    Scenario { id: "sim-fail", reply: |id, _| Reply::Job(SimulatedJob::succeeded(id).timed_out()) },
    Scenario {
        id: "sim-running",
        reply: |id, _| Reply::Job(SimulatedJob { status: 1, end_time: None, ..SimulatedJob::succeeded(id) }),
    },
    Scenario { id: "sim-404", reply: |_, _| Reply::Error(ErrorResponse::no_such_job()) },
    Scenario { id: "sim-401", reply: |_, _| Reply::Error(refused()) },
    Scenario { id: REFUSED_ONCE, reply: |id, _| Reply::Job(SimulatedJob::succeeded(id)) },
    Scenario { id: "sim-403", reply: |_, _| Reply::Error(ErrorResponse::forbidden()) },
    Scenario { id: "sim-503", reply: |_, _| Reply::Error(unavailable()) },
    Scenario {
        id: "sim-flaky",
        reply: |id, earlier| match earlier {
            0 => Reply::Error(unavailable()),
            1 => Reply::Reset,
            _ => Reply::Job(SimulatedJob::succeeded(id)),
        },
    },
    Scenario { id: "sim-429", reply: |id, earlier| first(earlier, Reply::Error(throttled()), id) },
    Scenario { id: "sim-html", reply: |_, _| Reply::WebPage },
    Scenario {
        id: "sim-status-7",
        reply: |id, _| Reply::Job(SimulatedJob { status: 7, ..SimulatedJob::succeeded(id) }),
    },
    Scenario { id: "sim-wrong-job", reply: |_, _| Reply::Job(SimulatedJob::succeeded("sim-ok")) },
    Scenario { id: "sim-empty", reply: |_, _| Reply::EmptyObject },
    Scenario { id: "sim-cjk", reply: |id, _| Reply::Job(failed(id, CJK_ERROR, CJK_OUTPUT)) },
    Scenario { id: "sim-escape", reply: |id, _| Reply::Job(failed(id, HOSTILE_ERROR, HOSTILE_OUTPUT)) },
];

/// First `reply`, then success.
fn first(earlier: u32, reply: Reply, id: &'static str) -> Reply {
    if earlier == 0 { reply } else { Reply::Job(SimulatedJob::succeeded(id)) }
}

fn documented(job_id: &'static str) -> SimulatedJob {
    SimulatedJob {
        request_id: Some("2676a3b4f7df49c297c6775989806d32".into()),
        object: JobObject::Phone(DOCUMENTED_PHONE.into()),
        begin_time: "2019-04-26T07:00:00Z".into(),
        end_time: Some("2019-04-26T07:00:06Z".into()),
        ..SimulatedJob::succeeded(job_id)
    }
}

fn failed(job_id: &'static str, text: &'static str, output: &'static str) -> SimulatedJob {
    SimulatedJob::succeeded(job_id).with_error("CPS.0054", text, Some(output))
}

fn refused() -> ErrorResponse {
    ErrorResponse::gateway(401, "APIGW.0301", "Incorrect IAM authentication information")
}

fn unavailable() -> ErrorResponse {
    ErrorResponse::gateway(503, "APIGW.0613", "IAM service is temporarily unavailable")
}

/// The text is from terraform-provider-huaweicloud #1335.
fn throttled() -> ErrorResponse {
    let text = "The throttling threshold has been reached: policy user over ratelimit,limit:200,time:5 minute";
    ErrorResponse::gateway(429, "APIGW.0308", text).with_retry_after(2)
}

const CJK_ERROR: &str = "云手机任务处理超时，请稍后重试。";

/// Long enough to be cut or wrapped in any table, below the documented limit of 1024 bytes.
const CJK_OUTPUT: &str = "安装失败：存储空间不足（需要 1.2 GB，可用 356 MB）。\
    请先清理云手机上的应用数据和缓存文件，确认数据盘的剩余容量大于安装包大小的三倍，然后重新执行安装命令。\
    注意：清理缓存不会删除用户的照片、视频和聊天记录，但是未保存的游戏进度可能会丢失，建议先完成备份。\
    如果清理之后仍然提示空间不足，请在控制台扩容数据盘，或者联系管理员调整云手机的规格。\
    附加信息：软件包「示例应用」版本１２．３，错误代码 INSTALL_FAILED_INSUFFICIENT_STORAGE，한국어와 日本語のテキスト。";

/// What an app inside a phone could print to attack a terminal: colour, title, cleared screen, a bell, the cursor
/// moved over earlier text, the 8-bit CSI, and text shown in another order than written.
const HOSTILE_ERROR: &str = "\u{1b}[31mred\u{1b}[0m \u{1b}]0;owned\u{7} \u{1b}[2J\u{1b}[H overwritten\rsucceeded \
    \u{9b}1m \u{7f} \u{8} \u{202e}desrever\u{202c} \u{2066}isolated\u{2069} \u{2028}line\u{2029}paragraph";

/// The same for a CI log: commands of GitHub's runner at the start of a line, of Azure's anywhere.
const HOSTILE_OUTPUT: &str = "::error::injected\n  ::error::injected after spaces\r\n\t::set-output name=a::b\
    \u{b}::warning::after a vertical tab\u{c}::stop-commands::x ##[error]injected \
    ##vso[task.setvariable variable=a]b\u{1b}]8;;http://evil.example\u{1b}\\link\u{1b}]8;;\u{1b}\\";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_others_are_unknown() {
        for (index, scenario) in TABLE.iter().enumerate() {
            assert!(TABLE[index + 1..].iter().all(|other| other.id != scenario.id), "{}", scenario.id);
        }
        assert!(Scenario::of("00000000000000000000000000000000").is_none());
        assert!(Scenario::of("SIM-OK").is_none());
    }

    #[test]
    fn the_texts_are_as_hostile_and_as_short_as_documented() {
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
