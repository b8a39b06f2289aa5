//! The certificates of a PEM bundle. The form in which systems ship their bundles is decoded here, at a tenth of the
//! library's cost, which was two thirds of all instructions of a run over HTTPS; every other form is the library's.
//! Must not know files, nor which certificates are trusted.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----\n";
const END: &[u8] = b"-----END CERTIFICATE-----";
/// Characters of a whole line of base64 (RFC 7468, section 2).
const LINE: usize = 64;

/// All certificates that can be decoded, in their order. One that can't must not cost the others.
pub(crate) fn certificates(bundle: &[u8]) -> Vec<CertificateDer<'static>> {
    usual(bundle).unwrap_or_else(|| CertificateDer::pem_slice_iter(bundle).flatten().collect())
}

/// The certificates of a bundle in its usual form: sections of kind CERTIFICATE in whole lines, and between them text
/// that can't be taken for the border of a section. `None` for any other form.
fn usual(bundle: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    let mut certificates = Vec::new();
    let mut rest = bundle;
    while let Some(body) = after_begin(rest)? {
        let body_and_end = body.split_at_checked(memchr::memchr(b'-', body)?)?;
        certificates.push(CertificateDer::from(decoded(body_and_end.0)?));
        rest = body_and_end.1.strip_prefix(END)?;
        if !rest.is_empty() {
            rest = rest.strip_prefix(b"\n")?;
        }
    }
    Some(certificates)
}

/// What follows the next border, which must begin a certificate; `Some(None)` where only text is left.
fn after_begin(text: &[u8]) -> Option<Option<&[u8]>> {
    let mut at_line_start = true;
    let mut rest = text;
    loop {
        let Some(dash) = memchr::memchr(b'-', rest) else { return is_plain(rest).then_some(None) };
        let (skipped, from_dash) = rest.split_at_checked(dash)?;
        if !is_plain(skipped) {
            return None;
        }
        at_line_start = skipped.last().map_or(at_line_start, |last| *last == b'\n');
        if at_line_start && let Some(body) = from_dash.strip_prefix(BEGIN) {
            return Some(Some(body));
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

/// Lines of 64 characters, the last one shorter or as long, each with its newline.
fn decoded(body: &[u8]) -> Option<Vec<u8>> {
    let mut characters = Vec::with_capacity(body.len());
    let (lines, last) = body.as_chunks::<{ LINE + 1 }>();
    for line in lines {
        let (newline, line) = line.split_last()?;
        if *newline != b'\n' {
            return None;
        }
        characters.extend_from_slice(line);
    }
    if let Some((newline, last)) = last.split_last() {
        if *newline != b'\n' {
            return None;
        }
        characters.extend_from_slice(last);
    }
    // A newline within a line is no base64 either.
    STANDARD.decode(characters).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
            let read = usual(bundle.as_bytes());
            assert_eq!(read, Some(by_library(bundle.as_bytes())), "{name}");
            assert_eq!(read.unwrap().len(), 2, "{name}");
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
            ("a key beside it", format!("{one}-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")),
            ("TRUSTED", one.replace("CERTIFICATE", "TRUSTED CERTIFICATE")),
            ("cut in the body", one.get(..300).unwrap().to_owned()),
            ("cut in the last line", one.trim_end().trim_end_matches('-').to_owned()),
            ("no end", one.replace("-----END CERTIFICATE-----\n", "") + &one),
            ("text after the end", one.replace("END CERTIFICATE-----", "END CERTIFICATE----- x")),
            ("no base64", one.replace("Bwc", "B!c")),
        ] {
            assert_eq!(usual(bundle.as_bytes()), None, "{name}");
            assert_eq!(certificates(bundle.as_bytes()), by_library(bundle.as_bytes()), "{name}");
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
            prop_assert_eq!(certificates(&bundle), by_library(&bundle));
            bundle.truncate(cut.index(bundle.len() + 1));
            prop_assert_eq!(certificates(&bundle), by_library(&bundle));
        }
    }
}
