//! A phone in the service's JSON format, with the name that somebody gave it.
//!
//! PURE. It must not know which phones there are. Format: an item of ListCloudPhones, page `cph_api_0503`; of its many
//! fields a few, in the documented order.

use serde::Serialize;

use super::job::phone_id;

/// The phone whose name attacks a terminal and a CI log.
const HOSTILE_PHONE: usize = 7;
const HOSTILE_NAME: &str = "\u{1b}[31mlobby\r\n::error::7 ##[x]\u{202e}";

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct SimulatedPhone {
    pub(super) phone_name: String,
    server_id: &'static str,
    phone_id: String,
    status: u8,
    #[serde(rename = "type")]
    kind: u8,
}

impl SimulatedPhone {
    pub(super) fn new(phone_id: String, phone_name: String) -> Self {
        // Running, and a usual phone.
        Self { phone_name, server_id: "000000000000000000000000005e0001", phone_id, status: 2, kind: 0 }
    }

    /// The phone with this number, from 1.
    pub(super) fn numbered(number: usize) -> Self {
        let name = match number {
            HOSTILE_PHONE => HOSTILE_NAME.to_owned(),
            even if even % 2 == 0 => format!("大厅-{number}"),
            _ => format!("lobby-{number}"),
        };
        Self::new(phone_id(number), name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_has_the_fields_of_the_service() {
        assert_eq!(
            serde_json::to_string(&SimulatedPhone::numbered(8)).unwrap(),
            concat!(
                r#"{"phone_name":"大厅-8","server_id":"000000000000000000000000005e0001","#,
                r#""phone_id":"00000000000000000000000000f0e008","status":2,"type":0}"#
            )
        );
        assert!(SimulatedPhone::numbered(HOSTILE_PHONE).phone_name.chars().any(char::is_control));
    }
}
