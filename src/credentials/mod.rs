//! One whole credential from one place: the first that holds any part of one. Half a pair, or two kinds in one
//! place, is an error that names what is missing or doubled; it is never completed from another place.
//!
//! `mod` decides what was found (pure); `provider_factory` makes a `password_provider` or a `refreshing_provider` of
//! it. `process` runs a `credential_command` and ends it, `refused` prevents a second login with a wrong password,
//! `cache` holds tokens and project ids on disk, `projects` finds the project id.

pub(crate) mod cache;
pub(crate) mod password_provider;
pub(crate) mod process;
pub(crate) mod projects;
pub(crate) mod provider_factory;
pub(crate) mod refreshing_provider;
pub(crate) mod refused;

use secrecy::ExposeSecret as _;

use crate::api::credential::Credential;
use crate::api::iam::{IamIdentity, NameOrId};
use crate::config::setting::{
    ACCESS_KEY, CREDENTIAL_COMMAND, CREDENTIALS, DOMAIN_ID, DOMAIN_NAME, PASSWORD, SECRET_KEY, SECURITY_TOKEN, Setting,
    TOKEN, USER_ID, USERNAME,
};
use crate::config::value::Value;
use crate::config::{CredentialSource, Settings, login_command};
use crate::error::{Error, Kind};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CredentialKind {
    /// A ready user token.
    Token,
    /// Access key and secret key.
    Keys,
    /// User name and password, for a login at IAM.
    Password,
    /// A program that prints one of the above.
    Command,
    /// The agency of an ECS.
    Ecs,
}

impl CredentialKind {
    /// As messages and `auth status` show it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Keys => "access key",
            Self::Password => "password",
            Self::Command => "credential command",
            Self::Ecs => "agency of the ECS",
        }
    }
}

/// The parts that a kind needs, and those it may have.
struct Shape {
    kind: CredentialKind,
    required: &'static [&'static Setting],
    optional: &'static [&'static Setting],
}

const fn shape(
    kind: CredentialKind,
    required: &'static [&'static Setting],
    optional: &'static [&'static Setting],
) -> Shape {
    Shape { kind, required, optional }
}

/// The kinds in a source of cph itself: it must hold exactly one.
static SHAPES: [Shape; 5] = [
    shape(CredentialKind::Token, &[&TOKEN], &[]),
    shape(CredentialKind::Keys, &[&ACCESS_KEY, &SECRET_KEY], &[&SECURITY_TOKEN]),
    shape(CredentialKind::Password, &[&USERNAME, &PASSWORD, &DOMAIN_NAME], &[]),
    shape(CredentialKind::Command, &[&CREDENTIAL_COMMAND], &[]),
    shape(CredentialKind::Ecs, &[&CREDENTIALS], &[]),
];

/// The kinds in another tool's source that may hold several, in that tool's order. A user or account may be named by
/// id.
static FOREIGN_SHAPES: [Shape; 4] = [
    shape(CredentialKind::Token, &[&TOKEN], &[]),
    shape(CredentialKind::Keys, &[&ACCESS_KEY, &SECRET_KEY], &[&SECURITY_TOKEN]),
    shape(CredentialKind::Password, &[&USERNAME, &PASSWORD], &[&DOMAIN_NAME, &DOMAIN_ID]),
    shape(CredentialKind::Password, &[&USER_ID, &PASSWORD], &[&DOMAIN_NAME, &DOMAIN_ID]),
];

