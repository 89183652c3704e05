//! Certificates and keys as PEM.

use std::{
    borrow::Cow,
    fmt,
    fs::File,
    io::{self, Read},
    path::PathBuf,
    sync::Arc,
};

use rustls::pki_types::{
    CertificateDer, PrivateKeyDer,
    pem::{Error as PemError, PemObject},
};

use crate::{Error, Result};

/// The largest file that is read: all CAs of a system are a quarter of it.
const MAX_FILE: u64 = 1 << 20;

/// Certificates or a private key in PEM, as a text or from a file.
///
/// Nothing is read or checked before the connection is opened. `Debug` shows the path of a file,
/// but never a text.
///
/// # Example
///
/// ```
/// use janus_blocking::tls::Pem;
///
/// let file = Pem::file("/etc/janus/ca.pem");
/// let text = Pem::text("-----BEGIN PRIVATE KEY-----\nhush");
/// assert_eq!(format!("{file:?} {text:?}"), r#"Pem("/etc/janus/ca.pem") Pem(***)"#);
/// ```
#[derive(Clone)]
pub struct Pem(Source);

#[derive(Clone)]
enum Source {
    Text(Arc<[u8]>),
    File(PathBuf),
}

impl Pem {
    /// Creates it from PEM text, which begins with `-----BEGIN`. Text outside of the blocks is
    /// ignored.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::tls::{Pem, Tls};
    ///
    /// let tls = Tls::new().ca(Pem::text("-----BEGIN CERTIFICATE-----.."));
    /// ```
    pub fn text(pem: impl AsRef<[u8]>) -> Self {
        Self(Source::Text(pem.as_ref().into()))
    }

    /// Creates it from the path of a PEM file. The file is read when the connection is opened, and
    /// not again when it reconnects.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::tls::{Pem, Tls};
    ///
    /// let tls = Tls::new().ca(Pem::file("/etc/janus/ca.pem"));
    /// ```
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self(Source::File(path.into()))
    }

    /// All certificates in it, at least one.
    pub(super) fn certificates(&self, field: &'static str) -> Result<Vec<CertificateDer<'static>>> {
        let pem = self.read(field)?;
        let sections = CertificateDer::pem_slice_iter(&pem);
        let certificates = sections
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| self.refuse(field, broken(&error)))?;
        if certificates.is_empty() {
            Err(self.refuse(
                field,
                "no certificate in PEM (`-----BEGIN CERTIFICATE-----`)",
            ))
        } else {
            Ok(certificates)
        }
    }

    /// The private key in it.
    pub(super) fn key(&self, field: &'static str) -> Result<PrivateKeyDer<'static>> {
        let pem = self.read(field)?;
        PrivateKeyDer::from_pem_slice(&pem).map_err(|error| match error {
            PemError::NoItemsFound if contains(&pem, b"ENCRYPTED") => {
                let what = "an encrypted key, which cannot be read; decrypt it first";
                self.refuse(field, what)
            }
            PemError::NoItemsFound => self.refuse(
                field,
                "no private key in PEM (`-----BEGIN PRIVATE KEY-----`)",
            ),
            error => self.refuse(field, broken(&error)),
        })
    }

    fn read(&self, field: &'static str) -> Result<Cow<'_, [u8]>> {
        let path = match &self.0 {
            Source::Text(bytes) => return Ok(Cow::Borrowed(bytes)),
            Source::File(path) => path,
        };
        let mut bytes = Vec::new();
        let read = File::open(path).and_then(|file| {
            file.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
            if bytes.len() as u64 > MAX_FILE {
                Err(io::Error::other("it is larger than 1 MiB"))
            } else {
                Ok(())
            }
        });
        match read {
            Ok(()) => Ok(Cow::Owned(bytes)),
            Err(error) => Err(Error::config(
                field,
                format!("the file `{}` cannot be read: {error}", path.display()),
            )),
        }
    }

    /// Says where and what, and nothing of the content.
    fn refuse(&self, field: &'static str, holds: &str) -> Error {
        let reason = match &self.0 {
            Source::Text(_) => format!("it holds {holds}"),
            Source::File(path) => format!("the file `{}` holds {holds}", path.display()),
        };
        Error::config(field, reason)
    }
}

/// Not the error's own text, which shows lines.
fn broken(error: &PemError) -> &'static str {
    match error {
        PemError::MissingSectionEnd { .. } => {
            "PEM that is cut off: a line `-----END ..` is missing"
        }
        PemError::Base64Decode(_) => "PEM with characters that are not base64",
        _ => "PEM that is broken",
    }
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|part| part == wanted)
}

impl fmt::Debug for Pem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::Text(_) => f.write_str("Pem(***)"),
            Source::File(path) => write!(f, "Pem({path:?})"),
        }
    }
}
