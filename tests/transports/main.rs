//! What each transport does: how it connects and is refused, what it says of it, what it hides.

mod connect_errors;
mod http;
mod http_secrets;
mod monitor;
mod tls;
mod tls_secrets;
mod unix;
