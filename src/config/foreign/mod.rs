//! The settings of other tools, so that their users need no new credential for `cph`. In a fixed order; each is taken
//! whole, with its region, project and endpoints. What can't be used is named in a note.

pub(crate) mod koocli;
pub(crate) mod sdk_file;
mod sdk_variables;
mod terraform;
mod unused;

use std::path::Path;

use crate::config::setting::Setting;
use crate::config::value::{Origin, Value};
use crate::config::{CredentialSource, variable};
use crate::context::Context;
use crate::error::{Error, Kind};
use crate::file::{self, FileError};

pub(crate) use unused::ignored;

/// The first other tool's source that holds any part of a credential. `region` is that of `cph`'s own settings.
pub(crate) fn find(
    context: &Context,
    region: Option<&str>,
    notes: &mut Vec<String>,
) -> Result<Option<CredentialSource>, Error> {
    let sdk = sdk_variables::find(context, region)?;
    if sdk.is_some() {
        return Ok(sdk);
    }
    let terraform = terraform::find(context, region)?;
    if terraform.is_some() {
        return Ok(terraform);
    }
    let ini = sdk_file::find(context, notes)?;
    if ini.is_some() {
        return Ok(ini);
    }
    let koocli = koocli::find(context, notes)?;
    if koocli.is_none() {
        notes.extend(unused::unsupported(context));
    }
    Ok(koocli)
}

/// The bytes of another tool's file; `None` where there is none. `name` is for messages.
fn bytes_of(name: &str, path: &Path) -> Result<Option<Vec<u8>>, Error> {
    match file::read(path, file::CONFIG_LIMIT) {
        Ok(file) => Ok(Some(file.bytes)),
        Err(FileError::Missing) => Ok(None),
        Err(reason) => Err(unreadable(name, path, &reason)),
    }
}

fn unreadable(name: &str, path: &Path, reason: &FileError) -> Error {
    let hint = reason.hint().unwrap_or("correct it, or give cph its own credential: cph auth login");
    Error::new(Kind::ConfigInvalid, format!("{name} {}: {reason}", path.display())).hint(hint)
}

/// The values of these variables.
fn variables(context: &Context, names: &[(&'static Setting, &'static str)]) -> Result<Vec<Value>, Error> {
    let mut values = Vec::new();
    for (setting, name) in names {
        if let Some(text) = variable(context, name)? {
            values.push(Value::new(setting, text, Origin::Variable((*name).to_owned())));
        }
    }
    Ok(values)
}
