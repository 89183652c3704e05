//! Certificates of the tests' own.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// A certificate and its private key.
#[derive(Clone)]
pub struct Issued {
    /// PEM.
    pub certificate: String,
    /// PEM; not for anybody's eyes.
    pub key: String,
    pub der: CertificateDer<'static>,
}

/// A CA.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    /// Makes a CA of that name, with a new key.
    pub fn new(name: &str) -> Self {
        let issuer = CertifiedIssuer::self_signed(authority(name), new_key());
        Self {
            issuer: issuer.expect("a CA"),
        }
    }

    /// Makes a CA below this one.
    pub fn intermediate(&self, name: &str) -> Self {
        let issuer = CertifiedIssuer::signed_by(authority(name), new_key(), &self.issuer);
        Self {
            issuer: issuer.expect("a CA"),
        }
    }

    /// Its certificate as PEM.
    pub fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// Its certificate.
    pub fn der(&self) -> CertificateDer<'static> {
        self.issuer.der().clone()
    }

    /// Issues a certificate for these DNS names and IP addresses.
    pub fn issue(&self, names: &[&str]) -> Issued {
        self.issue_with(names, |_| {})
    }

    /// The same, changed at will.
    pub fn issue_with(
        &self,
        names: &[&str],
        change: impl FnOnce(&mut CertificateParams),
    ) -> Issued {
        let (mut params, key) = (params(names), new_key());
        change(&mut params);
        let certificate = params.signed_by(&key, &self.issuer);
        Issued::new(&certificate.expect("a certificate"), &key)
    }
}

impl Issued {
    /// A self-signed certificate, changed at will.
    pub fn self_signed(names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> Self {
        let (mut params, key) = (params(names), new_key());
        change(&mut params);
        Self::new(&params.self_signed(&key).expect("a certificate"), &key)
    }

    /// Its private key, for a server inside the test.
    pub fn key_der(&self) -> PrivateKeyDer<'static> {
        use rustls::pki_types::pem::PemObject;
        PrivateKeyDer::from_pem_slice(self.key.as_bytes()).expect("a key")
    }

    fn new(certificate: &rcgen::Certificate, key: &KeyPair) -> Self {
        Self {
            certificate: certificate.pem(),
            key: key.serialize_pem(),
            der: certificate.der().clone(),
        }
    }
}

fn authority(name: &str) -> CertificateParams {
    let mut params = params(&[]);
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params
}

fn params(names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).expect("names of hosts");
    // Without rcgen's own.
    params.distinguished_name = rcgen::DistinguishedName::new();
    params
}

fn new_key() -> KeyPair {
    KeyPair::generate().expect("a key")
}
