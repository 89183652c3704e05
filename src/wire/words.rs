//! Words that Janus chooses among, now or in a later version.

/// An enum of words: those that are known, and `Other` for any other one, as it came.
macro_rules! words {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident {
            $($(#[$doc:meta])* $variant:ident = $word:literal,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Hash, Debug)]
        #[non_exhaustive]
        $vis enum $name {
            $($(#[$doc])* $variant,)+
            /// Another word, as it came.
            Other(String),
        }

        /// No word: an empty [`Other`](Self::Other).
        impl ::std::default::Default for $name {
            fn default() -> Self {
                Self::Other(String::new())
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(match self {
                    $(Self::$variant => $word,)+
                    Self::Other(word) => word,
                })
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
                let word = <String as ::serde::Deserialize>::deserialize(deserializer)?;
                Ok(match &*word {
                    $($word => Self::$variant,)+
                    _ => Self::Other(word),
                })
            }
        }
    };
}

pub(crate) use words;

#[cfg(test)]
mod tests {
    words! {
        /// What a door may be.
        enum Door {
            Open = "open",
            HalfOpen = "half-open",
        }
    }

    #[test]
    fn a_word_that_nobody_knows_is_kept() {
        for (word, door) in [
            ("open", Door::Open),
            ("half-open", Door::HalfOpen),
            ("ajar", Door::Other("ajar".to_owned())),
        ] {
            let text = format!("{word:?}");
            assert_eq!(serde_json::from_str::<Door>(&text).expect("a word"), door);
            assert_eq!(serde_json::to_string(&door).expect("JSON"), text);
            assert_eq!(door.to_string(), word);
        }
    }
}
