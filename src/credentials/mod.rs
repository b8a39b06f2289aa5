//! One whole credential from one place: the first that holds any part of one. Half a pair, or two kinds in one
//! place, is an error that names what is missing or doubled; it is never repaired from another place.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use secrecy::ExposeSecret as _;

use crate::api::auth::{Authority, Credential};
use crate::config::setting::{ACCESS_KEY, SECRET_KEY, SECURITY_TOKEN, Setting, TOKEN};
use crate::config::value::{Source, Value};
use crate::config::{Place, Settings};
use crate::error::{Error, Kind};

/// A kind of credential: what makes it whole, and what may go with it.
struct Shape {
    name: &'static str,
    required: &'static [&'static Setting],
    optional: &'static [&'static Setting],
}

/// The kinds of credential a place may hold. An IAM login will be a further one.
static SHAPES: [Shape; 2] = [
    Shape { name: "token", required: &[&TOKEN], optional: &[] },
    Shape { name: "access key", required: &[&ACCESS_KEY, &SECRET_KEY], optional: &[&SECURITY_TOKEN] },
];

/// A credential that was found, and where.
#[derive(Debug)]
pub struct Found {
    /// The credential.
    pub credential: Credential,
    /// `access key from CPH_ACCESS_KEY`.
    pub origin: String,
}

/// The credential of the first place that holds anything.
///
/// # Errors
/// Nothing anywhere (`auth_missing`), or half a credential or two in one place (`config_invalid`).
pub fn find(settings: &Settings) -> Result<Found, Error> {
    let Some(place) = settings.places.first() else {
        let message = "no credential: nothing in CPH_TOKEN, CPH_ACCESS_KEY and CPH_SECRET_KEY";
        let file = settings.file.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
        let profile = match &settings.profile {
            Some((profile, _)) => format!("nor in profile {profile} of {file}"),
            None if file.is_empty() => "and there is no home folder for a config file".to_owned(),
            None => format!("and no profile was chosen in {file}"),
        };
        return Err(Error::new(Kind::AuthMissing, format!("{message}, {profile}")).hint(
            "set CPH_ACCESS_KEY and CPH_SECRET_KEY, or try without an account: cph simulator -- cph job show sim-ok",
        ));
    };
    let value = |setting: &Setting| place.values.iter().find(|value| value.setting == setting);
    let present: Vec<&Shape> = SHAPES.iter().filter(|shape| shape.parts().any(|part| value(part).is_some())).collect();
    let [shape] = present.as_slice() else {
        let kinds: Vec<_> = present.iter().map(|shape| format!("{} ({})", shape.name, shape.held(place))).collect();
        return Err(Error::new(
            Kind::ConfigInvalid,
            format!("{} holds two credentials: {}", place.name, kinds.join(" and ")),
        )
        .hint("keep one of them; cph never picks"));
    };
    if let Some(missing) = shape.required.iter().find(|part| value(part).is_none()) {
        let message = format!(
            "{} holds half a credential: {} without {}",
            place.name,
            shape.held(place),
            name_in(place, missing)
        );
        return Err(Error::new(Kind::ConfigInvalid, message)
            .hint("a credential is taken whole from one place, so the rest must stand there too"));
    }
    let secret = |setting| value(setting).map(|value| value.secret().clone()).unwrap_or_default();
    let credential = if shape.name == "token" {
        Credential::Token(secret(&TOKEN))
    } else {
        Credential::Keys {
            access_key: secret(&ACCESS_KEY).expose_secret().to_owned(),
            secret_key: secret(&SECRET_KEY),
            security_token: value(&SECURITY_TOKEN).map(|value| value.secret().clone()),
        }
    };
    let source = shape.required.first().and_then(|first| value(first)).map(|value| value.source.to_string());
    Ok(Found { credential, origin: format!("{} from {}", shape.name, source.unwrap_or_default()) })
}

impl Shape {
    fn parts(&self) -> impl Iterator<Item = &'static Setting> {
        self.required.iter().chain(self.optional).copied()
    }

    fn held(&self, place: &Place) -> String {
        let held = place.values.iter().filter(|value| self.parts().any(|part| part == value.setting));
        held.map(|value| name_in(place, value.setting)).collect::<Vec<_>>().join(", ")
    }
}

