//! The questions of `auth login` about the credential: its kind, then its parts.

use super::prompt;
use crate::config::setting::{ACCESS_KEY, DOMAIN_NAME, PASSWORD, SECRET_KEY, SECURITY_TOKEN, Setting, TOKEN, USERNAME};
use crate::config::value::{Origin, Value};
use crate::config::wrong_form;
use crate::error::Error;
use crate::output::stdio;

/// The kinds by number and by their usual names, without blanks. The start of a name is enough, if only one kind has
/// it.
const KINDS: [(&[&str], &[CredentialPart]); 3] = [
    (&["1", "accesskey", "keys", "aksk", "secretkey"], KEYS),
    (&["2", "password", "username", "usernameandpassword", "user", "iamuser", "login"], USER),
    (&["3", "token", "usertoken"], TOKENS),
];

const KEYS: &[CredentialPart] = &[
    CredentialPart { setting: &ACCESS_KEY, question: "Access key", shown: true, optional: false },
    CredentialPart { setting: &SECRET_KEY, question: "Secret key", shown: false, optional: false },
    CredentialPart {
        setting: &SECURITY_TOKEN,
        question: "Security token of temporary keys, else empty",
        shown: false,
        optional: true,
    },
];
const USER: &[CredentialPart] = &[
    CredentialPart { setting: &DOMAIN_NAME, question: "Account name", shown: true, optional: false },
    CredentialPart { setting: &USERNAME, question: "IAM user name", shown: true, optional: false },
    CredentialPart { setting: &PASSWORD, question: "Password", shown: false, optional: false },
];
const TOKENS: &[CredentialPart] =
    &[CredentialPart { setting: &TOKEN, question: "Token", shown: false, optional: false }];

/// How one part of a credential is asked for.
struct CredentialPart {
    setting: &'static Setting,
    question: &'static str,
    shown: bool,
    optional: bool,
}

/// The parts of a credential, as typed; each is valid.
pub(super) fn credential() -> Result<Vec<Value>, Error> {
    stdio::line("Kind of credential: 1 access key, 2 user name and password, 3 token");
    let parts = prompt::line("Kind", Some("1"), kind)?;
    let mut values = Vec::new();
    for part in parts {
        let check = |answer: &str| part.check(answer);
        let answered =
            if part.shown { prompt::line(part.question, None, check)? } else { prompt::secret(part.question, check)? };
        values.extend(answered);
    }
    Ok(values)
}

fn kind(answer: &str) -> Result<&'static [CredentialPart], String> {
    const WRONG: &str = "the kind is 1, 2 or 3, or its name: access key, password, token";
    if answer.chars().any(char::is_control) {
        return Err(WRONG.to_owned());
    }
    let answer: String = answer.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let kinds = |fits: &dyn Fn(&str) -> bool| -> Vec<&'static [CredentialPart]> {
        KINDS.iter().filter(|(words, _)| words.iter().any(|word| fits(word))).map(|(_, parts)| *parts).collect()
    };
    let exact = kinds(&|word| word == answer);
    let begun = kinds(&|word| !answer.is_empty() && word.starts_with(&answer));
    match (exact.as_slice(), begun.as_slice()) {
        ([one], _) | ([], [one]) => Ok(*one),
        _ => Err(WRONG.to_owned()),
    }
}

impl CredentialPart {
    /// `None` for an optional part that is left empty.
    fn check(&self, answer: &str) -> Result<Option<Value>, String> {
        // Keys and tokens are often copied with blanks; in a password a blank may be meant.
        let answer = if *self.setting == PASSWORD { answer } else { answer.trim() };
        if answer.is_empty() && self.optional {
            return Ok(None);
        }
        checked(self.setting, answer).map(Some)
    }
}

/// A valid answer, else the reason, which does not repeat the answer.
pub(super) fn checked(setting: &'static Setting, answer: &str) -> Result<Value, String> {
    if answer.is_empty() {
        return Err("no answer".to_owned());
    }
    if answer.chars().any(char::is_control) {
        return Err(format!("{}: it has a control character, such as from an arrow key", setting.name));
    }
    let value = Value::new(setting, answer, Origin::Typed);
    wrong_form(&value).map_or(Ok(value), |reason| Err(format!("{}: {reason}", setting.name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_a_number_or_a_word() {
        let first = |answer| kind(answer).map(|parts| parts.first().unwrap().setting.name);
        for (answers, setting) in [
            (
                &["1", "1.", "access key", "Access-Key", "AK/SK", "keys", "key", "acc", "a", "secret key"][..],
                "access_key",
            ),
            (
                &["2", " 2)", "password", "Pass", "user name and password", "username", "user", "iam user"],
                "domain_name",
            ),
            (&["3", "token", "TOKEN", "tok", "user token"], "token"),
        ] {
            for answer in answers {
                assert_eq!(first(answer).as_deref(), Ok(setting), "{answer}");
            }
        }
        for answer in ["", "4", "0", "12", "u", "agency", "tokens!", "?", "\u{1b}[A", "キー"] {
            assert!(first(answer).unwrap_err().contains("1, 2 or 3"), "{answer}");
        }
    }

    #[test]
    fn a_reason_never_repeats_a_secret() {
        for (setting, answer) in [
            (&SECRET_KEY, "hunter2 hunter2"),
            (&TOKEN, "hunter2é"),
            (&PASSWORD, "hunter2\u{1b}[A"),
            (&USERNAME, "hunter2\u{7f}"),
        ] {
            let reason = checked(setting, answer).unwrap_err();
            assert!(reason.starts_with(setting.name) && !reason.contains("hunter2"), "{reason}");
        }
        assert!(checked(&PASSWORD, " pass\"w'örd 密 ").is_ok());
    }
}
