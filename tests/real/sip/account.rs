//! `register`, `unregister`, `reset`.

use std::time::Duration;

use janus_blocking::{
    Error, Sip,
    sip::{AccountType, Confirmed, Event, Register, error_code},
};

use super::phone::{Servers, assert_refused};

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn register_returns_when_the_registrar_has_answered() {
    Servers::each(|servers| {
        let phone = servers.blank();
        let account = servers
            .account("1000")
            .display_name("Door")
            .user_agent("door/1.0")
            .headers([("X-Door", "front")])
            .contact_params([("q", "0.5")])
            .incoming_header_prefixes(vec!["X-".to_owned()])
            .force_udp(true)
            .sips(false)
            .rfc2543_cancel(true)
            .automatic_ringing(true)
            .register_ttl(Duration::from_secs(600));
        let registered = phone.sip.register(&account).expect("registered");
        assert!(servers.kamailio.is_registered("1000"));
        assert!(registered.register_sent);
        assert!(!registered.helper);
        assert!(registered.master_id.is_some());
        assert_eq!(registered.unique_id.is_some(), servers.is_new());
        let before = phone.wait("registering", |event, _| match event {
            Event::Registering(registering) => Some(registering),
            _ => None,
        });
        assert_eq!(before.unique_id, registered.unique_id);

        assert_refused(
            phone.sip.register(&account),
            error_code::ALREADY_REGISTERED.value(),
        );
        phone
            .sip
            .register(&account.refresh(true))
            .expect("registered again");

        assert_eq!(phone.sip.reset().expect("reset").of, Confirmed::Reset);
        assert_eq!(
            phone.sip.unregister().expect("unregistering").of,
            Confirmed::Unregistering
        );
        let ended = phone.wait("unregistered", |event, _| match event {
            Event::Unregistered(ended) => Some(ended),
            _ => None,
        });
        assert_eq!(ended.username, "1000");
        assert!(!servers.kamailio.is_registered("1000"));
        phone
            .sip
            .register(&servers.account("1000"))
            .expect("registered once more");
    });
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn a_refused_registration_is_an_error_with_the_sip_code() {
    Servers::each(|servers| {
        let phone = servers.blank();
        // The registrar asks for the password a second time; the SIP stack calls that 904.
        let wrong = servers.account("1000").secret("nonsense");
        assert_refused(phone.sip.register(&wrong), 904);
        let unknown = servers.account("5555");
        match phone.sip.register(&unknown) {
            Err(error @ Error::Plugin { .. }) => {
                let text = error.to_string();
                assert!(
                    text.contains("404 registration failed: 404 Unknown User"),
                    "{text}"
                );
            }
            other => panic!("{other:?}"),
        }
        phone
            .sip
            .register(&servers.account("1000"))
            .expect("registered after all");
    });
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn a_silent_registrar_is_a_timeout_and_its_late_answer_an_event() {
    Servers::each(|servers| {
        let phone = servers.blank();
        servers.kamailio.pause();
        phone.assert_ignored(|sip| sip.register(&servers.account("1000")));
        servers.kamailio.resume();
        phone.wait("registered", |event, _| {
            matches!(event, Event::Registered(_)).then_some(())
        });
    });
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn guests_and_accounts_without_register_are_registered_at_once() {
    Servers::each(|servers| {
        let guest = servers.blank();
        let account = Register::new("sip:guest@example.org").kind(AccountType::Guest);
        let registered = guest.sip.register(&account).expect("registered");
        assert_eq!(registered.username, "guest");
        assert!(!registered.register_sent);
        assert!(registered.master_id.is_some());
        assert_eq!(registered.unique_id.is_some(), servers.is_new());
        assert_refused(guest.sip.unregister(), error_code::WRONG_STATE.value());

        let quiet = servers.blank();
        let account = servers.account("1000").send_register(false);
        let registered = quiet.sip.register(&account).expect("registered");
        assert!(!registered.register_sent);
        assert!(!servers.kamailio.is_registered("1000"));

        // 1.1.2 minds the key, 1.4.1 only its value.
        let blank = servers.blank();
        let account = Register::new("sip:guest@example.org")
            .kind(AccountType::Guest)
            .send_register(false);
        let result = blank.sip.register(&account);
        if servers.is_new() {
            drop(result.expect("registered"))
        } else {
            assert_refused(result, error_code::INVALID_ELEMENT.value())
        }
    });
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn helpers_go_with_their_master() {
    Servers::each(|servers| {
        let master = servers.blank();
        let registered = master
            .sip
            .register(&servers.account("1000"))
            .expect("registered");
        let master_id = registered.master_id.expect("an id");
        let account = Register::new(servers.kamailio.user_uri("1000"))
            .kind(AccountType::Helper)
            .master_id(master_id);

        let helper = servers.blank();
        let registered = helper.sip.register(&account).expect("registered");
        assert!(registered.helper);
        assert!(!registered.register_sent);
        assert_eq!(registered.master_id, Some(master_id));
        let left: Sip = helper.session.attach().expect("a handle");
        left.register(&account).expect("registered");
        assert_eq!(
            left.unregister().expect("it leaves").of,
            Confirmed::Unregistering
        );

        let orphan = servers.blank();
        let unknown = account.clone().master_id(master_id ^ 1);
        assert_refused(
            orphan.sip.register(&unknown),
            error_code::HELPER_ERROR.value(),
        );
        let nobody = Register::new("sip:a@b.c").kind(AccountType::Helper);
        assert_refused(
            orphan.sip.register(&nobody),
            error_code::MISSING_ELEMENT.value(),
        );

        master.sip.unregister().expect("unregistering");
        helper.wait_core(|event| matches!(event, janus_blocking::Event::Detached));
        let error = helper.sip.reset().expect_err("the handle is gone");
        assert!(error.is_handle_gone(), "{error}");
    });
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn impossible_accounts_are_refused() {
    Servers::each(|servers| {
        let phone = servers.blank();
        let no_secret = Register::new("sip:a@example.org");
        assert_refused(
            phone.sip.register(&no_secret),
            error_code::MISSING_ELEMENT.value(),
        );
        let two = servers.account("1000").ha1_secret("0123");
        assert_refused(
            phone.sip.register(&two),
            error_code::INVALID_ELEMENT.value(),
        );
        let both = servers.account("1000").force_udp(true).force_tcp(true);
        assert_refused(
            phone.sip.register(&both),
            error_code::INVALID_ELEMENT.value(),
        );
        let no_uri = Register::new("nonsense").secret("x");
        assert_refused(
            phone.sip.register(&no_uri),
            error_code::INVALID_ADDRESS.value(),
        );
        let no_proxy = servers.account("1000").outbound_proxy("nonsense");
        assert_refused(
            phone.sip.register(&no_proxy),
            error_code::INVALID_ADDRESS.value(),
        );
    });
}
