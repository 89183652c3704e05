//! TLS below a link: its settings, and what is made of them.

mod diagnosis;
mod issuer;
mod link;
mod pem;
mod pinned;
mod setup;

pub use pem::Pem;

pub(super) use setup::Setup;

/// How `wss://` and `https://` links check the server, and which client certificate they present.
///
/// By default a server is accepted when its certificate
///
/// - was issued, directly or through others that the server sends along, by a CA of this system,
/// - is valid at this machine's time,
/// - names the host of the address as a DNS name or IP address in `subjectAltName` (the older
///   common name does not count).
///
/// Revocation lists are not checked. Links use TLS 1.3 or 1.2. No setting accepts any certificate
/// at all: for a private or self-signed one, add its CA by [`ca`](Self::ca), or pin it by
/// [`pinned`](Self::pinned).
///
/// Links without TLS ignore all of it: anybody on the network can read `ws://`.
///
/// The settings are read and checked when a connection is opened; an invalid one is an
/// [`Error::Config`](crate::Error::Config) that names it. `Debug` shows no key.
///
/// # Example
///
/// ```
/// use janus_blocking::{Config, Error, tls::{Pem, Tls}};
///
/// let tls = Tls::new()
///     .ca(Pem::file("/etc/janus/ca.pem"))
///     .client_certificate(Pem::file("/etc/door/door.pem"), Pem::file("/etc/door/door.key"));
/// let config = Config::new("wss://janus.example:8989").tls(tls);
/// // There are no such files here.
/// assert!(matches!(config.open().unwrap_err(), Error::Config { .. }));
/// ```
#[derive(Clone, Debug)]
pub struct Tls {
    system_roots: bool,
    ca: Vec<Pem>,
    client_certificate: Option<(Pem, Pem)>,
    pinned: Vec<Pin>,
    server_name: Option<String>,
}

/// A certificate that is accepted for itself.
#[derive(Clone, Debug)]
enum Pin {
    Certificate(Pem),
    Sha256(String),
}

impl Tls {
    /// The defaults: the system's CAs, no client certificate.
    pub fn new() -> Self {
        Self {
            system_roots: true,
            ca: Vec::new(),
            client_certificate: None,
            pinned: Vec::new(),
            server_name: None,
        }
    }

    /// Accepts certificates issued by these CAs, in addition to the system's. May be called several
    /// times.
    ///
    /// A self-signed certificate that is not marked as a CA can be given here too, if it is valid
    /// and names the host. One that is marked as a CA cannot be a server's own certificate: pin it
    /// instead.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::tls::{Pem, Tls};
    ///
    /// let tls = Tls::new().ca(Pem::file("/etc/janus/ca.pem"));
    /// ```
    #[must_use]
    pub fn ca(mut self, certificates: Pem) -> Self {
        self.ca.push(certificates);
        self
    }

    /// Whether certificates issued by the system's CAs are accepted. Default `true`.
    ///
    /// With `false`, only those given by [`ca`](Self::ca) are accepted. The system's CAs are found
    /// where OpenSSL finds them; the environment variables `SSL_CERT_FILE` and `SSL_CERT_DIR`
    /// change that.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::tls::{Pem, Tls};
    ///
    /// // Nobody but our own CA.
    /// let tls = Tls::new().ca(Pem::file("/etc/janus/ca.pem")).system_roots(false);
    /// ```
    #[must_use]
    pub fn system_roots(mut self, accepted: bool) -> Self {
        self.system_roots = accepted;
        self
    }

    /// Presents this certificate to servers that ask for one. `chain` is the certificate, followed
    /// by any intermediate certificates; `key` is its private key (PKCS#8, PKCS#1 or SEC1),
    /// unencrypted.
    ///
    /// With TLS 1.3, a server reports a missing or refused certificate only after the handshake.
    /// The error is an [`Error::Connect`](crate::Error::Connect) that says so, as with TLS 1.2.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::tls::{Pem, Tls};
    ///
    /// let (chain, key) = (Pem::file("/etc/door/door.pem"), Pem::file("/etc/door/door.key"));
    /// let tls = Tls::new().client_certificate(chain, key);
    /// ```
    #[must_use]
    pub fn client_certificate(mut self, chain: Pem, key: Pem) -> Self {
        self.client_certificate = Some((chain, key));
        self
    }

    /// Accepts exactly this server certificate and no other. May be called several times, for
    /// instance before the server gets a new one: then any of them is accepted.
    ///
    /// A pinned certificate replaces the checks of CA, time and host name; [`ca`](Self::ca) and
    /// [`system_roots`](Self::system_roots) have no effect. The server still has to prove, by its
    /// signature in the handshake, that it has the certificate's private key.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::tls::{Pem, Tls};
    ///
    /// let tls = Tls::new().pinned(Pem::file("/etc/door/janus.pem"));
    /// ```
    #[must_use]
    pub fn pinned(mut self, certificate: Pem) -> Self {
        self.pinned.push(Pin::Certificate(certificate));
        self
    }

    /// The same as [`pinned`](Self::pinned), with the SHA-256 of the certificate (of its DER form, as
    /// `openssl x509 -noout -fingerprint -sha256` prints it): 64 hexadecimal digits, colons between
    /// them or not.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Config, tls::Tls};
    ///
    /// let config = Config::new("wss://janus.example").tls(Tls::new().pinned_sha256("AB:CD"));
    /// assert_eq!(
    ///     config.open().unwrap_err().to_string(),
    ///     "`tls.pinned_sha256` cannot be used: it is not 64 hexadecimal digits"
    /// );
    /// ```
    #[must_use]
    pub fn pinned_sha256(mut self, hex: impl Into<String>) -> Self {
        self.pinned.push(Pin::Sha256(hex.into()));
        self
    }

    /// Expects the server's certificate to name this host, or IP address, instead of the one in the
    /// address; a server with several certificates is asked for the one of this name. Default: the
    /// host of the address.
    ///
    /// For a server that is reached by a name or address that its certificate does not contain. It
    /// also applies to [`Config::fallback_urls`](crate::Config::fallback_urls) too.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Config, tls::Tls};
    ///
    /// let tls = Tls::new().server_name("janus.example");
    /// let config = Config::new("wss://192.0.2.7:8989").tls(tls);
    /// ```
    #[must_use]
    pub fn server_name(mut self, name: impl Into<String>) -> Self {
        self.server_name = Some(name.into());
        self
    }
}

impl Default for Tls {
    fn default() -> Self {
        Self::new()
    }
}
