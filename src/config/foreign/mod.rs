//! The settings of other tools, so that nobody has to make a credential for `cph`. In a fixed order; each taken
//! whole, with the region, project and endpoints that belong to it. What can't be used is named in a note.

mod ini;
mod koocli;
mod sdk;
mod terraform;
mod unused;

use crate::config::setting::Setting;
use crate::config::value::{Source, Value};
use crate::config::{Place, variable};
use crate::context::Context;
use crate::error::Error;

pub use unused::ignored;

/// The first other tool's place that holds any part of a credential. `region` is what `cph`'s own settings say.
///
/// # Errors
/// A file or variable that holds something unreadable.
pub fn place(context: &Context, region: Option<&str>, notes: &mut Vec<String>) -> Result<Option<Place>, Error> {
    let sdk = sdk::place(context, region)?;
    if sdk.is_some() {
        return Ok(sdk);
    }
    let terraform = terraform::place(context, region)?;
    if terraform.is_some() {
        return Ok(terraform);
    }
    let ini = ini::place(context, notes)?;
    if ini.is_some() {
        return Ok(ini);
    }
    let koocli = koocli::place(context, notes)?;
    if koocli.is_none() {
        notes.extend(unused::unsupported(context));
    }
    Ok(koocli)
}

/// The values that a table of variables holds.
fn variables(context: &Context, names: &[(&'static Setting, &'static str)]) -> Result<Vec<Value>, Error> {
    let mut values = Vec::new();
    for (setting, name) in names {
        if let Some(text) = variable(context, name)? {
            values.push(Value::new(setting, text, Source::Variable((*name).to_owned())));
        }
    }
    Ok(values)
}
