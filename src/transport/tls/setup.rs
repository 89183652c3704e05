//! rustls's configuration, made from the settings once per connection.

use std::{
    sync::{
        Arc, OnceLock, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use parking_lot::Mutex;
use rustls::{
    ClientConfig, ClientConnection, InconsistentKeys, RootCertStore, SignatureScheme,
    client::{ResolvesClientCert, Resumption, WebPkiServerVerifier, danger::ServerCertVerifier},
    crypto::{CryptoProvider, ring},
    pki_types::ServerName,
    sign::CertifiedKey,
};

use super::{
    Pem, Pin, Tls,
    diagnosis::Context,
    issuer::Verifier,
    link::TlsWriter,
    pinned::{Fingerprint, Pinned},
};
use crate::{
    Error, Result,
    transport::{
        Unreachable,
        address::{Url, shown},
        socket::{ReadSide, Socket},
        stream::{Stream, StreamReader},
    },
};

/// The settings of TLS to one server, read and checked.
#[derive(Debug)]
pub(in super::super) struct Setup {
    config: ClientConfig,
    /// Where certificates are checked, and not pinned.
    verifier: Option<Arc<WebPkiServerVerifier>>,
    name: ServerName<'static>,
    certificate: Option<Arc<CertifiedKey>>,
    /// The scheme of the same address without TLS.
    plain: &'static str,
}

impl Setup {
    /// Reads the files that the settings name.
    pub(in super::super) fn new(url: &Url, tls: &Tls) -> Result<Self> {
        let (field, name) = match &tls.server_name {
            Some(name) => ("tls.server_name", name),
            None => ("url", &url.host),
        };
        let name = ServerName::try_from(name.clone()).map_err(|_| {
            let reason = match field {
                "url" => format!(
                    "`{}` has a host that is neither a DNS name nor an IP address, so its \
                     certificate cannot be checked; correct the host",
                    url.shown()
                ),
                _ => format!(
                    "`{}` is neither a DNS name nor an IP address; write the name in the server's \
                     certificate",
                    shown(name)
                ),
            };
            Error::config(field, reason)
        })?;
        let provider = Arc::new(ring::default_provider());
        let certificate = match &tls.client_certificate {
            Some((chain, key)) => Some(Arc::new(certified(chain, key, &provider)?)),
            None => None,
        };
        let builder = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::config("tls", error.to_string()))?;
        let (verifier, in_use): (_, Arc<dyn ServerCertVerifier>) = match tls.pinned[..] {
            [] => {
                let roots = roots(tls)?;
                let verifier = WebPkiServerVerifier::builder_with_provider(roots, provider)
                    .build()
                    .map_err(|error| Error::config("tls.ca", error.to_string()))?;
                (Some(verifier.clone()), verifier)
            }
            _ => {
                let pinned = Pinned {
                    accepted: fingerprints(&tls.pinned)?,
                    algorithms: provider.signature_verification_algorithms,
                };
                (None, Arc::new(pinned))
            }
        };
        let mut config = builder
            .dangerous()
            .with_custom_certificate_verifier(in_use)
            .with_no_client_auth();
        // Each link is checked in full, also when it replaces one that broke.
        config.resumption = Resumption::disabled();
        Ok(Self {
            config,
            verifier,
            name,
            certificate,
            plain: match url.uri.scheme_str() {
                Some("https") => "http://",
                _ => "ws://",
            },
        })
    }

    /// Starts TLS on a new socket, at most until the deadline.
    pub(in super::super) fn shake_hands(
        &self,
        socket: Socket,
        read: ReadSide,
        deadline: Instant,
    ) -> Result<(Stream, Box<dyn StreamReader>), Unreachable> {
        let asked = Arc::new(CertificateResolver {
            was: AtomicBool::new(false),
            certificate: self.certificate.clone(),
        });
        let mut config = self.config.clone();
        config.client_auth_cert_resolver = asked.clone();
        let found = Arc::new(OnceLock::new());
        if let Some(usual) = self.verifier.clone() {
            let verifier = Verifier {
                usual,
                found: found.clone(),
            };
            config
                .dangerous()
                .set_certificate_verifier(Arc::new(verifier));
        }
        let connection = ClientConnection::new(Arc::new(config), self.name.clone());
        let connection = connection.map_err(|error| {
            let error = std::io::Error::other(error);
            Unreachable::new("TLS could not be started; see the cause", error)
        })?;
        let context = Context {
            asked,
            found,
            plain: self.plain,
        };
        let (writer, mut reader) = TlsWriter::pair(socket, read, connection, context);
        match reader.shake_hands(deadline) {
            Ok(()) => Ok((Arc::new(writer), Box::new(reader))),
            Err(error) => {
                let diagnosis = writer.diagnosis_of_handshake(&error);
                Err(Unreachable::new(diagnosis, error))
            }
        }
    }
}

/// Gives the server the certificate that it asks for, if there is one, and notes that it asked.
#[derive(Debug)]
pub(super) struct CertificateResolver {
    was: AtomicBool,
    certificate: Option<Arc<CertifiedKey>>,
}

impl CertificateResolver {
    /// Whether the server has asked for a certificate.
    pub(super) fn was(&self) -> bool {
        self.was.load(Ordering::Relaxed)
    }

    /// Whether it was given one.
    pub(super) fn answered(&self) -> bool {
        self.was() && self.certificate.is_some()
    }
}

impl ResolvesClientCert for CertificateResolver {
    fn resolve(
        &self,
        _root_hint_subjects: &[&[u8]],
        _schemes: &[SignatureScheme],
    ) -> Option<Arc<CertifiedKey>> {
        self.was.store(true, Ordering::Relaxed);
        self.certificate.clone()
    }

    fn has_certs(&self) -> bool {
        // Otherwise a server that asks is not noticed.
        true
    }
}

fn certified(chain: &Pem, key: &Pem, provider: &CryptoProvider) -> Result<CertifiedKey> {
    const FIELD: &str = "tls.client_certificate";
    let chain = chain.certificates(FIELD)?;
    let key = key.key(FIELD)?;
    CertifiedKey::from_der(chain, key, provider).map_err(|error| match error {
        rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => Error::config(
            FIELD,
            "the key does not belong to the first certificate; put the client's own certificate \
             first, or give its key",
        ),
        error => Error::config(FIELD, error.to_string()),
    })
}

fn fingerprints(pins: &[Pin]) -> Result<Vec<Fingerprint>> {
    let fingerprint = |pin: &Pin| match pin {
        Pin::Sha256(hex) => Fingerprint::parse(hex).ok_or_else(|| {
            let reason = "it is not 64 hexadecimal digits";
            Error::config("tls.pinned_sha256", reason)
        }),
        Pin::Certificate(pem) => match &pem.certificates("tls.pinned")?[..] {
            [certificate] => Ok(Fingerprint::of(certificate)),
            _ => Err(Error::config(
                "tls.pinned",
                "it holds several certificates; give the server's own one only",
            )),
        },
    };
    pins.iter().map(fingerprint).collect()
}

/// The CAs of this system, read once for all connections that use them at the same time.
fn system_roots() -> Arc<RootCertStore> {
    static SHARED: Mutex<Weak<RootCertStore>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock();
    shared.upgrade().unwrap_or_else(|| {
        let found = rustls_native_certs::load_native_certs();
        let mut roots = RootCertStore::empty();
        // Systems have some that are too old for rustls.
        roots.add_parsable_certificates(found.certs);
        let roots = Arc::new(roots);
        *shared = Arc::downgrade(&roots);
        roots
    })
}

fn roots(tls: &Tls) -> Result<Arc<RootCertStore>> {
    let mut roots = if tls.system_roots {
        system_roots()
    } else {
        Arc::new(RootCertStore::empty())
    };
    for pem in &tls.ca {
        for certificate in pem.certificates("tls.ca")? {
            Arc::make_mut(&mut roots)
                .add(certificate)
                .map_err(|error| {
                    let reason = format!("a certificate in it cannot be a CA: {error}");
                    Error::config("tls.ca", reason)
                })?;
        }
    }
    if roots.is_empty() {
        Err(Error::config(
            "tls.ca",
            if tls.system_roots {
                "no CA is given, and this system has none; install the package \
                     ca-certificates, give one with `Tls::ca`, or pin the server's certificate \
                     with `Tls::pinned`"
            } else {
                "no CA is given, and the system's CAs are switched off by \
                     `Tls::system_roots`; give one with `Tls::ca`, or switch them on"
            },
        ))
    } else {
        Ok(roots)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_cas_are_shared_by_all_that_use_them_at_the_same_time() {
        let first = system_roots();
        assert!(Arc::ptr_eq(&first, &system_roots()));
        if !first.is_empty() {
            let roots = roots(&Tls::new()).expect("there are some");
            assert!(Arc::ptr_eq(&first, &roots));
        }
    }
}
