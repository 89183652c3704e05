//! Rooms of the VideoRoom plugin that ask for signed tokens.

use std::time::{Duration, SystemTime};

use common::Version;
use janus_blocking::{
    Config, EchoTest, Plugin, Session, VideoRoom,
    auth::{Secret, SignedToken, Token},
    plugin::Id,
    videoroom::{Create, Publisher, Subscriber, error_code, publisher, subscriber},
};

use super::{ECHO, assert_code, open, sesame, signing};

fn sign(token: SignedToken) -> Token {
    token.sign(&sesame()).expect("signed")
}

fn join(session: &Session, room: &Id, token: Option<Token>) -> janus_blocking::Result<()> {
    let publisher: Publisher = session.attach()?;
    let mut join = publisher::Join::new(room);
    if let Some(token) = token {
        join = join.token(token);
    }
    publisher.join(&join).map(drop)
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_room_with_signed_tokens_takes_its_own_and_no_others() {
    for version in Version::ALL {
        let server = signing(version);
        let core = sign(SignedToken::for_plugins([VideoRoom::PACKAGE]));
        let janus = open(Config::new(server.url()).token(&core));
        let session = janus.create_session().expect("a session");
        let desk: VideoRoom = session.attach().expect("a handle");
        let create = Create::new().signed_tokens(true);
        let room = desk.create(&create).expect("a room").room;
        let other = desk.create(&create).expect("a room").room;

        join(&session, &room, Some(sign(SignedToken::for_room(&room)))).expect("the right one");
        let both = SignedToken::for_room(&other).descriptor(format!("room={room}"));
        join(&session, &room, Some(sign(both))).expect("one for two rooms");

        let past = SystemTime::now() - Duration::from_secs(5);
        let stranger = SignedToken::for_room(&room).sign(&Secret::from("other"));
        let wrong = [
            sign(SignedToken::for_room(&other)),
            sign(SignedToken::for_room(format!("{room}0"))),
            sign(SignedToken::for_room(&room).expires_at(past)),
            sign(SignedToken::new(VideoRoom::PACKAGE)),
            sign(SignedToken::new("janus").descriptor(format!("room={room}"))),
            sign(SignedToken::for_plugins([ECHO])),
            stranger.expect("signed"),
            Token::new("a1b2c3"),
            core.clone(),
        ];
        for token in wrong {
            let refused = join(&session, &room, Some(token));
            assert_code(refused, error_code::UNAUTHORIZED);
        }
        assert_code(join(&session, &room, None), error_code::UNAUTHORIZED);

        // Subscribers as well.
        let screen: Subscriber = session.attach().expect("a handle");
        let feed = subscriber::FeedStream::new(7);
        let subscribe = subscriber::Join::new(&room).streams(vec![feed]);
        let refused = screen.join(&subscribe);
        assert_code(refused, error_code::UNAUTHORIZED);
        let token = sign(SignedToken::for_room(&room));
        let refused = screen.join(&subscribe.token(token));
        // It may come in, but there is nobody to be seen.
        assert_code(refused, error_code::NO_SUCH_FEED);

        // A room's token is none for the API.
        let api = sign(SignedToken::for_room(&room));
        let stranger = open(Config::new(server.url()).token(api));
        assert!(stranger.create_session().is_err());
        assert!(session.attach::<EchoTest>().is_err(), "it is not named");
    }
}
