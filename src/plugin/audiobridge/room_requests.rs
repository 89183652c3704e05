//! Requests that have nothing but a room, perhaps a participant of it, and the room's secret.

/// The structs of such requests: the name on the wire, and `id` for those about a participant.
macro_rules! room_requests {
    ($($(#[$doc:meta])* $name:ident $wire:literal $($id:ident)?;)+) => {$(
        $(#[$doc])*
        #[::serde_with::skip_serializing_none]
        #[derive(Clone, PartialEq, Debug, Default, ::serde::Serialize, ::derive_setters::Setters)]
        #[serde(tag = "request", rename = $wire)]
        #[setters(strip_option, into)]
        #[non_exhaustive]
        pub struct $name {
            /// The id of the room.
            pub room: $crate::Id,
            $(
                /// The id of the participant.
                pub $id: $crate::Id,
            )?
            /// The room's secret, if it has one.
            pub secret: Option<$crate::plugin::Secret>,
        }

        impl $name {
            /// Creates the request, without a secret.
            pub fn new(room: impl Into<$crate::Id>, $($id: impl Into<$crate::Id>)?) -> Self {
                Self { room: room.into(), $($id: $id.into(),)? secret: None }
            }
        }
    )+};
}

pub(super) use room_requests;