/// A setting as the place itself calls it.
fn name_in(place: &Place, setting: &Setting) -> String {
    match place.values.first().map(|value: &Value| &value.source) {
        Some(Source::Variable(_)) => setting.variable.to_owned(),
        _ => setting.name.to_owned(),
    }
}

/// Reads the settings afresh and gives the credential they hold now, if they still hold one.
type Reread = Box<dyn Fn() -> Option<Credential> + Send + Sync>;

/// A token or keys as found. Cannot be renewed, only read again: someone may have changed the file meanwhile.
pub struct AsFound {
    current: Mutex<Arc<Credential>>,
    origin: String,
    reread: Reread,
}

impl AsFound {
    /// The credential found at the start of the run.
    #[must_use]
    pub fn new(found: Found, reread: Reread) -> Self {
        Self { current: Mutex::new(Arc::new(found.credential)), origin: found.origin, reread }
    }
}

impl Authority for AsFound {
    fn current(&self, _: Instant) -> Result<Arc<Credential>, Error> {
        Ok(Arc::clone(&self.current.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    fn renew(&self, refused: &Credential, _: Instant) -> Result<Option<Arc<Credential>>, Error> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.same(refused) {
            match (self.reread)() {
                Some(other) if !other.same(refused) => *current = Arc::new(other),
                _ => return Ok(None),
            }
        }
        Ok(Some(Arc::clone(&current)))
    }

    fn origin(&self) -> String {
        self.origin.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(values: &[(&'static Setting, &str)]) -> Settings {
        let values = values.iter().map(|(setting, text)| Value::new(setting, text, Source::Variable(setting.variable)));
        let places = vec![Place { name: "the environment".into(), values: values.collect() }];
        Settings {
            file: None,
            profile: None,
            region: None,
            project_id: None,
            endpoint: None,
            places: places.into_iter().filter(|place| !place.values.is_empty()).collect(),
            warnings: vec![],
        }
    }

    #[test]
    fn whole_or_nothing() {
        for (values, origin) in [
            (&[(&TOKEN, "t")][..], "token from CPH_TOKEN"),
            (&[(&ACCESS_KEY, "a"), (&SECRET_KEY, "s")], "access key from CPH_ACCESS_KEY"),
            (&[(&ACCESS_KEY, "a"), (&SECRET_KEY, "s"), (&SECURITY_TOKEN, "x")], "access key from CPH_ACCESS_KEY"),
        ] {
            assert_eq!(find(&settings(values)).unwrap().origin, origin);
        }
        for (values, message) in [
            (&[(&ACCESS_KEY, "a")][..], "half a credential: CPH_ACCESS_KEY without CPH_SECRET_KEY"),
            (&[(&SECRET_KEY, "s")], "half a credential: CPH_SECRET_KEY without CPH_ACCESS_KEY"),
            (&[(&SECURITY_TOKEN, "s")], "half a credential: CPH_SECURITY_TOKEN without CPH_ACCESS_KEY"),
            (
                &[(&TOKEN, "t"), (&ACCESS_KEY, "a")],
                "two credentials: token (CPH_TOKEN) and access key (CPH_ACCESS_KEY)",
            ),
        ] {
            let error = find(&settings(values)).unwrap_err();
            assert_eq!(error.kind, Kind::ConfigInvalid);
            assert!(error.message.contains(message), "{}", error.message);
        }
        assert_eq!(find(&settings(&[])).unwrap_err().kind, Kind::AuthMissing);
    }

    #[test]
    fn a_refused_credential_is_used_again_only_if_it_changed() {
        let token = |text: &str| Credential::Token(text.into());
        let found = |text| Found { credential: token(text), origin: String::new() };
        let changed = AsFound::new(found("old"), Box::new(move || Some(token("new"))));
        let same = AsFound::new(found("old"), Box::new(move || Some(token("old"))));
        assert!(changed.renew(&token("old"), Instant::now()).unwrap().unwrap().same(&token("new")));
        assert!(same.renew(&token("old"), Instant::now()).unwrap().is_none());
    }
}
