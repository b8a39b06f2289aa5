//! PURE: the phones of a project as ListCloudPhones lists them (CPH API reference, "Querying Cloud Phones"). Of each
//! only the id and the name are kept, and `count` is not read: where the list ends, its pages say.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, SeqAccess, Visitor};

use super::{Object, object, text};
use crate::job::Phone;

/// The most that the service gives; a page with more is not what was asked for.
const MOST: usize = 200;
/// Bytes: the service allows 65 characters. A longer name is cut.
const LONGEST_NAME: usize = 65 * 4;

#[derive(serde::Deserialize)]
struct WirePage {
    phones: Option<WirePhones>,
    #[serde(default, deserialize_with = "text")]
    error_code: Option<String>,
}

struct WirePhones(Vec<Phone>);

#[derive(serde::Deserialize)]
#[serde(default)]
#[derive(Default)]
struct WirePhone {
    #[serde(deserialize_with = "text")]
    phone_id: Option<String>,
    #[serde(deserialize_with = "text")]
    phone_name: Option<String>,
}

impl<'de> Deserialize<'de> for WirePhones {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(PhonesVisitor)
    }
}

struct PhonesVisitor;

impl<'de> Visitor<'de> for PhonesVisitor {
    type Value = WirePhones;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of phones")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<WirePhones, A::Error> {
        let mut phones = Vec::new();
        while let Some(Object(WirePhone { phone_id, phone_name })) = items.next_element()? {
            let Some(id) = phone_id else { return Err(A::Error::custom("a phone without phone_id")) };
            if phones.len() >= MOST {
                return Err(A::Error::custom("more phones than were asked for"));
            }
            phones.push(Phone { id, name: phone_name.map(shortened) });
        }
        Ok(WirePhones(phones))
    }
}

/// The phones of one page; `None` where the response holds no list.
pub(crate) fn phones(body: &[u8]) -> Result<Option<Vec<Phone>>, serde_json::Error> {
    let page = object::<WirePage>(body)?;
    // With an error in it, the list may be incomplete.
    Ok(page.phones.filter(|_| page.error_code.is_none()).map(|phones| phones.0))
}

fn shortened(name: String) -> String {
    if name.len() <= LONGEST_NAME {
        return name;
    }
    let end = (0..=LONGEST_NAME - '…'.len_utf8()).rev().find(|at| name.is_char_boundary(*at)).unwrap_or_default();
    format!("{}…", name.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn many(count: usize) -> String {
        format!(r#"{{"phones":[{}]}}"#, vec![r#"{"phone_id":"a"}"#; count].join(","))
    }

    #[test]
    fn a_page_is_whole_or_unusable() {
        let long = |n: usize| format!(r#"{{"phones":[{{"phone_id":"a","phone_name":"{}"}}]}}"#, "手".repeat(n));
        let shown = |phone: Phone| format!("{} {}", phone.id, phone.name.unwrap_or("-".into()));
        for (body, expected) in [
            (r#"{"count":9,"phones":[{"phone_id":"a","phone_name":"大厅","type":1}]}"#.to_owned(), Some("a 大厅")),
            (r#"{"phones":[{"phone_id":"a"},{"phone_id":"b","phone_name":""}]}"#.to_owned(), Some("a -, b -")),
            (r#"{"phones":[{"phone_id":"a","phone_name":"x\ud83d"}]}"#.to_owned(), Some("a x\u{fffd}")),
            (r#"{"count":"many","phones":[]}"#.to_owned(), Some("")),
            (r#"{"phones":null}"#.to_owned(), None),
            (r#"{"phones":[{"phone_id":"a"}],"error_code":"CPS.0001"}"#.to_owned(), None),
            ("{}".to_owned(), None),
            (long(86), Some(&*format!("a {}", "手".repeat(86)))),
            (long(87), Some(&*format!("a {}…", "手".repeat(85)))),
        ] {
            let page = phones(body.as_bytes()).unwrap();
            let page = page.map(|page| page.into_iter().map(shown).collect::<Vec<_>>().join(", "));
            assert_eq!(page.as_deref(), expected, "{body}");
        }
        assert_eq!(phones(many(200).as_bytes()).unwrap().unwrap().len(), 200);
        for bad in [
            r#"{"phones":[{"phone_name":"a"}]}"#,
            r#"{"phones":[{"phone_id":""}]}"#,
            r#"{"phones":[{"phone_id":"a","phone_name":7}]}"#,
            r#"{"phones":[{"phone_id":"a","phone_name":"x","phone_name":"y"}]}"#,
            r#"{"phones":[["a","x"]]}"#,
            r#"{"phones":[null]}"#,
            r#"{"phones":{"phone_id":"a"}}"#,
            r#"{"phones":[],"phones":[]}"#,
            r#"{"phones":[{"phone_id":"a"}"#,
            &many(201),
            "[]",
            "<html>",
            "",
        ] {
            assert!(phones(bad.as_bytes()).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = phones(&body);
        }
    }
}
