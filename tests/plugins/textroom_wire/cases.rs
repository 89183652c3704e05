//! Every request of the crate, with nothing and with everything set.

use janus_blocking::textroom::{
    Ack, Allowed, AllowedAction, Announcement, Create, Destroy, Edit, Exists, Join, Kick, Leave,
    List, ListParticipants, Message, Restart, Setup,
};

use crate::wire::{Case, SECRET, case};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case("", Setup::new(), Setup::new()),
        case("", Ack::new(), Ack::new()),
        case("", Restart::new(), Restart::new()),
        case("", List::new(), List::new().admin_key(SECRET)),
        case("", ListParticipants::new(1234), ListParticipants::new(1234)),
        case(
            "",
            Create::new(),
            Create::new()
                .room(1234)
                .description("lobby")
                .secret(SECRET)
                .pin(SECRET)
                .post("https://example.org/log")
                .is_private(true)
                .history(20)
                .allowed(vec![SECRET.into()])
                .permanent(false)
                .admin_key(SECRET),
        ),
        case(
            "",
            Edit::new(1234),
            Edit::new(1234)
                .secret(SECRET)
                .new_description("hall")
                .new_secret(SECRET)
                .new_pin(SECRET)
                .new_post("https://example.org/log")
                .new_is_private(false)
                .permanent(true),
        ),
        case(
            "",
            Destroy::new(1234),
            Destroy::new(1234).permanent(true).secret(SECRET),
        ),
        case("", Exists::new(1234), Exists::new(1234)),
        case(
            "",
            Allowed::new(1234, AllowedAction::Disable),
            Allowed::new(1234, AllowedAction::Add)
                .secret(SECRET)
                .allowed(vec![SECRET.into()]),
        ),
        case(
            "",
            Kick::new(1234, "bob"),
            Kick::new(1234, "bob").secret(SECRET),
        ),
        case(
            "",
            Announcement::new(1234, "closing"),
            Announcement::new(1234, "closing").secret(SECRET),
        ),
        case(
            "",
            Join::new(1234, "alice"),
            Join::new(1234, "alice")
                .pin(SECRET)
                .token(SECRET)
                .display("Alice")
                .history(false),
        ),
        case("", Leave::new(1234), Leave::new(1234)),
        case(
            "",
            Message::new(1234, "hello"),
            // Janus takes one of the two, not both.
            Message::new(1234, "hello")
                .to("bob")
                .tos(vec!["bob".to_owned(), "carol".to_owned()])
                .ack(true),
        ),
    ]
}
