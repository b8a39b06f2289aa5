//! PURE: ids split on white space.

use std::io::BufRead;

use super::collected::Collected;
use super::{Asked, checked, limits};
use crate::error::Error;

/// More bytes than this without ASCII white space are no id and need not be kept: an id has 128, a message shows 140
/// characters.
const LONGEST_WORD: usize = 1024;

pub(super) fn read(input: impl BufRead) -> Result<Vec<Asked>, Error> {
    let mut collected = Collected::default();
    let mut word = Vec::new();
    for byte in input.bytes() {
        let byte = byte.map_err(limits::error)?;
        if byte.is_ascii_whitespace() {
            add(&word, &mut collected)?;
            word.clear();
        } else if word.len() < LONGEST_WORD {
            word.push(byte);
        } else {
            // No id: its length alone gives the error.
            checked(String::from_utf8_lossy(&word).into_owned())?;
        }
    }
    add(&word, &mut collected)?;
    Ok(collected.asked)
}

/// The word may still hold white space that is not ASCII.
fn add(word: &[u8], collected: &mut Collected) -> Result<(), Error> {
    String::from_utf8_lossy(word).split_whitespace().try_for_each(|id| collected.add(checked(id.to_owned())?))
}
