//! The certificates of a PEM bundle. The form in which systems ship their bundles is decoded here, at a tenth of the
//! library's cost, which was two thirds of all instructions of a run over HTTPS; every other form is the library's.
//! Must not know files, nor which certificates are trusted.

use base64::Engine;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----\n";
const END: &[u8] = b"-----END CERTIFICATE-----";
/// Characters of a whole line of base64 (RFC 7468, section 2).
const LINE: usize = 64;

/// The decoder that uses the processor's vector instructions, on those processors for which the library has one. It
/// saves a fifth of all instructions of a run over HTTPS.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
fn decoder() -> impl Engine {
    base64::engine::Simd::standard(base64::engine::general_purpose::PAD)
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn decoder() -> impl Engine {
    base64::engine::general_purpose::STANDARD
}

/// As much of a bundle as is read at once; no section of the usual form is longer.
pub(crate) const PIECE: usize = 64 << 10;

/// The certificates of a text that the library can decode, in their order. One that it can't must not cost the others.
pub(crate) fn by_library(text: &[u8]) -> impl Iterator<Item = CertificateDer<'static>> {
    CertificateDer::pem_slice_iter(text).flatten()
}

/// Reads the usual form: sections of kind CERTIFICATE in whole lines, and between them text that can't be taken for the
/// border of a section.
pub(crate) struct Usual<E> {
    decoder: E,
    /// Buffers of one certificate, used again for the next one.
    characters: Vec<u8>,
    der: Vec<u8>,
}

/// A reader of the usual form.
pub(crate) fn usual() -> Usual<impl Engine> {
    Usual { decoder: decoder(), characters: Vec::new(), der: Vec::new() }
}