/// A credential that was found: how to get it, and where it is from.
#[derive(Debug)]
pub(crate) struct FoundCredential {
    pub plan: Plan,
    pub kind: CredentialKind,
    /// `access key from CPH_ACCESS_KEY`.
    pub origin: String,
    /// Each part with its source, for `auth status`.
    pub sources: Vec<(&'static str, String)>,
}

/// How to get the credential.
#[derive(Debug, Clone)]
pub(crate) enum Plan {
    /// Use it as it is.
    Ready(Credential),
    /// Log in at IAM.
    Login(IamIdentity),
    /// Run a program.
    Command(Vec<String>),
    /// Ask the metadata service.
    Ecs,
}

/// The credential of the first source that holds any part of one.
///
/// Nothing anywhere is `auth_missing`; half a credential, two in one source, or a program that another user's file
/// names is `config_invalid`.
pub(crate) fn find(settings: &Settings) -> Result<FoundCredential, Error> {
    let found = settings.credential_source.as_ref().map_or_else(|| Err(nothing(settings)), in_source)?;
    match (&found.plan, settings.untrusted_owner) {
        (Plan::Command(_), Some(owner)) => Err(of_another_user(settings, &found, owner)),
        _ => Ok(found),
    }
}

/// The credential of one source.
pub(crate) fn in_source(source: &CredentialSource) -> Result<FoundCredential, Error> {
    let shape = choose(source)?;
    let secret = |setting| source.value(setting).map(|value| value.secret().clone()).unwrap_or_default();
    let text = |setting| source.value(setting).map(|value| value.secret().expose_secret().to_owned());
    let plan = match shape.kind {
        CredentialKind::Token => Plan::Ready(Credential::Token(secret(&TOKEN))),
        CredentialKind::Keys => Plan::Ready(Credential::Keys {
            access_key: text(&ACCESS_KEY).unwrap_or_default(),
            secret_key: secret(&SECRET_KEY),
            security_token: source.value(&SECURITY_TOKEN).map(|value| value.secret().clone()),
        }),
        CredentialKind::Password => Plan::Login(IamIdentity {
            user: text(&USER_ID)
                .map(NameOrId::Id)
                .or(text(&USERNAME).map(NameOrId::Name))
                .unwrap_or(NameOrId::Name(String::new())),
            password: secret(&PASSWORD),
            domain: text(&DOMAIN_ID).map(NameOrId::Id).or(text(&DOMAIN_NAME).map(NameOrId::Name)),
        }),
        CredentialKind::Command => {
            Plan::Command(source.value(&CREDENTIAL_COMMAND).map(|v| v.words().to_vec()).unwrap_or_default())
        }
        CredentialKind::Ecs => Plan::Ecs,
    };
    if let Plan::Login(IamIdentity { user: NameOrId::Name(_), domain: None, .. }) = &plan {
        return Err(half(source, shape, &DOMAIN_NAME));
    }
    let parts: Vec<&Value> = shape.parts().filter_map(|part| source.value(part)).collect();
    let origin = parts.first().map(|value| value.source.to_string()).unwrap_or_default();
    Ok(FoundCredential {
        plan,
        kind: shape.kind,
        origin: format!("{} from {origin}", shape.kind.word()),
        sources: parts.iter().map(|value| (value.setting.name, value.source.to_string())).collect(),
    })
}

/// The one kind that the source holds, complete.
fn choose(source: &CredentialSource) -> Result<&'static Shape, Error> {
    let shapes: &[Shape] = if source.may_hold_several { &FOREIGN_SHAPES } else { &SHAPES };
    let held = |shape: &&Shape| shape.parts().any(|part| source.value(part).is_some());
    let present: Vec<&Shape> = shapes.iter().filter(held).collect();
    let shape = match present.as_slice() {
        [shape] => shape,
        [first, ..] if source.may_hold_several => first,
        _ => {
            let kinds: Vec<_> = present.iter().map(|s| format!("{} ({})", s.kind.word(), s.held_in(source))).collect();
            let message = format!("{} holds {} credentials: {}", source.name, kinds.len(), kinds.join(" and "));
            return Err(Error::new(Kind::ConfigInvalid, message).hint("keep only one of them"));
        }
    };
    // A user id and a user name are two ways to name one user.
    let shape = if source.may_hold_several && shape.kind == CredentialKind::Password {
        present.iter().find(|s| s.required.iter().all(|part| source.value(part).is_some())).unwrap_or(shape)
    } else {
        shape
    };
    match shape.required.iter().find(|part| source.value(part).is_none()) {
        Some(missing) => Err(half(source, shape, missing)),
        None => shapes.iter().find(|s| std::ptr::eq(*s, *shape)).ok_or_else(|| half(source, shape, &TOKEN)),
    }
}

fn half(source: &CredentialSource, shape: &Shape, missing: &Setting) -> Error {
    let message = format!(
        "{} holds half a credential: {} without {}",
        source.name,
        shape.held_in(source),
        source.name_of(missing)
    );
    Error::new(Kind::ConfigInvalid, message)
        .hint("a credential is taken from one place only, so set the rest there too")
}

impl Shape {
    fn parts(&self) -> impl Iterator<Item = &'static Setting> {
        self.required.iter().chain(self.optional).copied()
    }

    fn held_in(&self, source: &CredentialSource) -> String {
        let held = self.parts().filter(|part| source.value(part).is_some());
        held.map(|part| source.name_of(part)).collect::<Vec<_>>().join(", ")
    }
}

fn of_another_user(settings: &Settings, found: &FoundCredential, owner: u32) -> Error {
    let file = settings.file.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
    Error::new(
        Kind::ConfigInvalid,
        format!("{} is not run: the file belongs to user id {owner}, neither to this user nor to root", found.origin),
    )
    .hint(format!("if you trust it: chown \"$(id -u)\" {file}; in a container, run it as user {owner}"))
}

fn nothing(settings: &Settings) -> Error {
    let file = settings.file.as_ref().map(|path| path.display().to_string());
    let profile = match (&settings.profile, file) {
        (Some((profile, _)), file) => format!("profile {profile} of {}", file.unwrap_or_default()),
        (None, Some(file)) => format!("{file} (no profile chosen)"),
        (None, None) => "a config file (there is no home folder)".to_owned(),
    };
    let mut message = format!(
        "no credential found in CPH_* variables, {profile}, HUAWEICLOUD_SDK_*, HW_*, ~/.huaweicloud/credentials and ~/.hcloud/config.json"
    );
    for note in &settings.notes {
        message.push_str("; ");
        message.push_str(note);
    }
    let login = login_command(settings.profile.as_ref().map(|(profile, _)| profile.as_str()));
    Error::new(Kind::AuthMissing, message)
        .hint(format!("log in with: {login}; or try without an account: cph simulator -- cph job show sim-ok"))
}
