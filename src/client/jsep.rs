//! Whether a session description that was received is complete.

use serde::de::Error as _;

use crate::{Error, Jsep, Result, wire::JsepKind};

impl Jsep {
    /// Checks that it has a type and an SDP. What came with an event may lack them; the type may
    /// also be a word that this crate does not know.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`] if there is no type or no SDP. Its text does not show the SDP.
    ///
    /// # Example
    ///
    /// ```
    /// use janus_blocking::{Jsep, serde_json};
    ///
    /// Jsep::answer("v=0\r\n").check()?;
    /// let came: Jsep = serde_json::from_str(r#"{ "type": "offer" }"#).expect("JSON");
    /// assert!(came.check().is_err());
    /// # Ok::<(), janus_blocking::Error>(())
    /// ```
    pub fn check(&self) -> Result<()> {
        let lacks = match (&self.kind, &*self.sdp) {
            (JsepKind::Other(word), _) if word.is_empty() => "type",
            (_, "") => "sdp",
            _ => return Ok(()),
        };
        let error = serde_json::Error::custom(format_args!("there is no text in `{lacks}`"));
        Err(Error::decode("a jsep", "(not shown)", error))
    }
}
