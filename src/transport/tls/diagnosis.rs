//! Why a TLS link could not be established, and what to do.

use std::{
    fmt::Write,
    io,
    sync::{Arc, OnceLock},
};

use rustls::{
    AlertDescription, CertificateError, Error, InvalidMessage, PeerIncompatible,
    pki_types::{ServerName, UnixTime},
};

use super::{issuer::Issuer, pinned::Differs, setup::CertificateResolver};

/// What is known of a link.
#[derive(Debug)]
pub(super) struct Context {
    pub(super) asked: Arc<CertificateResolver>,
    /// Who issued a certificate that was not accepted, where that is why.
    pub(super) found: Arc<OnceLock<Issuer>>,
    /// The scheme of the same address without TLS.
    pub(super) plain: &'static str,
}

/// What went wrong in the handshake.
pub(super) fn in_handshake(error: &io::Error, context: &Context) -> String {
    if let Some(error) = tls_error(error) {
        return of_tls(error, context);
    }
    let plain = context.plain;
    match error.kind() {
        io::ErrorKind::TimedOut => {
            format!("it did not answer the TLS handshake in time; is it a port for {plain}?")
        }
        _ if context.asked.was() => refused("closing the connection", context),
        _ => format!("it closed the connection in the TLS handshake; is it a port for {plain}?"),
    }
}

/// What went wrong right after it, if TLS did: with TLS 1.3 a server says only then that it refuses
/// our certificate. `None` for everything else.
pub(super) fn after_handshake(error: &io::Error, context: &Context) -> Option<String> {
    match tls_error(error) {
        Some(error) => Some(of_tls(error, context)),
        // It may close the link without a reason.
        None if context.asked.was() && error.kind() != io::ErrorKind::TimedOut => Some(format!(
            "it closed the connection after asking for a client certificate; {}",
            if context.asked.answered() {
                "check that it trusts the CA of `Tls::client_certificate`"
            } else {
                "give one with `Tls::client_certificate`"
            }
        )),
        None => None,
    }
}

fn tls_error(error: &io::Error) -> Option<&Error> {
    error.get_ref()?.downcast_ref()
}

fn of_tls(error: &Error, context: &Context) -> String {
    match error {
        Error::InvalidCertificate(error) => of_certificate(error, context.found.get()),
        Error::AlertReceived(alert) => of_alert(*alert, context),
        Error::InvalidMessage(
            InvalidMessage::InvalidContentType
            | InvalidMessage::UnknownProtocolVersion
            | InvalidMessage::MessageTooLarge
            | InvalidMessage::InvalidEmptyPayload,
        ) => format!("it does not speak TLS; is it a port for {}?", context.plain),
        Error::PeerIncompatible(PeerIncompatible::ServerDoesNotSupportTls12Or13) => {
            too_old().to_owned()
        }
        Error::PeerIncompatible(_) => "it has no cipher or key exchange in common with this \
                                       program; update its TLS library, or check `ciphers` in \
                                       the server's transport configuration"
            .to_owned(),
        _ => format!(
            "it sent something that violates TLS; check that this port is for {}, and what is \
             between this program and the server",
            context.plain.replace("://", "s://")
        ),
    }
}

fn too_old() -> &'static str {
    "it speaks neither TLS 1.3 nor TLS 1.2, only something older"
}

fn of_alert(alert: AlertDescription, context: &Context) -> String {
    let name = format!("TLS alert `{alert:?}`");
    match alert {
        AlertDescription::ProtocolVersion => too_old().to_owned(),
        AlertDescription::UnrecognisedName => "it has no certificate for this host; connect \
                                               with a name that it knows, or set \
                                               `Tls::server_name` to one"
            .to_owned(),
        AlertDescription::CertificateRequired => refused(&name, context),
        _ if context.asked.was() => refused(&name, context),
        AlertDescription::HandshakeFailure | AlertDescription::InsufficientSecurity => {
            format!(
                "it has no TLS version or cipher in common with this program ({name}); allow \
                 TLS 1.2 or 1.3 on the server, and check its `ciphers`"
            )
        }
        _ => format!("it refused the TLS handshake ({name}); see the server's log"),
    }
}

/// A server that asked for a certificate and ended the link.
fn refused(how: &str, context: &Context) -> String {
    if context.asked.answered() {
        format!(
            "it refused the certificate in `Tls::client_certificate` ({how}); check its expiry \
             date, and that the server trusts its CA"
        )
    } else {
        format!("it demands a client certificate ({how}); give one with `Tls::client_certificate`")
    }
}

const UNUSABLE: &str = "its certificate cannot be used; see the cause, and give the server \
                        another certificate";

