use snapbox::{assert_data_eq, str};

use crate::common::{cph, simulator};

#[test]
fn one_job_is_a_card() {
    let server = simulator();
    let run = cph(["job", "show", "sim-fail"]).on(&server).run();
    assert_data_eq!(
        run.scrubbed(&server),
        str![[r#"
Job      sim-fail
Status   failure
Began    2026-01-15T08:00:00Z
Took     42s
Phone    00000000000000000000000000f0e001
Request  000000000000000000000000005eed01
Error    CPS.0054 Handle job timeout.
Meaning  The job ran out of time on the server side. Wait, then start the operation again.
[exit status: 1]

"#]]
    );
}
