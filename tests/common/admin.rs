//! What the tests ask of the Admin API.

use std::time::Duration;

use serde_json::{Value, json};

use super::{janus::Janus, ws_client::WsClient};

const SOON: Duration = Duration::from_secs(10);

/// Stored tokens, as an operator changes them.
pub struct Admin<'a> {
    server: &'a Janus,
    link: WsClient,
}

impl<'a> Admin<'a> {
    pub fn of(server: &'a Janus) -> Self {
        let link = WsClient::connect_as(&server.admin_url(), "janus-admin-protocol");
        let link = link.expect("the Admin API");
        Self { server, link }
    }

    /// A token that may use these plugins, or all.
    pub fn add(&mut self, token: &str, plugins: &[&str]) {
        let mut request = json!({"janus": "add_token", "token": token});
        if !plugins.is_empty() {
            request["plugins"] = json!(plugins);
        }
        self.ask(request);
    }

    pub fn remove(&mut self, token: &str) {
        self.ask(json!({"janus": "remove_token", "token": token}));
    }

    fn ask(&mut self, mut request: Value) {
        request["transaction"] = "t".into();
        request["admin_secret"] = self.server.admin_secret().into();
        self.link.send(&request.to_string()).expect("sent");
        let answer = self.link.recv(SOON).expect("an answer");
        assert!(answer.contains(r#""janus":"success""#), "{answer}");
    }
}
