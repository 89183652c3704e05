//! Messages and subscriptions outside of calls.

use std::time::Duration;

use common::Sipp;
use janus_blocking::sip::{Confirmed, Event, Message, Subscribe, Unsubscribe};

use super::phone::{SOON, Servers};

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn a_message_reaches_anybody_and_is_reported() {
    Servers::each(|servers| {
        let phone = servers.phone("1000");
        let peer = Sipp::receive().start();
        let message = Message::new("<b>open</b>")
            .uri(peer.uri(&servers.kamailio))
            .content_type("text/html")
            .headers([("X-Door", "front")])
            .call_id("my-message");
        let sent = phone.sip.message(&message).expect("sent");
        assert_eq!(sent.call_id.as_deref(), Some("my-message"));
        let delivery = |code| {
            let delivery = phone.wait("delivery", |event, _| match event {
                Event::MessageDelivery(delivery) => Some(delivery),
                _ => None,
            });
            assert_eq!(delivery.code, code, "{delivery:?}");
        };
        delivery(200);
        let got = peer.wait_request("MESSAGE", SOON);
        assert_eq!(got.header("Content-Type"), Some("text/html"));
        assert_eq!(got.header("X-Door"), Some("front"));
        assert_eq!(got.header("Call-ID"), Some("my-message"));
        assert_eq!(got.body().trim(), "<b>open</b>");

        let nobody = Message::new("hello").uri(servers.kamailio.user_uri("1009"));
        let sent = phone.sip.message(&nobody).expect("sent");
        assert!(sent.call_id.is_some());
        delivery(404);
    });
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn a_subscription_brings_news_and_ends() {
    Servers::each(|servers| {
        let phone = servers.phone("1000");
        let server = Sipp::notify().start();
        let subscribe = Subscribe::new("message-summary")
            .to(server.uri(&servers.kamailio))
            .accept("application/simple-message-summary")
            .subscribe_ttl(Duration::from_secs(60))
            .call_id("my-subscription")
            .headers([("X-Door", "front")]);
        let subscribing = phone.sip.subscribe(&subscribe).expect("subscribing");
        assert_eq!(subscribing.call_id.as_deref(), Some("my-subscription"));
        let mut outcome = None;
        let news = phone.wait("news", |event, _| match event {
            Event::SubscribeSucceeded(it) => {
                outcome = Some(it);
                None
            }
            Event::Notify(notify) if notify.notify.as_deref() == Some("message-summary") => {
                Some(notify)
            }
            _ => None,
        });
        let outcome = outcome.expect("the server's response comes first");
        assert_eq!(
            (outcome.code, outcome.expires),
            (200, Some(Duration::from_secs(60)))
        );
        assert_eq!(outcome.call_id.as_deref(), Some("my-subscription"));
        assert_eq!(news.call_id.as_deref(), Some("my-subscription"));
        assert_eq!(news.substate.as_deref(), Some("active"));
        assert_eq!(
            news.content_type.as_deref(),
            Some("application/simple-message-summary")
        );
        assert!(news.content.contains("Messages-Waiting: yes"), "{news:?}");
        let request = server.wait_request("SUBSCRIBE", SOON);
        assert_eq!(request.header("X-Door"), Some("front"));
        assert_eq!(request.header("Expires"), Some("60"));

        let unsubscribe = Unsubscribe::new("message-summary").to(server.uri(&servers.kamailio));
        let ending = phone.sip.unsubscribe(&unsubscribe).expect("unsubscribing");
        assert_eq!(ending.of, Confirmed::Unsubscribing);
    });
}

#[test]
#[ignore = "needs Janus, Kamailio and SIPp: run tests/run"]
fn a_subscription_to_nobody_fails() {
    Servers::each(|servers| {
        let phone = servers.phone("1000");
        let subscribe = Subscribe::new("presence").to(servers.kamailio.user_uri("1009"));
        let subscribing = phone.sip.subscribe(&subscribe).expect("subscribing");
        assert_eq!(subscribing.call_id, None);
        let failed = phone.wait("failure", |event, _| match event {
            Event::SubscribeFailed(failed) => Some(failed),
            _ => None,
        });
        assert_eq!((failed.code, failed.expires), (404, None));
    });
}