fn of_certificate(error: &CertificateError, issuer: Option<&Issuer>) -> String {
    match error {
        CertificateError::NotValidForNameContext {
            expected,
            presented,
        } => wrong_name(expected, presented),
        CertificateError::NotValidForName => wrong_name_of("this host"),
        CertificateError::ExpiredContext { time, not_after } => format!(
            "its certificate, or one above it, expired on {}; this machine's clock says {}",
            date(*not_after),
            date(*time)
        ),
        CertificateError::Expired => "its certificate, or one above it, has expired".to_owned(),
        CertificateError::NotValidYetContext { time, not_before } => format!(
            "its certificate, or one above it, is not valid before {}; this machine's clock \
             says {}",
            date(*not_before),
            date(*time)
        ),
        CertificateError::NotValidYet => {
            "its certificate, or one above it, is not valid yet; is this machine's clock right?"
                .to_owned()
        }
        CertificateError::UnknownIssuer => of_issuer(issuer),
        CertificateError::BadSignature => match issuer {
            Some(Issuer::Itself(_)) => {
                "its certificate is self-signed but has the name of a known CA; if that CA was \
                 re-created, update `Tls::ca`; pin it with `Tls::pinned` only after checking that \
                 it is the server's"
            }
            Some(_) => {
                "its certificate names a known CA as issuer but was signed with another key; if \
                 that CA was re-created, give its current certificate to `Tls::ca`"
            }
            None => {
                "the server's key does not match its certificate (bad handshake signature); check \
                 that its certificate and key files belong together"
            }
        }
        .to_owned(),
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            "its certificate is not meant for servers; issue one with extendedKeyUsage serverAuth"
                .to_owned()
        }
        CertificateError::Other(other) => match other.0.downcast_ref::<Differs>() {
            Some(Differs(shown)) => format!(
                "its certificate is not the pinned one (`Tls::pinned`); its SHA-256 is {shown}; \
                 if the server's certificate was replaced, update the pin, else something may be \
                 intercepting the connection"
            ),
            // A self-signed certificate made by `openssl req -x509` is of this kind.
            None if other.0.to_string() == "CaUsedAsEndEntity" => {
                "its certificate is marked as a CA, so that it cannot be a server's; pin it with \
                 `Tls::pinned`, or make one that is not (basicConstraints CA:FALSE)"
                    .to_owned()
            }
            None => UNUSABLE.to_owned(),
        },
        _ => UNUSABLE.to_owned(),
    }
}

fn of_issuer(issuer: Option<&Issuer>) -> String {
    match issuer {
        Some(Issuer::Itself(shown)) => format!(
            "its certificate is self-signed (SHA-256 {shown}); compare this with the server's, \
             then pin it with `Tls::pinned_sha256`"
        ),
        Some(Issuer::Unsent(name)) => format!(
            "its certificate was issued by `{name}`, which is not known here and was not sent by \
             the server; if that is an intermediate CA, append it to the server's `cert_pem` \
             file, else add it with `Tls::ca`"
        ),
        Some(Issuer::Unknown(name)) => format!(
            "its certificate was issued by the CA `{name}`, which is not known here; add that \
             CA with `Tls::ca`, or pin the certificate with `Tls::pinned`"
        ),
        None => {
            "its certificate was issued by a CA that is not known here; add that CA with `Tls::ca`, \
             or pin the certificate with `Tls::pinned`"
                .to_owned()
        }
    }
}

fn wrong_name_of(names: &str) -> String {
    format!("its certificate is not for {names}; see `Tls::server_name`")
}

fn wrong_name(expected: &ServerName<'_>, presented: &[String]) -> String {
    let expected = expected.to_str();
    if presented.is_empty() {
        return format!(
            "its certificate names no host (no subjectAltName); issue one that names \
             `{expected}`, or pin it with `Tls::pinned`"
        );
    }
    let mut names = String::new();
    // Some have hundreds.
    const SHOWN: usize = 8;
    for name in presented.iter().take(SHOWN) {
        // `DnsName("janus.example")`, `IpAddress(127.0.0.1)`
        let name = name.split_once('(').map_or(&**name, |(_, rest)| rest);
        let name = name.trim_end_matches(')').trim_matches('"');
        let comma = if names.is_empty() { "" } else { ", " };
        let _ = write!(names, "{comma}`{}`", name.escape_debug());
    }
    if presented.len() > SHOWN {
        names += " and others";
    }
    wrong_name_of(&format!("`{expected}` but for {names}"))
}

/// The day in UTC, as 2026-01-31.
fn date(time: UnixTime) -> String {
    // Howard Hinnant's `civil_from_days`, for days after 1970.
    let days = time.as_secs() / (24 * 3600) + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    format!("{:04}-{month:02}-{day:02}", year + era * 400 + next)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn days_have_their_dates() {
        for (seconds, day) in [
            (0, "1970-01-01"),
            (951_782_400, "2000-02-29"),
            (1_709_251_199, "2024-02-29"),
            (1_709_251_200, "2024-03-01"),
            (4_102_444_799, "2099-12-31"),
        ] {
            let time = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
            assert_eq!(date(time), day);
        }
    }
}
