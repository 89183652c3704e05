//! The text of a signed token: `<expiry>,<realm>[,<descriptor>..]:<base64 of the signature>`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// The bytes of an HMAC-SHA1.
const SIGNATURE: usize = 20;

/// A signed token taken apart. Nothing of it is verified yet.
pub(super) struct ParsedToken<'a> {
    /// Unix time in seconds, and how it is written.
    pub(super) expiry: u64,
    pub(super) realm: &'a str,
    pub(super) descriptors: Vec<&'a str>,
    /// What the signature covers.
    signed: &'a str,
    signature: Vec<u8>,
}

impl<'a> ParsedToken<'a> {
    /// Takes a text apart; `None` if it does not have the form.
    ///
    /// As strict as it can be: Janus also takes an expiry with blanks before or letters behind it.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let (signed, signature) = text.split_once(':')?;
        let signature = BASE64.decode(signature.as_bytes()).ok()?;
        let mut fields = signed.split(',');
        let expiry = fields.next()?;
        if !expiry.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        // Janus reads 63 bits.
        let expiry = u64::try_from(expiry.parse::<i64>().ok()?).ok()?;
        let realm = fields.next()?;
        (signature.len() == SIGNATURE && !realm.is_empty()).then(|| Self {
            expiry,
            realm,
            descriptors: fields.collect(),
            signed,
            signature,
        })
    }

    /// Whether it was signed with this secret; takes as long for a signature that is nearly right.
    pub(super) fn is_signed_with(&self, secret: &str) -> bool {
        mac(self.signed, secret)
            .verify_slice(&self.signature)
            .is_ok()
    }

    /// `None` if this system cannot tell a time that is so late.
    pub(super) fn expires(&self) -> Option<SystemTime> {
        UNIX_EPOCH.checked_add(Duration::from_secs(self.expiry))
    }
}

/// Appends the signature.
pub(super) fn sign(signed: &str, secret: &str) -> String {
    let signature = mac(signed, secret).finalize().into_bytes();
    format!("{signed}:{}", BASE64.encode(&signature))
}

fn mac(signed: &str, secret: &str) -> Hmac<Sha1> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes())
        .expect("keys of an HMAC can have any length");
    mac.update(signed.as_bytes());
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_not_the_form_is_nothing() {
        let good = sign("1700000000,janus,a,b", "hush");
        let form = ParsedToken::parse(&good).expect("it was just made");
        assert_eq!((form.expiry, form.realm), (1_700_000_000, "janus"));
        assert_eq!(form.descriptors, ["a", "b"]);
        for end in 0..good.len() {
            assert!(
                ParsedToken::parse(&good[..end]).is_none(),
                "{}",
                &good[..end]
            );
        }
        let signature = good.split_once(':').expect("a colon").1;
        for signed in [
            "",
            "1700000000",
            ",janus",
            "1700000000,",
            "-1,janus",
            "+1,janus",
            " 1,janus",
            "1x,janus",
            "9223372036854775808,janus",
            "99999999999999999999999,janus",
            "soon,janus",
        ] {
            assert!(ParsedToken::parse(&format!("{signed}:{signature}")).is_none());
        }
        for text in [
            format!("{good}:"),
            format!("{good}="),
            format!("{good} "),
            good.replace('=', ""),
            format!("1700000000,janus::{signature}"),
            "1700000000,janus:aHVzaA==".to_owned(),
            "ä:ö".to_owned(),
        ] {
            assert!(ParsedToken::parse(&text).is_none(), "{text}");
        }
    }

    #[test]
    fn any_change_makes_the_signature_wrong() {
        let good = sign("1700000000,janus,a", "hush");
        assert!(
            ParsedToken::parse(&good)
                .expect("good")
                .is_signed_with("hush")
        );
        assert!(
            !ParsedToken::parse(&good)
                .expect("good")
                .is_signed_with("hush ")
        );
        assert!(!ParsedToken::parse(&good).expect("good").is_signed_with(""));
        for at in 0..good.len() {
            for new in ["0", "A", ",", "/"] {
                let mut changed = good.clone();
                changed.replace_range(at..=at, new);
                if changed == good {
                    continue;
                }
                let accepted =
                    ParsedToken::parse(&changed).is_some_and(|it| it.is_signed_with("hush"));
                assert!(!accepted, "{changed}");
            }
        }
    }
}
