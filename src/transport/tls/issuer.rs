//! The usual check of a server's certificate, which keeps who issued one that was not accepted.

use std::sync::{Arc, OnceLock};

use rustls::{
    CertificateError, DigitallySignedStruct, Error, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    pki_types::{CertificateDer, ServerName, UnixTime},
};

use super::pinned::Fingerprint;

/// Who issued a certificate whose issuer was not accepted.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Issuer {
    /// Nobody else: it is self-signed.
    Itself(Fingerprint),
    /// The one of this name, whose own certificate did not come.
    Unsent(String),
    /// This CA, whose certificate came.
    Unknown(String),
}

/// For one link.
#[derive(Debug)]
pub(super) struct Verifier {
    pub(super) usual: Arc<WebPkiServerVerifier>,
    pub(super) found: Arc<OnceLock<Issuer>>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = self.usual.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        if let Err(Error::InvalidCertificate(
            CertificateError::UnknownIssuer | CertificateError::BadSignature,
        )) = verified
        {
            if let Some(issuer) = Issuer::of(end_entity, intermediates) {
                // A link has one handshake.
                let _ = self.found.set(issuer);
            }
        }
        verified
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.usual
            .verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.usual
            .verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.usual.supported_verify_schemes()
    }
}

impl Issuer {
    /// `None` where a certificate cannot be read.
    fn of(end_entity: &[u8], intermediates: &[CertificateDer<'_>]) -> Option<Self> {
        let mut top = Names::of(end_entity)?;
        if top.issuer == top.subject {
            return Some(Self::Itself(Fingerprint::of(&end_entity.into())));
        }
        // Each is above the one before it, if it is not in a circle.
        for _ in intermediates {
            let names = intermediates
                .iter()
                .filter_map(|certificate| Names::of(certificate));
            match names.into_iter().find(|it| it.subject == top.issuer) {
                Some(above) if above.issuer == above.subject => {
                    return Some(Self::Unknown(common_name(above.subject)));
                }
                Some(above) => top = above,
                None => break,
            }
        }
        Some(Self::Unsent(common_name(top.issuer)))
    }
}

/// Two names of a certificate, in DER.
struct Names<'a> {
    issuer: &'a [u8],
    subject: &'a [u8],
}

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;

impl<'a> Names<'a> {
    fn of(certificate: &'a [u8]) -> Option<Self> {
        let (certificate, _) = expect(SEQUENCE, certificate)?;
        let (mut rest, _) = expect(SEQUENCE, certificate)?;
        // The version, which the oldest ones do not have.
        if let Some((_, behind)) = expect(0xa0, rest) {
            rest = behind;
        }
        let (_serial, rest) = expect(0x02, rest)?;
        let (_algorithm, rest) = expect(SEQUENCE, rest)?;
        let (issuer, rest) = expect(SEQUENCE, rest)?;
        let (_validity, rest) = expect(SEQUENCE, rest)?;
        let (subject, _) = expect(SEQUENCE, rest)?;
        Some(Self { issuer, subject })
    }
}

/// The first element, which has to be of this kind, and what follows it.
fn expect(tag: u8, bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (found, content, rest) = element(bytes)?;
    (found == tag).then_some((content, rest))
}

fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81..=0x83 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first - 0x80))?;
            let add = |length, digit: &u8| length << 8 | usize::from(*digit);
            (digits.iter().fold(0, add), rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

/// What people call it: the common name, or whatever else it has first.
fn common_name(mut name: &[u8]) -> String {
    const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
    const LONGEST: usize = 100;
    let mut found = None;
    while let Some((set, rest)) = expect(SET, name) {
        name = rest;
        let part = expect(SEQUENCE, set).and_then(|(part, _)| {
            let (kind, value) = expect(0x06, part)?;
            let (_, value, _) = element(value)?;
            Some((kind, value))
        });
        match part {
            Some((COMMON_NAME, value)) => {
                found = Some(value);
                break;
            }
            Some((_, value)) => found = found.or(Some(value)),
            None => {}
        }
    }
    let text = String::from_utf8_lossy(found.unwrap_or_default());
    let text: String = text.chars().take(LONGEST).collect();
    text.escape_debug().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn der(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = u8::try_from(content.len()).expect("short");
        let mut bytes = vec![tag, 0x81, length];
        bytes.extend(content);
        bytes
    }

    fn name(parts: &[(u8, &str)]) -> Vec<u8> {
        let part = |(kind, text): &(u8, &str)| {
            let value = der(0x0c, text.as_bytes());
            let part = [der(0x06, &[0x55, 0x04, *kind]), value].concat();
            der(SET, &der(SEQUENCE, &part))
        };
        der(SEQUENCE, &parts.iter().flat_map(part).collect::<Vec<_>>())
    }

    fn certificate(issuer: &str, subject: &str) -> CertificateDer<'static> {
        let fields = [
            der(0xa0, &der(0x02, &[2])),
            der(0x02, &[7]),
            der(SEQUENCE, &[]),
            name(&[(10, "an organisation"), (3, issuer)]),
            der(SEQUENCE, &[]),
            name(&[(10, "an organisation"), (3, subject)]),
        ];
        der(SEQUENCE, &der(SEQUENCE, &fields.concat())).into()
    }

    #[test]
    fn the_issuer_is_the_one_at_the_end_of_what_came() {
        let server = certificate("middle", "server");
        let (middle, root) = (certificate("root", "middle"), certificate("root", "root"));
        let unsent = |name: &str| Some(Issuer::Unsent(name.to_owned()));
        assert_eq!(Issuer::of(&server, &[]), unsent("middle"));
        assert_eq!(
            Issuer::of(&server, std::slice::from_ref(&root)),
            unsent("middle")
        );
        assert_eq!(
            Issuer::of(&server, std::slice::from_ref(&middle)),
            unsent("root")
        );
        assert_eq!(
            Issuer::of(&server, &[root.clone(), middle]),
            Some(Issuer::Unknown("root".to_owned()))
        );
        assert_eq!(
            Issuer::of(&root, &[]),
            Some(Issuer::Itself(Fingerprint::of(&root)))
        );
        let circle = [certificate("b", "middle"), certificate("middle", "b")];
        assert!(matches!(
            Issuer::of(&server, &circle),
            Some(Issuer::Unsent(_))
        ));
    }

    #[test]
    fn names_are_bounded_and_of_one_line() {
        let text = format!("a\n\u{1b}[31m{}", "x".repeat(110));
        let shown = common_name(&name(&[(3, &text)])[3..]);
        assert!(shown.starts_with("a\\n\\u{1b}[31m"), "{shown}");
        assert!(shown.len() < 120);
        // Without a common name any other one.
        assert_eq!(common_name(&name(&[(10, "org"), (11, "unit")])[3..]), "org");
        assert_eq!(common_name(&[]), "");
    }

    #[test]
    fn cut_certificates_are_not_read() {
        let whole = certificate("middle", "server");
        for end in 0..whole.len() {
            assert_eq!(Issuer::of(&whole[..end], &[]), None, "{end}");
        }
    }
}
