//! The calls that start jobs, as one table: method, path, where the ids of the objects are, and the form of the answer.
//!
//! PURE. It must not know how jobs go on. Source: the API Explorer and the official SDK. Calls that share a method and
//! a path are one row.

use std::collections::VecDeque;

use percent_encoding::percent_decode_str;

#[derive(Debug, PartialEq, Eq)]
pub(super) struct StartCall {
    method: &'static str,
    path: &'static str,
    pub(super) kind: ObjectKind,
    /// The first of these places that holds ids counts.
    pub(super) ids: &'static [IdPlace],
    pub(super) shape: ResponseShape,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ObjectKind {
    Phone,
    Server,
    EncodeServer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IdPlace {
    /// The body's list of ids.
    List(&'static str),
    /// The body's list of objects, each with its id in this field.
    Items(&'static str, &'static str),
    /// A comma-separated list in the query.
    Query(&'static str),
    /// `{server_id}` of the path.
    Path,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ResponseShape {
    /// `jobs`, an item for each object.
    Jobs,
    /// The same with the end of each job: the call has waited for it.
    EndedJobs,
    /// One `job_id`, whatever the number of objects.
    OneJob,
}

const PHONES: &[IdPlace] = &[IdPlace::Items("phones", "phone_id")];
const PHONE_IDS: &[IdPlace] = &[IdPlace::List("phone_ids")];
/// Or all phones of these servers: here each server has one phone, with the server's id.
const COMMAND: &[IdPlace] = &[IdPlace::List("phone_ids"), IdPlace::List("server_ids")];
const SERVER_IDS: &[IdPlace] = &[IdPlace::List("server_ids")];

#[rustfmt::skip]
const TABLE: &[StartCall] = &[
    // ResetCloudPhone, RestartCloudPhone, StopCloudPhone, UpdateCloudPhoneProperty
    phones("/v1/{project_id}/cloud-phone/phones/batch-reset", PHONES),
    phones("/v1/{project_id}/cloud-phone/phones/batch-restart", PHONES),
    phones("/v1/{project_id}/cloud-phone/phones/batch-stop", PHONE_IDS),
    phones("/v1/{project_id}/cloud-phone/phones/batch-update-property", PHONES),
    // BatchExportCloudPhoneData, BatchImportCloudPhoneData
    phones("/v1/{project_id}/cloud-phone/phones/batch-storage", &[IdPlace::Items("storage_infos", "phone_id")]),
    phones("/v1/{project_id}/cloud-phone/phones/batch-restore", &[IdPlace::Items("restore_infos", "phone_id")]),
    // ExpandPhoneDataVolumeSize, ImportTraffic
    phones("/v1/{project_id}/cloud-phone/phones/expand-volume", PHONES),
    phones("/v1/{project_id}/cloud-phone/phones-traffic", PHONE_IDS),
    // RunShellCommand, InstallApk, UninstallApk, PushFile; RunSyncCommand
    phones("/v1/{project_id}/cloud-phone/phones/commands", COMMAND),
    StartCall {
        shape: ResponseShape::EndedJobs,
        ..phones("/v1/{project_id}/cloud-phone/phones/sync-commands", COMMAND)
    },
    // PushShareFiles and DeleteShareFiles; PushShareApps, DeleteShareApps; ListShareFiles
    servers("POST", "/v1/{project_id}/cloud-phone/phones/share-files", SERVER_IDS),
    servers("POST", "/v1/{project_id}/cloud-phone/phones/share-apps", SERVER_IDS),
    servers("DELETE", "/v1/{project_id}/cloud-phone/phones/share-apps", SERVER_IDS),
    servers("GET", "/v1/{project_id}/cloud-phone/servers/share-files", &[IdPlace::Query("server_ids")]),
    // RestartCloudPhoneServer, UpdateKeypair, RestartEncodeServer
    servers("POST", "/v1/{project_id}/cloud-phone/servers/batch-restart", SERVER_IDS),
    servers("PUT", "/v1/{project_id}/cloud-phone/servers/open-access", &[IdPlace::Items("servers", "server_id")]),
    StartCall {
        kind: ObjectKind::EncodeServer,
        ..servers("POST", "/v1/{project_id}/cloud-phone/encode-servers/batch-restart", &[IdPlace::List("encode_server_ids")])
    },
    // AttachShareFilesystem, DetachShareFilesystem
    servers("POST", "/v1/{project_id}/servers/attach-share-filesystem", SERVER_IDS),
    servers("POST", "/v1/{project_id}/servers/detach-share-filesystem", SERVER_IDS),
    // ChangeCloudPhoneServer, DeleteCloudPhoneServer
    StartCall {
        shape: ResponseShape::OneJob,
        ..servers("POST", "/v2/{project_id}/cloud-phone/servers/{server_id}/change", &[IdPlace::Path])
    },
    StartCall {
        shape: ResponseShape::OneJob,
        ..servers("DELETE", "/v2/{project_id}/cloud-phone/servers", SERVER_IDS)
    },
];

const fn phones(path: &'static str, ids: &'static [IdPlace]) -> StartCall {
    StartCall { method: "POST", path, kind: ObjectKind::Phone, ids, shape: ResponseShape::Jobs }
}

const fn servers(method: &'static str, path: &'static str, ids: &'static [IdPlace]) -> StartCall {
    StartCall { method, path, kind: ObjectKind::Server, ids, shape: ResponseShape::Jobs }
}

impl StartCall {
    /// The call, the project, and the server in the path if there is one, both decoded.
    pub(super) fn of(method: &str, path: &str) -> Option<(&'static Self, String, Option<String>)> {
        TABLE.iter().filter(|call| call.method == method).find_map(|call| {
            let mut found = parameters(call.path, path)?;
            Some((call, found.pop_front()?, found.pop_front()))
        })
    }
}

/// What stands in the place of each `{…}`; `None`: another path.
fn parameters(pattern: &str, path: &str) -> Option<VecDeque<String>> {
    let (mut wanted, mut sent) = (pattern.split('/'), path.split('/'));
    let mut found = VecDeque::new();
    loop {
        match (wanted.next(), sent.next()) {
            (None, None) => return Some(found),
            (Some(wanted), Some(sent)) if wanted.starts_with('{') && !sent.is_empty() => {
                found.push_back(percent_decode_str(sent).decode_utf8_lossy().into_owned());
            }
            (Some(wanted), Some(sent)) if wanted == sent => {}
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_call_is_found_by_its_method_and_path_alone() {
        for (index, call) in TABLE.iter().enumerate() {
            let path = call.path.replace("{project_id}", "p%251").replace("{server_id}", "s%2D1");
            let server = call.ids.contains(&IdPlace::Path).then(|| "s-1".to_owned());
            assert_eq!(StartCall::of(call.method, &path), Some((call, "p%1".into(), server)), "{path}");
            let similar = [format!("{path}/"), format!("/{path}"), format!("{path}/x"), path.replace("p%251", "")];
            for other in similar.iter().chain([&path.replace("/v1/", "/v3/").replace("/v2/", "/v1/")]) {
                assert_eq!(StartCall::of(call.method, other), None, "{other}");
            }
            assert_eq!(StartCall::of("HEAD", &path), None);
            let same = |other: &StartCall| (other.method, other.path) == (call.method, call.path);
            assert!(!TABLE[index + 1..].iter().any(same), "{path} stands there twice");
        }
    }

    #[test]
    fn only_a_path_with_a_server_takes_the_id_from_it() {
        for call in TABLE {
            assert_eq!(call.ids.contains(&IdPlace::Path), call.path.contains("{server_id}"), "{}", call.path);
            let body = call.ids.iter().any(|place| matches!(place, IdPlace::List(_) | IdPlace::Items(..)));
            assert!(!body || call.method != "GET", "{}", call.path);
        }
    }
}
