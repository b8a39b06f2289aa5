//! Responses of IAM and of the metadata service. Invariants:
//!
//! - A token comes only with status 201, keys, projects and what is known of a token only with 200.
//! - Tokens and keys are visible ASCII, project ids are on the allow-list, projects have the name that was asked for.
//! - No error shows an issued token, nor anything that was sent.

use secrecy::ExposeSecret as _;

use super::responses::{CONTEXT, check_error, response};
use crate::api::credential::Credential;
use crate::api::{iam as api, metadata};
use crate::error::Kind;

const REGION: &str = "cn-north-4";

/// Logins, look-ups and keys of an agency.
pub fn iam(data: &[u8]) {
    let response = response(data);
    let visible = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    match api::login::issued(&response, &CONTEXT) {
        Ok(issued) => {
            assert_eq!(response.status, 201);
            let token = issued.token.expose_secret();
            assert!(visible(token));
            assert_eq!(response.headers.get("x-subject-token").unwrap().as_bytes(), token.as_bytes());
            assert!(issued.project_id.is_none_or(|id| api::is_project_id(&id)));
        }
        Err(error) => check_error(&error, &response),
    }
    match api::token_in(&response, &CONTEXT) {
        Ok(token) => {
            assert_eq!(response.status, 200);
            assert!(token.project_id.is_none_or(|id| api::is_project_id(&id)));
        }
        Err(error) => check_error(&error, &response),
    }
    match api::projects_in(&response, &CONTEXT, REGION) {
        Ok(projects) => {
            assert_eq!(response.status, 200);
            assert!(projects.iter().all(|project| project.name == REGION && api::is_project_id(&project.id)));
        }
        Err(error) => check_error(&error, &response),
    }
    match metadata::keys_in(&response, &CONTEXT) {
        Ok((credential, _)) => {
            assert_eq!(response.status, 200);
            let Credential::Keys { access_key, secret_key, security_token: Some(token) } = credential else {
                panic!("no keys")
            };
            assert!([&access_key, secret_key.expose_secret(), token.expose_secret()].into_iter().all(visible));
        }
        // An ECS without an agency has no credential.
        Err(error) if error.kind == Kind::AuthMissing => assert_ne!(response.status, 200),
        Err(error) => check_error(&error, &response),
    }
}
