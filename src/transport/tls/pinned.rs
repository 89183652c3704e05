//! A certificate that is accepted by its fingerprint, without a check of its issuer.

use std::fmt;

use rustls::{
    CertificateError, DigitallySignedStruct, Error, OtherError, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{
        WebPkiSupportedAlgorithms, ring::cipher_suite::TLS13_AES_128_GCM_SHA256,
        verify_tls12_signature, verify_tls13_signature,
    },
    pki_types::{CertificateDer, ServerName, UnixTime},
};

/// The SHA-256 of a certificate.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Fingerprint([u8; 32]);

impl Fingerprint {
    pub(super) fn of(certificate: &CertificateDer<'_>) -> Self {
        let suite = TLS13_AES_128_GCM_SHA256.tls13();
        let suite = suite.expect("it is a cipher suite of TLS 1.3, with SHA-256");
        let hash = suite.common.hash_provider.hash(certificate);
        let mut bytes = [0; 32];
        bytes.copy_from_slice(hash.as_ref());
        Self(bytes)
    }

    /// Reads 64 hexadecimal digits, colons between the pairs or not.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let digits: Vec<u8> = if text.contains(':') {
            let mut pairs = text.split(':');
            if !pairs.all(|pair| pair.len() == 2) {
                return None;
            }
            text.bytes().filter(|byte| *byte != b':').collect()
        } else {
            text.bytes().collect()
        };
        if digits.len() != 64 {
            return None;
        }
        let value = |digit: u8| char::from(digit).to_digit(16);
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
            *byte = u8::try_from(value(pair[0])? << 4 | value(pair[1])?).ok()?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            let colon = if index == 0 { "" } else { ":" };
            write!(f, "{colon}{byte:02X}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The server showed a certificate that is not pinned.
#[derive(Debug)]
pub(super) struct Differs(pub(super) Fingerprint);

impl fmt::Display for Differs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the server's certificate has the SHA-256 {}", self.0)
    }
}

impl std::error::Error for Differs {}

/// Accepts these certificates; verifies that the server has the key, and nothing else.
#[derive(Debug)]
pub(super) struct Pinned {
    pub(super) accepted: Vec<Fingerprint>,
    pub(super) algorithms: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let shown = Fingerprint::of(end_entity);
        if self.accepted.contains(&shown) {
            Ok(ServerCertVerified::assertion())
        } else {
            let differs = OtherError(std::sync::Arc::new(Differs(shown)));
            Err(CertificateError::Other(differs).into())
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_are_those_of_openssl() {
        // `printf abc | sha256sum`
        let hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let abc = Fingerprint::of(&CertificateDer::from(b"abc".as_slice()));
        assert_eq!(Fingerprint::parse(hex), Some(abc));
        assert_eq!(Fingerprint::parse(&hex.to_uppercase()), Some(abc));
        assert_eq!(Fingerprint::parse(&abc.to_string()), Some(abc));
        assert!(abc.to_string().starts_with("BA:78:16"), "{abc}");
    }

    #[test]
    fn other_texts_are_no_fingerprints() {
        let digits = "0".repeat(64);
        let odd_colon = format!("{}:{}", &digits[..31], &digits[..33]);
        for text in [
            "",
            "AB:CD",
            &digits[1..],
            &odd_colon,
            &"ä".repeat(32),
            &"g".repeat(64),
        ] {
            assert_eq!(Fingerprint::parse(text), None, "{text}");
        }
    }
}
