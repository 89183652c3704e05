//! What every typed plugin is made of: the type of its handles, and the table of its requests.

/// A plugin's whole API on one page: each request's type, its name on the wire, its reply, and what
/// is not as usual.
///
/// - `reads`: it changes nothing, so that it may be repeated when a link broke under it.
/// - `until [..]`: it ends with the event of one of these names.
/// - `until_unmarked [..]`: the same, whether that event has the request's transaction or not.
///
/// `by` names the function that decodes replies, where it is not [`decode`](crate::plugin::decode).
macro_rules! requests {
    (@reads) => { const IDEMPOTENT: bool = true; };
    (@until $names:tt) => { const TERMINAL: $crate::plugin::Terminal = $crate::plugin::Terminal::Named(&$names); };
    (@until_unmarked $names:tt) => {
        const TERMINAL: $crate::plugin::Terminal = $crate::plugin::Terminal::Unmarked(&$names);
    };
    ($plugin:ident by $decode:path:
     $($request:ident $(<$life:lifetime>)? $name:literal -> $reply:ty $(, $how:ident $([$($names:literal),+])?)*;)+) => {
        $(impl $crate::Request for $request $(<$life>)? {
            type Plugin = $plugin;
            type Reply = $reply;

            const NAME: &'static str = $name;
            $(requests!(@$how $([$($names),+])?);)*

            fn reply(data: &::serde_json::value::RawValue) -> ::serde_json::Result<$reply> {
                $decode(data)
            }
        })+

        /// The requests of the plugin, and how each ends once Janus has acknowledged it. A refusal
        /// ends each of them too.
        pub const REQUESTS: &[(&str, $crate::plugin::Terminal)] = &[
            $((<$request as $crate::Request>::NAME, <$request as $crate::Request>::TERMINAL)),+
        ];
    };
    ($plugin:ident: $($table:tt)+) => { requests! { $plugin by $crate::plugin::decode: $($table)+ } };
}

/// Requests without parameters.
macro_rules! bare_requests {
    ($($(#[$doc:meta])* $request:ident = $name:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Debug, Default, ::serde::Serialize)]
        #[serde(tag = "request", rename = $name)]
        #[non_exhaustive]
        pub struct $request {}

        impl $request {
            /// Creates the request; it has no parameters.
            pub const fn new() -> Self {
                Self {}
            }
        }
    )+};
}

/// `new` for what has a `Default`: first the arguments that are converted, then those that are not.
macro_rules! constructors {
    ($($(#[$doc:meta])* $name:ident(
        $($into:ident as $type:ty),* $(; $($arg:ident: $plain:ty),+)?
    );)+) => {$(
        impl $name {
            $(#[$doc])*
            #[allow(clippy::needless_update)]
            pub fn new($($into: impl Into<$type>,)* $($($arg: $plain),+)?) -> Self {
                Self { $($into: $into.into(),)* $($($arg,)+)? ..Self::default() }
            }
        }
    )+};
}

/// The type of a plugin's handles, its [`Plugin`](crate::Plugin), and what programs call on it
/// without importing that trait. `with room: VideoRoom` is for types that lend the
/// requests of another one.
macro_rules! plugin_type {
    (
        $(#[$doc:meta])*
        pub struct $name:ident $(with $field:ident: $inner:ident)?
        $package:literal, $event:ty = $decode:path;
        $($method:tt)*
    ) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name {
            handle: $crate::Handle,
            $($field: $inner,)?
        }

        impl $name {
            /// The handle inside.
            pub fn handle(&self) -> &$crate::Handle {
                &self.handle
            }

            $(
                #[doc = concat!("The requests of [`", stringify!($inner), "`], by this handle.")]
                pub fn $field(&self) -> &$inner {
                    &self.$field
                }
            )?

            /// The events of this handle; see [`Plugin::events`](crate::Plugin::events).
            pub fn events(&self) -> $crate::Events<Self> {
                self.handle.events()
            }

            /// The same plugin on the same handle, whose requests wait for `timeout`; see
            /// [`Plugin::with_timeout`](crate::Plugin::with_timeout).
            #[must_use]
            pub fn with_timeout(&self, timeout: ::std::time::Duration) -> Self {
                <Self as $crate::Plugin>::new(self.handle.with_timeout(timeout))
            }

            /// The handle without its plugin type.
            pub fn into_handle(self) -> $crate::Handle {
                self.handle
            }
        }

        impl AsRef<$crate::Handle> for $name {
            fn as_ref(&self) -> &$crate::Handle {
                &self.handle
            }
        }

        impl $crate::Plugin for $name {
            const PACKAGE: &'static str = $package;

            type Event = $event;

            fn new(handle: $crate::Handle) -> Self {
                Self {
                    $($field: <$inner as $crate::Plugin>::new(handle.clone()),)?
                    handle,
                }
            }

            fn handle(&self) -> &$crate::Handle {
                &self.handle
            }

            fn decode(data: &::serde_json::value::RawValue) -> ::serde_json::Result<$event> {
                $decode(data)
            }

            $($method)*
        }
    };
}

pub(crate) use {bare_requests, constructors, plugin_type, requests};
