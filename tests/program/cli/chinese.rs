//! Meanings and advice in Chinese, by `CPH_LANG` or the locale: for people only, what programs read stays as it is.

use snapbox::str;
use unicode_width::UnicodeWidthStr as _;

use crate::common::{cph, shows, simulator};

const CHINA: (&str, &str) = ("LANG", "zh_CN.UTF-8");

#[test]
fn explain_is_chinese_for_people_and_english_for_programs() {
    let (name, value) = CHINA;
    let run = cph(["explain", "CPS.0050"]).env(name, value).run();
    shows(
        run.shown(),
        str![[r#"
Code     CPS.0050
Meaning  该项目和区域中没有此请求 ID 对应的任务。
Do       请检查请求 ID、项目和区域；刚发起调用时，可能还查询不到对应的任务。
Retry    否，重试仍会失败
HTTP     400（依据 2021 年的文档，现在可能是 404）
Text     Jobs related to this requestId is not found.
[exit status: 0]

"#]],
    );
    shows(
        cph(["explain", "iam1108"]).env("CPH_LANG", "zh").run().shown(),
        str![[r#"
Code     IAM.1108
Meaning  临时访问密钥已过期。
Do       请重新获取临时访问密钥及其安全令牌（securitytoken）。
Retry    更新令牌或临时密钥后可以重试
HTTP     400
Text     The securitytoken has expired.
[exit status: 0]

"#]],
    );
    for arguments in [&["explain", "CPS.0050", "-o", "json"][..], &["explain", "CPS.9999"]] {
        let english = cph(arguments).run();
        let chinese = cph(arguments).env(name, value).run();
        assert_eq!((chinese.stdout, chinese.stderr), (english.stdout, english.stderr), "{arguments:?}");
    }
}

#[test]
fn the_first_variable_decides() {
    let english = cph(["explain", "CPS.0054"]).run().stdout;
    for (env, is_chinese) in [
        (&[("LC_ALL", "zh_SG.utf8")][..], true),
        (&[("LC_MESSAGES", "zh")], true),
        (&[("CPH_LANG", "zh"), ("LC_ALL", "C")], true),
        (&[("CPH_LANG", "en"), CHINA], false),
        (&[("LC_ALL", "C"), CHINA], false),
        (&[("LANG", "zh_TW.UTF-8")], false),
        (&[("LANG", "zh_CN.GBK")], false),
    ] {
        let run = cph(["explain", "CPS.0054"]).envs(env.iter().copied()).run();
        assert_eq!(
            (run.stdout.contains("任务在服务端执行超时。"), run.stdout == english),
            (is_chinese, !is_chinese),
            "{env:?}"
        );
    }
}

#[test]
fn a_card() {
    let server = simulator();
    let show = |form: &[&str]| cph(["job", "show", "sim-fail"].iter().chain(form).copied()).on(&server);
    let (name, value) = CHINA;
    shows(
        show(&[]).env(name, value).env("COLUMNS", "80").run().scrubbed(&server),
        str![[r#"
Job      sim-fail
Status   failure
Began    2026-01-15T08:00:00Z
Took     42s
Phone    00000000000000000000000000f0e001
Request  000000000000000000000000005eed01
Error    CPS.0054 Handle job timeout.
Meaning  任务在服务端执行超时。请稍后重新发起该操作。
[exit status: 1]

"#]],
    );
    for form in [&["-o", "json"][..], &["--field", "status,error_code,error_meaning,error_msg"]] {
        let run = show(form).env(name, value).run();
        assert_eq!(run.shown(), show(form).run().shown(), "{form:?}");
        assert!(run.stdout.contains("The job ran out of time on the server side"), "{run}");
    }
}

#[test]
fn groups_of_failures_on_stderr() {
    let server = simulator();
    let wait =
        |form: &[&str]| cph(["job", "wait", "sim-fail", "sim-ok", "sim-cjk", "sim-escape"].iter().chain(form).copied());
    let (name, value) = CHINA;
    let run = |form: &[&str]| wait(form).on(&server).env(name, value).run();
    shows(
        run(&["--field", "status"]).shown_at_once(),
        str![[r#"
failure
success
failure
failure
------- stderr -------
3 × CPS.0054. 含义：任务在服务端执行超时；可以重试
4 jobs: 1 success, 3 failure (took [TIME])
[exit status: 1]

"#]],
    );
    for form in [&["-o", "json"][..], &["--field", "job_id,status,error_code"]] {
        let (chinese, english) = (run(form), wait(form).on(&server).run());
        assert_eq!((chinese.exit(), english.exit()), (1, 1), "{chinese}");
        let stdout = |shown: String| shown.split("------- stderr").next().map(str::to_owned);
        assert_eq!(stdout(chinese.shown()), stdout(english.shown()));
    }
}

#[test]
fn no_line_is_wider_than_the_window() {
    let server = simulator();
    for columns in [40, 80, 120] {
        for code in ["CPS.0001", "CPS.0050", "APIGW.0301", "IAM.0061"] {
            let run = cph(["explain", code]).env("CPH_LANG", "zh").env("COLUMNS", columns.to_string()).run();
            for line in run.stdout.lines() {
                assert!(line.width() <= columns, "{columns}: {line}");
                assert!(!line.trim_start().starts_with(['，', '。', '；', '：', '）']), "{line}");
            }
        }
    }
    let run = cph(["job", "show", "sim-fail", "sim-cjk"]).on(&server).env("CPH_LANG", "zh").env("COLUMNS", "40").run();
    // An id is never cut and may be wider.
    assert!(run.stdout.contains("\nMeaning  任务在服务端执行超时。请稍后重\n         新发起该操作。\n"), "{run}");
}

#[test]
fn the_variable_is_a_setting_like_the_others() {
    let config = cph(["config"]).env("CPH_LANG", "zh").run();
    let row: Vec<&str> = config.stdout.lines().last().unwrap().split_whitespace().collect();
    assert_eq!(row, ["language", "zh", "CPH_LANG"], "{config}");
    let server = simulator();
    let status = cph(["auth", "status"]).on(&server).env("CPH_LANG", "zh").run();
    assert!(!status.to_string().contains("CPH_LANG"), "{status}");
    #[cfg(unix)]
    {
        let inside = cph(["simulator", "--", "cph", "explain", "CPS.0005"]).env("CPH_LANG", "zh").run();
        assert!(inside.stdout.contains("云手机不存在。"), "{inside}");
    }
}
