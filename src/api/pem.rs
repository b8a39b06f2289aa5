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

/// All certificates that can be decoded, in their order. One that can't must not cost the others. Each is decoded when it
/// is asked for: all those of a system take 0.16 MB.
pub(crate) fn certificates(bundle: &[u8]) -> impl Iterator<Item = CertificateDer<'static>> {
    let mut usual = Usual::of(bundle, decoder());
    let mut by_library = None;
    std::iter::from_fn(move || {
        if by_library.is_none() {
            if let Some(certificate) = usual.next() {
                return Some(certificate);
            }
            by_library = Some(CertificateDer::pem_slice_iter(usual.rest).flatten());
        }
        by_library.as_mut()?.next()
    })
}

/// The certificates of a bundle as long as it has the usual form: sections of kind CERTIFICATE in whole lines, and
/// between them text that can't be taken for the border of a section.
struct Usual<'a, E> {
    /// What follows the last certificate.
    rest: &'a [u8],
    decoder: E,
    /// Buffers of one certificate, used again for the next one.
    characters: Vec<u8>,
    der: Vec<u8>,
}

impl<E: Engine> Iterator for Usual<'_, E> {
    type Item = CertificateDer<'static>;

    fn next(&mut self) -> Option<CertificateDer<'static>> {
        let body = after_begin(self.rest)?;
        let (body, end) = body.split_at_checked(memchr::memchr(b'-', body)?)?;
        let certificate = CertificateDer::from(self.decode(body)?.to_vec());
        let rest = end.strip_prefix(END)?;
        self.rest = if rest.is_empty() { rest } else { rest.strip_prefix(b"\n")? };
        Some(certificate)
    }
}

impl<'a, E: Engine> Usual<'a, E> {
    fn of(bundle: &'a [u8], decoder: E) -> Self {
        Self { rest: bundle, decoder, characters: Vec::new(), der: Vec::new() }
    }

    /// Lines of 64 characters, the last one shorter or as long, each with its newline.
    fn decode(&mut self, body: &[u8]) -> Option<&[u8]> {
        self.characters.clear();
        let (lines, last) = body.as_chunks::<{ LINE + 1 }>();
        for line in lines {
            self.characters.extend_from_slice(line.strip_suffix(b"\n")?);
        }
        if !last.is_empty() {
            self.characters.extend_from_slice(last.strip_suffix(b"\n")?);
        }
        if self.der.len() < body.len() {
            self.der.resize(body.len(), 0);
        }
        // A newline within a line is no base64 either.
        let length = self.decoder.decode_slice(&self.characters, &mut self.der).ok()?;
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

    fn read(bundle: &[u8]) -> Vec<CertificateDer<'static>> {
        certificates(bundle).collect()
    }

    /// What is read without the library, and what is left to it.
    fn usual(bundle: &[u8]) -> (Vec<CertificateDer<'static>>, &[u8]) {
        let mut usual = Usual::of(bundle, decoder());
        let certificates = usual.by_ref().collect();
        (certificates, usual.rest)
    }

    fn by_library(bundle: &[u8]) -> Vec<CertificateDer<'static>> {
        CertificateDer::pem_slice_iter(bundle).flatten().collect()
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
            ("no newline at the end", format!("{one}{two}").trim_end().to_owned()),
        ] {
            let (certificates, rest) = usual(bundle.as_bytes());
            assert_eq!(certificates, by_library(bundle.as_bytes()), "{name}");
            assert_eq!((certificates.len(), rest), (2, &b""[..]), "{name}");
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
            ("an empty line", one.replacen("-----\n", "-----\n\n", 1)),
            ("a key beside it", format!("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n{one}")),
            ("TRUSTED", one.replace("CERTIFICATE", "TRUSTED CERTIFICATE")),
            ("cut in the body", one.get(..300).unwrap().to_owned()),
            ("cut in the last line", one.trim_end().trim_end_matches('-').to_owned()),
            ("no end", one.replace("-----END CERTIFICATE-----\n", "") + &one),
            ("text after the end", one.replace("END CERTIFICATE-----", "END CERTIFICATE----- x")),
            ("no base64", one.replace("Bwc", "B!c")),
        ] {
            assert_eq!(usual(bundle.as_bytes()), (vec![], bundle.as_bytes()), "{name}");
            assert_eq!(read(bundle.as_bytes()), by_library(bundle.as_bytes()), "{name}");

            let after_two = format!("{one}{one}{bundle}{one}");
            let (certificates, rest) = usual(after_two.as_bytes());
            assert_eq!((certificates.len(), rest), (2, after_two.as_bytes().split_at(2 * one.len()).1), "{name}");
            assert_eq!(read(after_two.as_bytes()), by_library(after_two.as_bytes()), "{name}");
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
        ) {
            let mut bundle = pieces.concat().into_bytes();
            for (place, byte) in changes {
                if !bundle.is_empty() {
                    let place = place.index(bundle.len());
                    *bundle.get_mut(place).unwrap() = byte;
                }
            }
            prop_assert_eq!(read(&bundle), by_library(&bundle));
            bundle.truncate(cut.index(bundle.len() + 1));
            prop_assert_eq!(read(&bundle), by_library(&bundle));
        }
    }
}
