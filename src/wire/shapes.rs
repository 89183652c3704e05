//! How many small objects of keys that may all be missing are written down.

/// Structs of keys that may all be missing: the name on the wire is given where it is another one.
macro_rules! shapes {
    ($(
        $(#[$doc:meta])*
        $name:ident { $($(#[$field_doc:meta])* $field:ident $($key:literal)?: $type:ty,)+ }
    )+) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Debug, Default, ::serde::Deserialize)]
        #[serde(default)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$field_doc])* $(#[serde(rename = $key)])? pub $field: $type,)+
        }
    )+};
}

pub(crate) use shapes;
