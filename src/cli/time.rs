//! Times as they are typed: `90s`, `10m`, `1h30m`. Imports nothing of the crate.

use std::time::Duration;

/// The shortest pause between looks that can be asked for.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);
/// Units in the order in which they may follow each other, in milliseconds.
const UNITS: [(&str, u64); 4] = [("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

/// A limit of time, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(pub Option<Duration>);

/// The value of `--timeout`.
///
/// # Errors
/// What is wrong with it, and what could be meant.
pub fn timeout(text: &str) -> Result<Limit, String> {
    if text == "none" {
        return Ok(Limit(None));
    }
    match duration(text) {
        Ok(Duration::ZERO) => Err("0 could mean two things: one look without waiting is 'cph job show', \
             and waiting without a limit is '--timeout none'"
            .to_owned()),
        Ok(time) => Ok(Limit(Some(time))),
        Err(reason) => Err(format!("{reason}; or none")),
    }
}

/// The value of `--interval`.
///
/// # Errors
/// What is wrong with it.
pub fn interval(text: &str) -> Result<Duration, String> {
    match duration(text)? {
        time if time < SHORTEST_INTERVAL => {
            Err("the shortest is 1s; without --interval the pause adapts to the job's age".to_owned())
        }
        time => Ok(time),
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    let form = || "a time is written like 90s, 10m or 1h30m".to_owned();
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    let (mut rest, mut units, mut total) = (text, UNITS.as_slice(), 0u64);
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, after) = rest.split_at_checked(digits).ok_or_else(form)?;
        let letters = after.len() - after.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
        let (unit, after) = after.split_at_checked(letters).ok_or_else(form)?;
        let at = units.iter().position(|(name, _)| *name == unit).ok_or_else(form)?;
        let (_, size) = units.get(at).ok_or_else(form)?;
        let part = number.parse::<u64>().ok().and_then(|number| number.checked_mul(*size));
        total = part.and_then(|part| total.checked_add(part)).ok_or_else(form)?;
        (rest, units) = (after, units.get(at + 1..).unwrap_or_default());
    }
    let time = Duration::from_millis(total);
    // Ten years: what lies beyond was not meant, and clocks stop to count.
    if text.is_empty() || time > Duration::from_secs(10 * 31_556_952) { Err(form()) } else { Ok(time) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts() {
        let seconds = |n| Ok(Limit(Some(Duration::from_secs(n))));
        for (text, limit) in [
            ("90s", seconds(90)),
            ("10m", seconds(600)),
            ("1h30m", seconds(5400)),
            ("1h1m1s", seconds(3661)),
            ("2h5s", seconds(7205)),
            ("90m", seconds(5400)),
            ("none", Ok(Limit(None))),
        ] {
            assert_eq!(timeout(text), limit, "{text}");
        }
        assert_eq!(timeout("500ms"), Ok(Limit(Some(Duration::from_millis(500)))));
        for zero in ["0", "0s", "0m", "0h0m0s"] {
            let reason = timeout(zero).unwrap_err();
            assert!(reason.contains("cph job show") && reason.contains("--timeout none"), "{reason}");
        }
        for bad in [
            "",
            "90",
            "m",
            "s90",
            "-1s",
            "+1s",
            "1.5h",
            "1m1h",
            "1m1m",
            "1d",
            "1 h",
            "None",
            "infinite",
            "1h30",
            "９s",
            "99999999999999999999s",
            "999999h",
            "1s ",
        ] {
            assert!(timeout(bad).unwrap_err().contains("1h30m"), "{bad}");
        }
    }

    #[test]
    fn intervals() {
        assert_eq!(interval("1s"), Ok(Duration::from_secs(1)));
        assert_eq!(interval("1m"), Ok(Duration::from_secs(60)));
        for short in ["100ms", "999ms", "0", "0s"] {
            assert!(interval(short).unwrap_err().contains("shortest is 1s"), "{short}");
        }
        assert!(interval("none").is_err());
    }
}