impl<E: Engine> Usual<E> {
    /// Hands over the certificates at the front of the text; returns how many of its bytes they took. What it leaves is
    /// to be tried again with more of the bundle behind it, and at the end it is the library's.
    pub(crate) fn read(&mut self, text: &[u8], mut each: impl FnMut(CertificateDer<'_>)) -> usize {
        let mut rest = text;
        // What is longer and was left is of another form: looking at it again for each piece would be quadratic.
        while text.len() <= PIECE
            && let Some(after) = self.next(rest, &mut each)
        {
            rest = after;
        }
        text.len() - rest.len()
    }

    /// What follows the next certificate, which must end with its line.
    fn next<'a>(&mut self, text: &'a [u8], each: &mut impl FnMut(CertificateDer<'_>)) -> Option<&'a [u8]> {
        let body = after_begin(text)?;
        let (body, end) = body.split_at_checked(memchr::memchr(b'-', body)?)?;
        let rest = end.strip_prefix(END)?.strip_prefix(b"\n")?;
        each(CertificateDer::from(self.decode(body)?));
        Some(rest)
    }

    /// Lines of 64 characters, the last one shorter or as long, each with its newline.
    fn decode(&mut self, body: &[u8]) -> Option<&[u8]> {
        if self.characters.len() < body.len() {
            self.characters.resize(body.len(), 0);
            self.der.resize(body.len(), 0);
        }
        let (lines, last) = body.as_chunks::<{ LINE + 1 }>();
        let (whole, after) = self.characters.split_at_mut_checked(lines.len() * LINE)?;
        // Arrays are moved without a call, which saves a static binary 6 % of the instructions of a run over HTTPS.
        for (line, characters) in lines.iter().zip(whole.as_chunks_mut().0) {
            *characters = *line.first_chunk::<LINE>().filter(|_| line.ends_with(b"\n"))?;
        }
        let last = if last.is_empty() { last } else { last.strip_suffix(b"\n")? };
        after.get_mut(..last.len())?.copy_from_slice(last);
        // A newline within a line is no base64 either.
        let characters = self.characters.get(..lines.len() * LINE + last.len())?;
        let length = self.decoder.decode_slice(characters, &mut self.der).ok()?;
        self.der.get(..length)
    }
}

/// What follows the next border, which must begin a certificate.
fn after_begin(text: &[u8]) -> Option<&[u8]> {
    let mut at_line_start = true;
    let mut rest = text;
    loop {
        let (skipped, from_dash) = rest.split_at_checked(memchr::memchr(b'-', rest)?)?;
        if !is_plain(skipped) {
            return None;
        }
        at_line_start = skipped.last().map_or(at_line_start, |last| *last == b'\n');
        if at_line_start && let Some(body) = from_dash.strip_prefix(BEGIN) {
            return Some(body);
        }
        if from_dash.starts_with(b"-----") {
            return None;
        }
        rest = from_dash.get(1..)?;
        at_line_start = false;
    }
}

/// Whether a line ends at newlines alone: for the library a carriage return ends one too.
fn is_plain(text: &[u8]) -> bool {
    memchr::memchr(b'\r', text).is_none()
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;

    use super::*;
    use proptest::prelude::*;

    /// Read as the pieces of a file are, and what was left to the library.
    fn in_pieces(bundle: &[u8], piece: usize) -> (Vec<CertificateDer<'static>>, Vec<u8>) {
        let (mut usual, mut certificates, mut text) = (usual(), vec![], vec![]);
        for piece in bundle.chunks(piece) {
            text.extend_from_slice(piece);
            let used = usual.read(&text, |certificate| certificates.push(certificate.into_owned()));
            text.drain(..used);
        }
        certificates.extend(by_library(&text));
        (certificates, text)
    }

    fn whole_by_library(bundle: &[u8]) -> Vec<CertificateDer<'static>> {
        by_library(bundle).collect()
    }

    fn section(der: &[u8], line: usize) -> String {
        let characters = STANDARD.encode(der);
        let lines: String =
            characters.as_bytes().chunks(line).map(|line| format!("{}\n", str::from_utf8(line).unwrap())).collect();
        format!("-----BEGIN CERTIFICATE-----\n{lines}-----END CERTIFICATE-----\n")
    }

    #[test]
    fn the_form_of_each_system_is_the_usual_one() {
        let [one, two] = [section(&[7; 1000], LINE), section(&[9; 48], LINE)];
        for (name, bundle) in [
            ("Debian, Alpine", format!("{one}{two}")),
            ("RHEL", format!("# ACCVRAIZ1\n{one}\n# Autoridad - Certificación\n{two}")),
            (
                "curl",
                format!(
                    "##\n## Bundle of CA Root Certificates\n##\n\nGlobalSign Root CA\n==================\n{one}\nA-B\n===\n{two}"
                ),
            ),
        ] {
            for piece in [1, 60, PIECE] {
                let (certificates, rest) = in_pieces(bundle.as_bytes(), piece);
                assert_eq!(certificates, whole_by_library(bundle.as_bytes()), "{name}");
                assert_eq!((certificates.len(), rest), (2, vec![]), "{name}");
            }
        }
    }

    #[test]
    fn any_other_form_is_left_to_the_library() {
        let one = section(&[7; 1000], LINE);
        for (name, bundle) in [
            ("CRLF", one.replace('\n', "\r\n")),
            ("a carriage return in the text", format!("a\r-----BEGIN X-----\n{one}")),
            ("lines of 76", section(&[7; 1000], 76)),
            ("one line", section(&[7; 1000], 10_000)),
            ("blanks", one.replace("BwcH\n", "BwcH \n")),
            ("no newline at the end", one.trim_end().to_owned()),
            ("longer than a piece", "text\n".repeat(PIECE / 5 + 1) + &one),
            ("an empty line", one.replacen("-----\n", "-----\n\n", 1)),
            ("a key beside it", format!("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n{one}")),
            ("TRUSTED", one.replace("CERTIFICATE", "TRUSTED CERTIFICATE")),
            ("cut in the body", one.get(..300).unwrap().to_owned()),
            ("cut in the last line", one.trim_end().trim_end_matches('-').to_owned()),
            ("no end", one.replace("-----END CERTIFICATE-----\n", "") + &one),
            ("text after the end", one.replace("END CERTIFICATE-----", "END CERTIFICATE----- x")),
            ("no base64", one.replace("Bwc", "B!c")),
        ] {
            let (certificates, rest) = in_pieces(bundle.as_bytes(), PIECE);
            assert_eq!(certificates, whole_by_library(bundle.as_bytes()), "{name}");
            assert!(rest == bundle.as_bytes(), "{name}");

            let after_two = format!("{one}{one}{bundle}{one}");
            let (certificates, rest) = in_pieces(after_two.as_bytes(), PIECE);
            assert_eq!(certificates, whole_by_library(after_two.as_bytes()), "{name}");
            assert!(rest == after_two.as_bytes().split_at(2 * one.len()).1, "{name}");
        }
    }

    /// Pieces of bundles, sound and odd ones.
    fn piece() -> impl Strategy<Value = String> {
        let der = proptest::collection::vec(any::<u8>(), 0..200);
        prop_oneof![
            6 => der.clone().prop_map(|der| section(&der, LINE)),
            1 => (der.clone(), 1..100_usize).prop_map(|(der, line)| section(&der, line)),
            1 => der.clone().prop_map(|der| section(&der, LINE).replace('\n', "\r\n")),
            1 => der.prop_map(|der| section(&der, LINE).replace("CERTIFICATE", "TRUSTED CERTIFICATE")),
            2 => "(# |==|--|-----| )?[ -~]{0,12}\n?",
            1 => Just("-----BEGIN CERTIFICATE-----\n".to_owned()),
            1 => Just("-----END CERTIFICATE-----\n".to_owned()),
        ]
    }

    proptest! {
        #[test]
        fn both_ways_give_the_same_certificates(
            pieces in proptest::collection::vec(piece(), 0..6),
            changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3),
            cut in any::<prop::sample::Index>(),
            piece in 1..300_usize,
        ) {
            let mut bundle = pieces.concat().into_bytes();
            for (place, byte) in changes {
                if !bundle.is_empty() {
                    let place = place.index(bundle.len());
                    *bundle.get_mut(place).unwrap() = byte;
                }
            }
            prop_assert_eq!(in_pieces(&bundle, piece).0, whole_by_library(&bundle));
            bundle.truncate(cut.index(bundle.len() + 1));
            prop_assert_eq!(in_pieces(&bundle, piece).0, whole_by_library(&bundle));
        }
    }
}
