//! The secret of the Admin API, and the tokens that it lists.

use common::{Janus, logger::Log, program::in_own_process};
use janus_blocking::{Config, admin::Admin, auth::Token};

use super::{HUSH, TOKEN, assert_debug_hidden, assert_error_hidden};

#[test]
#[ignore = "needs Janus: run tests/run"]
fn the_admin_secret_is_only_in_what_is_sent() {
    if !in_own_process(module_path!(), "the_admin_secret_is_only_in_what_is_sent") {
        return;
    }
    let log = Log::of_this_program();
    let server = Janus::builder()
        .setting("general", "admin_secret = \"hush-admin\"")
        .token_auth()
        .http()
        .unix()
        .start();
    let urls = [server.admin_url(), server.admin_unix_url()];
    for url in &urls {
        let admin = Admin::open(url, "hush-admin").expect("the Admin API");
        let token = Token::new(TOKEN);
        admin.add_token(&token, &[]).expect("a token");
        let listed = admin.list_tokens().expect("a list");
        assert_eq!(listed[0].token.expose(), TOKEN);
        assert_debug_hidden(&listed);
        admin.remove_token(&token).expect("removed");
        assert_error_hidden(&admin.remove_token(&token).expect_err("there is none"));
        assert_debug_hidden(&admin);
        assert_debug_hidden(admin.config());
    }
    for url in [&urls[0], &urls[1], &server.admin_http_url()] {
        assert_error_hidden(&Admin::open(url, "hush-wrong").expect_err("a wrong secret"));
    }
    for url in ["ws://127.0.0.1:1", "http://127.0.0.1:1/admin", "nonsense"] {
        let config = Config::new(url).fallback_url("ws://127.0.0.1:1");
        assert_error_hidden(&config.open_admin("hush-admin").expect_err("nobody"));
    }
    log.assert_hidden(HUSH);
    log.assert_wire("->", "\"admin_secret\":\"***\"");
    log.assert_wire("<-", "\"token\":\"***\"");
}
