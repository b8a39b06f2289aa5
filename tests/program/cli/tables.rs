//! What people see, at the widths they have: transcripts, looked at, then pinned. ESC is shown as ␛.

use snapbox::str;
use unicode_width::UnicodeWidthStr as _;

use crate::common::{cph, shows, simulator};

const HOSTILE: &str = "sim-escape";
const CHINESE: &str = "sim-cjk";
const SEVERAL: [&str; 8] =
    ["job", "show", "sim-ok", "sim-escape", "sim-cjk", "sim-running", "sim-404", "6837531fd3f54550927b930180a706bf"];

#[test]
fn hostile_text_at_40_columns() {
    let server = simulator();
    shows(
        cph(["job", "show", HOSTILE]).on(&server).env("COLUMNS", "40").run().scrubbed(&server),
        str![[r#"
Job      sim-escape
Status   failure
Began    2026-01-15T08:00:00Z
Took     42s
Phone    00000000000000000000000000f0e001
Request  000000000000000000000000005eed01
Output   :\:error::injected\n  ::error:
         :injected after
         spaces\r\n\t::set-output
         name=a::b\u{b}::warning::after
         a vertical
         tab\u{c}::stop-commands::x
         #\#[error]injected
         #\#vso[task.setvariable
         variable=a]b\u{1b}]8;;http://e
         vil.example\u{1b}\link\u{1b}]8
         ;;\u{1b}\
Error    CPS.0054 \u{1b}[31mred\u{1b}[0m
         \u{1b}]0;owned\u{7}
         \u{1b}[2J\u{1b}[H
         overwritten\rsucceeded \u{9b}1m
         \u{7f} \u{8}
         \u{202e}desrever\u{202c}
         \u{2066}isolated\u{2069}
         \u{2028}line\u{2029}paragraph
Meaning  The job ran out of time on the
         server side. Wait, then start
         the operation again.
[exit status: 1]

"#]],
    );
}

#[test]
fn hostile_text_at_80_columns() {
    let server = simulator();
    shows(
        cph(["job", "show", HOSTILE]).on(&server).env("COLUMNS", "80").run().scrubbed(&server),
        str![[r#"
Job      sim-escape
Status   failure
Began    2026-01-15T08:00:00Z
Took     42s
Phone    00000000000000000000000000f0e001
Request  000000000000000000000000005eed01
Output   :\:error::injected\n  ::error::injected after spaces\r\n\t::set-output
         name=a::b\u{b}::warning::after a vertical tab\u{c}::stop-commands::x
         #\#[error]injected #\#vso[task.setvariable
         variable=a]b\u{1b}]8;;http://evil.example\u{1b}\link\u{1b}]8;;\u{1b}\
Error    CPS.0054 \u{1b}[31mred\u{1b}[0m \u{1b}]0;owned\u{7} \u{1b}[2J\u{1b}[H
         overwritten\rsucceeded \u{9b}1m \u{7f} \u{8} \u{202e}desrever\u{202c}
         \u{2066}isolated\u{2069} \u{2028}line\u{2029}paragraph
Meaning  The job ran out of time on the server side. Wait, then start the
         operation again.
[exit status: 1]

"#]],
    );
}

#[test]
fn hostile_text_at_200_columns() {
    let server = simulator();
    shows(
        cph(["job", "show", HOSTILE]).on(&server).env("COLUMNS", "200").run().scrubbed(&server),
        str![[r#"
Job      sim-escape
Status   failure
Began    2026-01-15T08:00:00Z
Took     42s
Phone    00000000000000000000000000f0e001
Request  000000000000000000000000005eed01
Output   :\:error::injected\n  ::error::injected after spaces\r\n\t::set-output name=a::b\u{b}::warning::after a vertical tab\u{c}::stop-commands::x #\#[error]injected #\#vso[task.setvariable
         variable=a]b\u{1b}]8;;http://evil.example\u{1b}\link\u{1b}]8;;\u{1b}\
Error    CPS.0054 \u{1b}[31mred\u{1b}[0m \u{1b}]0;owned\u{7} \u{1b}[2J\u{1b}[H overwritten\rsucceeded \u{9b}1m \u{7f} \u{8} \u{202e}desrever\u{202c} \u{2066}isolated\u{2069}
         \u{2028}line\u{2029}paragraph
Meaning  The job ran out of time on the server side. Wait, then start the operation again.
[exit status: 1]

"#]],
    );
}

#[test]
fn hostile_text_in_a_pipe() {
    let server = simulator();
    shows(
        cph(["job", "show", HOSTILE]).on(&server).run().scrubbed(&server),
        str![[r#"
Job      sim-escape
Status   failure
Began    2026-01-15T08:00:00Z
Took     42s
Phone    00000000000000000000000000f0e001
Request  000000000000000000000000005eed01
Output   :\:error::injected\n  ::error::injected after spaces\r\n\t::set-output name=a::b\u{b}::warning::after a vertical tab\u{c}::stop-commands::x #\#[error]injected #\#vso[task.setvariable variable=a]b\u{1b}]8;;http://evil.example\u{1b}\link\u{1b}]8;;\u{1b}\
Error    CPS.0054 \u{1b}[31mred\u{1b}[0m \u{1b}]0;owned\u{7} \u{1b}[2J\u{1b}[H overwritten\rsucceeded \u{9b}1m \u{7f} \u{8} \u{202e}desrever\u{202c} \u{2066}isolated\u{2069} \u{2028}line\u{2029}paragraph
Meaning  The job ran out of time on the server side. Wait, then start the operation again.
[exit status: 1]

"#]],
    );
    let fields = "execute_msg,error_msg,status";
    let run = cph(["job", "show", "--field", fields, HOSTILE]).on(&server).run();
    shows(
        run.scrubbed(&server),
        str![[r#"
:\:error::injected\n  ::error::injected after spaces\r\n\t::set-output name=a::b\u{b}::warning::after a vertical tab\u{c}::stop-commands::x #\#[error]injected #\#vso[task.setvariable variable=a]b\u{1b}]8;;http://evil.example\u{1b}\link\u{1b}]8;;\u{1b}\	\u{1b}[31mred\u{1b}[0m \u{1b}]0;owned\u{7} \u{1b}[2J\u{1b}[H overwritten\rsucceeded \u{9b}1m \u{7f} \u{8} \u{202e}desrever\u{202c} \u{2066}isolated\u{2069} \u{2028}line\u{2029}paragraph	failure
[exit status: 1]

"#]],
    );
    shows(
        cph(["job", "show", "-o", "json", HOSTILE]).on(&server).run().scrubbed(&server),
        str![[r#"
{
  "schema_version": 1,
  "outcome": "failure",
  "exit_code": 1,
  "counts": {
    "success": 0,
    "failure": 1,
    "running": 0,
    "unknown": 0
  },
  "jobs": [
    {
      "job_id": "sim-escape",
      "request_id": "000000000000000000000000005eed01",
      "status": "failure",
      "status_code": -1,
      "phone_id": "00000000000000000000000000f0e001",
      "phone_name": null,
      "server_id": null,
      "begin_time": "2026-01-15T08:00:00Z",
      "end_time": "2026-01-15T08:00:42Z",
      "duration_seconds": 42,
      "error_code": "CPS.0054",
      "error_msg": "\u001b[31mred\u001b[0m \u001b]0;owned\u0007 \u001b[2J\u001b[H overwritten\rsucceeded \u009b1m \u007f \b \u202edesrever\u202c \u2066isolated\u2069 \u2028line\u2029paragraph",
      "error_meaning": "The job ran out of time on the server side",
      "execute_msg": "::error::injected\n  ::error::injected after spaces\r\n\t::set-output name=a::b\u000b::warning::after a vertical tab\f::stop-commands::x #\u0023[error]injected #\u0023vso[task.setvariable variable=a]b\u001b]8;;http://evil.example\u001b\\link\u001b]8;;\u001b\\",
      "observed_at": "[NOW]",
      "error": null
    }
  ],
  "error": null
}
[exit status: 1]

"#]],
    );
}

#[test]
fn chinese_text_at_40_columns() {
    let server = simulator();
    shows(
        cph(["job", "show", CHINESE]).on(&server).env("COLUMNS", "40").run().scrubbed(&server),
        str![[r#"
Job      sim-cjk
Status   failure
Began    2026-01-15T08:00:00Z
Took     42s
Phone    00000000000000000000000000f0e001
Request  000000000000000000000000005eed01
Output   安装失败：存储空间不足（需要
         1.2 GB，可用 356 MB）。请先清理
         云手机上的应用数据和缓存文件，
         确认数据盘的剩余容量大于安装包
         大小的三倍，然后重新执行安装命
         令。注意：清理缓存不会删除用户
         的照片、视频和聊天记录，但是未
         保存的游戏进度可能会丢失，建议
         先完成备份。如果清理之后仍然提
         示空间不足，请在控制台扩容数据
         盘，或者联系管理员调整云手机的
         规格。附加信息：软件包「示例应
         用」版本１２．３，错误代码
         INSTALL_FAILED_INSUFFICIENT_STO
         RAGE，한국어와 日本語のテキス
         ト。
Error    CPS.0054 云手机任务处理超时，请
         稍后重试。
Meaning  The job ran out of time on the
         server side. Wait, then start
         the operation again.
[exit status: 1]

"#]],
    );
}

#[test]
fn chinese_text_at_80_columns() {
    let server = simulator();
    shows(
        cph(["job", "show", CHINESE]).on(&server).env("COLUMNS", "80").run().scrubbed(&server),
        str![[r#"
Job      sim-cjk
Status   failure
Began    2026-01-15T08:00:00Z
Took     42s
Phone    00000000000000000000000000f0e001
Request  000000000000000000000000005eed01
Output   安装失败：存储空间不足（需要 1.2 GB，可用 356 MB）。请先清理云手机上的
         应用数据和缓存文件，确认数据盘的剩余容量大于安装包大小的三倍，然后重新
         执行安装命令。注意：清理缓存不会删除用户的照片、视频和聊天记录，但是未
         保存的游戏进度可能会丢失，建议先完成备份。如果清理之后仍然提示空间不
         足，请在控制台扩容数据盘，或者联系管理员调整云手机的规格。附加信息：软
         件包「示例应用」版本１２．３，错误代码
         INSTALL_FAILED_INSUFFICIENT_STORAGE，한국어와 日本語のテキスト。
Error    CPS.0054 云手机任务处理超时，请稍后重试。
Meaning  The job ran out of time on the server side. Wait, then start the
         operation again.
[exit status: 1]

"#]],
    );
}

#[test]
fn chinese_text_at_200_columns_and_in_a_pipe() {
    let server = simulator();
    shows(
        cph(["job", "show", CHINESE]).on(&server).env("COLUMNS", "200").run().scrubbed(&server),
        str![[r#"
Job      sim-cjk
Status   failure
Began    2026-01-15T08:00:00Z
Took     42s
Phone    00000000000000000000000000f0e001
Request  000000000000000000000000005eed01
Output   安装失败：存储空间不足（需要 1.2 GB，可用 356 MB）。请先清理云手机上的应用数据和缓存文件，确认数据盘的剩余容量大于安装包大小的三倍，然后重新执行安装命令。注意：清理缓存不会删除用户的照片、视
         频和聊天记录，但是未保存的游戏进度可能会丢失，建议先完成备份。如果清理之后仍然提示空间不足，请在控制台扩容数据盘，或者联系管理员调整云手机的规格。附加信息：软件包「示例应用」版本１２．３，错
         误代码 INSTALL_FAILED_INSUFFICIENT_STORAGE，한국어와 日本語のテキスト。
Error    CPS.0054 云手机任务处理超时，请稍后重试。
Meaning  The job ran out of time on the server side. Wait, then start the operation again.
[exit status: 1]

"#]],
    );
    shows(
        cph(["job", "show", CHINESE]).on(&server).run().scrubbed(&server),
        str![[r#"
Job      sim-cjk
Status   failure
Began    2026-01-15T08:00:00Z
Took     42s
Phone    00000000000000000000000000f0e001
Request  000000000000000000000000005eed01
Output   安装失败：存储空间不足（需要 1.2 GB，可用 356 MB）。请先清理云手机上的应用数据和缓存文件，确认数据盘的剩余容量大于安装包大小的三倍，然后重新执行安装命令。注意：清理缓存不会删除用户的照片、视频和聊天记录，但是未保存的游戏进度可能会丢失，建议先完成备份。如果清理之后仍然提示空间不足，请在控制台扩容数据盘，或者联系管理员调整云手机的规格。附加信息：软件包「示例应用」版本１２．３，错误代码 INSTALL_FAILED_INSUFFICIENT_STORAGE，한국어와 日本語のテキスト。
Error    CPS.0054 云手机任务处理超时，请稍后重试。
Meaning  The job ran out of time on the server side. Wait, then start the operation again.
[exit status: 1]

"#]],
    );
}

#[test]
fn several_jobs_at_40_columns_are_cards() {
    let server = simulator();
    let show = |arguments: &[&str]| cph(arguments).on(&server).env("COLUMNS", "40").run();
    let plain = show(&["job", "show", "sim-ok", "sim-running", "sim-404", "6837531fd3f54550927b930180a706bf"]);
    shows(
        plain.scrubbed(&server),
        str![[r#"
Job      sim-ok
Status   success
Began    2026-01-15T08:00:00Z
Took     42s
Phone    00000000000000000000000000f0e001
Request  000000000000000000000000005eed01

Job      sim-running
Status   running
Began    2026-01-15T08:00:00Z
Phone    00000000000000000000000000f0e001
Request  000000000000000000000000005eed01

Job      sim-404
Status   unknown
Error    not_found

Job      6837531fd3f54550927b930180a706bf
Status   success
Began    2019-04-26T07:00:00Z
Took     6s
Phone    9b28fbe50ded4060b8149a47e55dba82
Request  2676a3b4f7df49c297c6775989806d32
------- stderr -------
cph: error[not_found]: job sim-404: no such job (project 00000000000000000000000000c10d01 at [SIMULATOR])
hint: check the id (a request id is not a job id), the project and the region; old jobs may be gone
request id: [REQUEST-ID]
4 jobs: 2 success, 1 running, 1 unknown
[exit status: 5]

"#]],
    );
    let several = show(&SEVERAL);
    let mut cards: Vec<&str> = plain.stdout.trim_end().split("\n\n").collect();
    let [hostile, chinese] = [HOSTILE, CHINESE].map(|job| show(&["job", "show", job]).stdout);
    cards.splice(1..1, [hostile.trim_end(), chinese.trim_end()]);
    assert_eq!(several.stdout, cards.join("\n\n") + "\n");
    assert!(several.stderr.ends_with("6 jobs: 2 success, 2 failure, 1 running, 1 unknown\n"), "{several}");
    assert_eq!(several.exit(), 1);
}

#[test]
fn several_jobs_at_80_columns() {
    let server = simulator();
    shows(
        cph(SEVERAL).on(&server).env("COLUMNS", "80").run().scrubbed(&server),
        str![[r#"
JOB                               STATUS   TOOK  ERROR
sim-ok                            success  42s
sim-escape                        failure  42s   CPS.0054 \u{1b}[31mred\u{1b}[0…
sim-cjk                           failure  42s   CPS.0054 云手机任务处理超时，…
sim-running                       running
sim-404                           unknown        not_found
6837531fd3f54550927b930180a706bf  success  6s
------- stderr -------
cph: error[not_found]: job sim-404: no such job (project 00000000000000000000000000c10d01 at [SIMULATOR])
hint: check the id (a request id is not a job id), the project and the region; old jobs may be gone
request id: [REQUEST-ID]
2 × CPS.0054. Meaning: The job ran out of time on the server side; worth a retry
6 jobs: 2 success, 2 failure, 1 running, 1 unknown
[exit status: 1]

"#]],
    );
}

#[test]
fn several_jobs_at_200_columns() {
    let server = simulator();
    shows(
        cph(SEVERAL).on(&server).env("COLUMNS", "200").run().scrubbed(&server),
        str![[r#"
JOB                               STATUS   TOOK  BEGAN                 PHONE/SERVER                      ERROR
sim-ok                            success  42s   2026-01-15T08:00:00Z  00000000000000000000000000f0e001
sim-escape                        failure  42s   2026-01-15T08:00:00Z  00000000000000000000000000f0e001  CPS.0054 \u{1b}[31mred\u{1b}[0m \u{1b}]0;owned\u{7} \u{1b}[2J\u{1b}[H overwritten\rsucceeded \…
sim-cjk                           failure  42s   2026-01-15T08:00:00Z  00000000000000000000000000f0e001  CPS.0054 云手机任务处理超时，请稍后重试。
sim-running                       running        2026-01-15T08:00:00Z  00000000000000000000000000f0e001
sim-404                           unknown                                                                not_found
6837531fd3f54550927b930180a706bf  success  6s    2019-04-26T07:00:00Z  9b28fbe50ded4060b8149a47e55dba82
------- stderr -------
cph: error[not_found]: job sim-404: no such job (project 00000000000000000000000000c10d01 at [SIMULATOR])
hint: check the id (a request id is not a job id), the project and the region; old jobs may be gone
request id: [REQUEST-ID]
2 × CPS.0054. Meaning: The job ran out of time on the server side; worth a retry
6 jobs: 2 success, 2 failure, 1 running, 1 unknown
[exit status: 1]

"#]],
    );
}

#[test]
fn several_jobs_in_a_pipe_are_whole() {
    let server = simulator();
    shows(
        cph(SEVERAL).on(&server).run().scrubbed(&server),
        str![[r#"
JOB                               STATUS   TOOK  BEGAN                 PHONE/SERVER                      ERROR
sim-ok                            success  42s   2026-01-15T08:00:00Z  00000000000000000000000000f0e001
sim-escape                        failure  42s   2026-01-15T08:00:00Z  00000000000000000000000000f0e001  CPS.0054 \u{1b}[31mred\u{1b}[0m \u{1b}]0;owned\u{7} \u{1b}[2J\u{1b}[H overwritten\rsucceeded \u{9b}1m \u{7f} \u{8} \u{202e}desrever\u{202c} \u{2066}isolated\u{2069} \u{2028}line\u{2029}paragraph
sim-cjk                           failure  42s   2026-01-15T08:00:00Z  00000000000000000000000000f0e001  CPS.0054 云手机任务处理超时，请稍后重试。
sim-running                       running        2026-01-15T08:00:00Z  00000000000000000000000000f0e001
sim-404                           unknown                                                                not_found
6837531fd3f54550927b930180a706bf  success  6s    2019-04-26T07:00:00Z  9b28fbe50ded4060b8149a47e55dba82
------- stderr -------
cph: error[not_found]: job sim-404: no such job (project 00000000000000000000000000c10d01 at [SIMULATOR])
hint: check the id (a request id is not a job id), the project and the region; old jobs may be gone
request id: [REQUEST-ID]
2 × CPS.0054. Meaning: The job ran out of time on the server side; worth a retry
6 jobs: 2 success, 2 failure, 1 running, 1 unknown
[exit status: 1]

"#]],
    );
}

#[test]
fn colour_is_only_on_the_status_and_only_when_asked_for() {
    let server = simulator();
    let show = || cph(["job", "show", "sim-ok", "sim-fail", "sim-running", "sim-404"]).on(&server);
    let colored =
        cph(["job", "show", "--color", "always", "sim-ok", "sim-fail", "sim-running", "sim-404"]).on(&server).run();
    shows(
        colored.scrubbed(&server),
        str![[r#"
JOB          STATUS   TOOK  BEGAN                 PHONE/SERVER                      ERROR
sim-ok       ␛[32msuccess␛[0m  42s   2026-01-15T08:00:00Z  00000000000000000000000000f0e001
sim-fail     ␛[31mfailure␛[0m  42s   2026-01-15T08:00:00Z  00000000000000000000000000f0e001  CPS.0054 Handle job timeout.
sim-running  ␛[36mrunning␛[0m        2026-01-15T08:00:00Z  00000000000000000000000000f0e001
sim-404      ␛[38;5;136munknown␛[0m                                                                not_found
------- stderr -------
cph: ␛[31merror[not_found]␛[0m: job sim-404: no such job (project 00000000000000000000000000c10d01 at [SIMULATOR])
␛[36mhint␛[0m: check the id (a request id is not a job id), the project and the region; old jobs may be gone
request id: [REQUEST-ID]
1 × CPS.0054 Handle job timeout. Meaning: The job ran out of time on the server side; worth a retry (sim-fail)
4 jobs: 1 success, 1 failure, 1 running, 1 unknown
[exit status: 1]

"#]],
    );
    let one = cph(["job", "show", "--color=always", "sim-running"]).on(&server).run();
    shows(
        one.scrubbed(&server),
        str![[r#"
Job      sim-running
Status   ␛[36mrunning␛[0m
Began    2026-01-15T08:00:00Z
Phone    00000000000000000000000000f0e001
Request  000000000000000000000000005eed01
[exit status: 8]

"#]],
    );
    assert_eq!(show().env("CLICOLOR_FORCE", "1").run().stdout, colored.stdout);
    for (name, value) in [("NO_COLOR", "1"), ("CLICOLOR_FORCE", "0"), ("TERM", "xterm-256color")] {
        let run = show().env(name, value).run();
        assert!(!run.to_string().contains('\u{1b}'), "{name}: {run}");
    }
    let run = show().env("NO_COLOR", "1").env("CLICOLOR_FORCE", "1").run();
    assert!(!run.stdout.contains('\u{1b}'), "{run}");
    let run = cph(["job", "show", "--color", "always", "sim-ok"]).on(&server).env("NO_COLOR", "1").run();
    assert!(run.stdout.contains('\u{1b}'), "a flag outranks a variable: {run}");
}

#[test]
fn at_any_width_ids_are_whole_and_nothing_is_a_command() {
    let server = simulator();
    for width in ["1", "8", "20", "39", "71", "72", "100", "119", "120", "1000"] {
        let run = cph(SEVERAL).on(&server).env("COLUMNS", width).run();
        for id in ["sim-escape", "6837531fd3f54550927b930180a706bf"] {
            assert!(run.stdout.split_whitespace().any(|word| word == id), "{width}: {run}");
        }
        for line in run.to_string().lines() {
            assert!(!line.trim_start().starts_with("::") && !line.contains("##["), "{width}: {line}");
            assert!(!line.to_ascii_lowercase().contains("##vso["), "{width}: {line}");
            assert!(!line.chars().any(char::is_control), "{width}: {line:?}");
        }
        let cells = width.parse::<usize>().unwrap();
        // A label of 9 and an id of 32 need 41; columns need 4 × 2 more.
        for line in run.stdout.lines().filter(|_| cells >= 72) {
            assert!(line.width() <= cells, "{width}: {line}");
        }
    }
}

#[cfg(unix)]
mod terminal {
    use super::*;
    use crate::common::left_on_terminal;

    /// On a terminal with room for everything.
    fn seen(arguments: &[&str], columns: u16) -> String {
        seen_on(arguments, columns, 200)
    }

    fn seen_on(arguments: &[&str], columns: u16, rows: u16) -> String {
        let server = simulator();
        let (screen, exit) = cph(arguments).on(&server).env("TERM", "xterm-256color").on_terminal(columns, rows);
        // On a busy machine its progress was drawn after a second, and cleared again.
        let left = left_on_terminal(&screen).replace(&server.url(), "[SIMULATOR]");
        format!("{left}\n[exit status: {exit}]\n")
    }

    #[test]
    fn of_80_columns() {
        shows(
            seen(&["job", "show", HOSTILE], 80),
            str![[r#"
Job      sim-escape
Status   ␛[31mfailure␛[0m
Began    2026-01-15T08:00:00Z  ([AGE] ago)
Took     42s
Phone    00000000000000000000000000f0e001
Request  000000000000000000000000005eed01
Output   :\:error::injected\n  ::error::injected after spaces\r\n\t::set-output
         name=a::b\u{b}::warning::after a vertical tab\u{c}::stop-commands::x
         #\#[error]injected #\#vso[task.setvariable
         variable=a]b\u{1b}]8;;http://evil.example\u{1b}\link\u{1b}]8;;\u{1b}\
Error    CPS.0054 \u{1b}[31mred\u{1b}[0m \u{1b}]0;owned\u{7} \u{1b}[2J\u{1b}[H
         overwritten\rsucceeded \u{9b}1m \u{7f} \u{8} \u{202e}desrever\u{202c}
         \u{2066}isolated\u{2069} \u{2028}line\u{2029}paragraph
Meaning  The job ran out of time on the server side. Wait, then start the
         operation again.
[exit status: 1]

"#]],
        );
        shows(
            seen(&SEVERAL, 80),
            str![[r#"
cph: ␛[31merror[not_found]␛[0m: job sim-404: no such job (project 00000000000000000000000000c10d01 at [SIMULATOR])
␛[36mhint␛[0m: check the id (a request id is not a job id), the project and the region; old jobs may be gone
request id: [REQUEST-ID]
JOB                               STATUS   TOOK   ERROR
sim-ok                            ␛[32msuccess␛[0m  42s
sim-escape                        ␛[31mfailure␛[0m  42s    CPS.0054 \u{1b}[31mred\u{1b}[…
sim-cjk                           ␛[31mfailure␛[0m  42s    CPS.0054 云手机任务处理超时，…
sim-running                       ␛[36mrunning␛[0m  [AGE]+
sim-404                           ␛[38;5;136munknown␛[0m         not_found
6837531fd3f54550927b930180a706bf  ␛[32msuccess␛[0m  6s
2 × CPS.0054. Meaning: The job ran out of time on the server side; worth a retry
6 jobs: 2 success, 2 failure, 1 running, 1 unknown
[exit status: 1]

"#]],
        );
    }

    /// What is pinned above for a pipe is on a terminal, too: with colours, with ages where there is room, and between
    /// the errors and the summary of stderr.
    #[test]
    fn of_all_widths() {
        let server = simulator();
        // Without the job that is running: its age is on a terminal only.
        let ended: Vec<&str> = SEVERAL.into_iter().filter(|word| *word != "sim-running").collect();
        let calls = [&["job", "show", HOSTILE][..], &["job", "show", CHINESE], &ended];
        for (columns, arguments) in [40, 80, 200].into_iter().flat_map(|columns| calls.map(|call| (columns, call))) {
            let piped = cph(arguments).on(&server).env("COLUMNS", columns.to_string()).run();
            let mut stdout = piped.stdout.clone();
            for (status, colour) in [("success", "32"), ("failure", "31"), ("unknown", "38;5;136")] {
                stdout = stdout.replace(&format!("  {status}"), &format!("  ␛[{colour}m{status}␛[0m"));
            }
            if columns > 40 {
                stdout = stdout.replace("Z\nTook", "Z  ([AGE] ago)\nTook");
            }
            let shown = piped.scrubbed(&server);
            let stderr = shown.split_once("------- stderr -------\n").map_or("", |(_, stderr)| stderr);
            let (errors, summary) = match stderr.find("2 × CPS.0054") {
                Some(at) => stderr.split_at(at),
                None => ("", "[exit status: 1]\n"),
            };
            // In lines of the window's width.
            let summary = match columns {
                40 => summary.replace("job ran out", "job ran\n    out").replace("; worth", ";\n    worth"),
                _ => summary.to_owned(),
            };
            let errors =
                errors.replace("error[not_found]", "␛[31merror[not_found]␛[0m").replace("hint:", "␛[36mhint␛[0m:");
            assert_eq!(seen(arguments, columns), format!("{errors}{stdout}{summary}"), "{columns}");
        }
    }

    #[test]
    fn that_is_dumb_or_without_colour() {
        let server = simulator();
        for (name, value) in [("NO_COLOR", "1"), ("TERM", "dumb")] {
            let (screen, exit) = cph(SEVERAL).on(&server).env(name, value).on_terminal(80, 200);
            // On a busy machine the progress moves the cursor, but not on a dumb terminal.
            let moves: &[&str] = if name == "TERM" { &[] } else { &["␛[1A", "␛[2K", "␛[K"] };
            let rest = moves.iter().fold(screen.clone(), |rest, sequence| rest.replace(sequence, ""));
            assert_eq!((rest.contains('␛'), exit), (false, 1), "{name}: {screen}");
        }
        let (screen, _) = cph(SEVERAL).on(&server).env("COLUMNS", "200").on_terminal(80, 200);
        assert!(screen.contains("PHONE/SERVER"), "COLUMNS outranks the terminal: {screen}");
    }

    #[test]
    fn a_window_that_is_too_small_shows_what_did_not_succeed_last() {
        shows(
            seen_on(&["job", "wait", "--request-id", "sim-req-3-1"], 80, 8),
            str![[r#"
2 success, not listed: --only success lists them
Job      sim-req-3-1-2
Status   ␛[31mfailure␛[0m
Began    2026-01-15T08:00:00Z  ([AGE] ago)
Took     42s
Phone    00000000000000000000000000f0e002
Request  sim-req-3-1
Error    CPS.0054 Handle job timeout.
Meaning  The job ran out of time on the server side. Wait, then start the
         operation again.
1 × CPS.0054 Handle job timeout. Meaning: The job ran out of time on the
    server side; worth a retry (sim-req-3-1-2)
3 jobs: 2 success, 1 failure (took [TIME])
[exit status: 1]

"#]],
        );
        shows(
            seen_on(&["job", "show", "--request-id", "sim-req-250"], 80, 24),
            str![[r#"
250 success, not listed: --only success lists them
250 jobs: 250 success
[exit status: 0]

"#]],
        );
        let listed = seen_on(&["job", "show", "--only", "success", "--request-id", "sim-req-250"], 80, 24);
        assert!(listed.lines().count() > 250 && !listed.contains("not listed"), "{listed}");
    }
}
