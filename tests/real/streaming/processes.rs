//! A viewer that outlives the process that made it.

use std::{env, fs, path::PathBuf};

use common::{Janus, TempDir, Version, program::again};
use janus_blocking::{
    Connection, Event, Jsep, Plugin, Streaming, VideoRoom,
    streaming::{
        self, CreateRtp, Edit, Info, Viewer,
        viewer::{Configure, Status, Watch},
    },
    videoroom::{
        Create, Publisher,
        publisher::{Join, Publish},
    },
};

use super::{
    feed::Feed,
    servers::{SOON, audio},
};

const URL: &str = "STREAMING_TEST_URL";
const TICKET: &str = "STREAMING_TEST_TICKET";
const MOUNTPOINTS: [u64; 2] = [40_041, 40_042];

/// What the first process does: it watches, and leaves its session to whoever has the ticket.
fn first_process(url: &str) {
    let janus = Connection::open(url).expect("Janus is there");
    let session = janus.create_session().expect("a session");
    let viewer: Viewer = session.attach().expect("a handle");
    for id in MOUNTPOINTS {
        let create = CreateRtp::new(vec![audio()]).id(id);
        let created = viewer.mountpoints().create_rtp(&create);
        created.expect("a mountpoint");
    }
    let room: VideoRoom = session.attach().expect("a handle");
    let room = room.create(&Create::new()).expect("a room").room;
    let relay: Publisher = session.attach().expect("a handle");
    relay.join(&Join::new(room)).expect("joined");
    let (_, offer) = viewer.watch(&Watch::new(MOUNTPOINTS[0])).expect("an offer");
    let (_, answer) = relay.publish(&Publish::new(), &offer).expect("published");
    viewer.start(&Jsep::answer(answer.sdp)).expect("started");
    wait(&viewer, "start", |event| match event {
        Event::Plugin {
            event: streaming::Event::Started,
            ..
        } => Some(()),
        _ => None,
    });
    let ticket = janus.abandon().remove(0);
    let path = PathBuf::from(env::var_os(TICKET).expect("it is set beside the URL"));
    fs::write(path, serde_json::to_vec(&ticket).expect("JSON")).expect("it can be written");
}

/// Waits for the event that `pick` takes; those before it are thrown away.
#[track_caller]
fn wait<P: Plugin<Event: std::fmt::Debug>, T>(
    plugin: &P,
    what: &str,
    mut pick: impl FnMut(&Event<P::Event>) -> Option<T>,
) -> T {
    let (events, mut seen) = (plugin.events(), Vec::new());
    let deadline = std::time::Instant::now() + SOON;
    loop {
        let left = deadline.saturating_duration_since(std::time::Instant::now());
        let event = events.recv_timeout(left).expect("an event that decodes");
        let Some(event) = event else {
            panic!("no {what} within {SOON:?}, but {seen:#?}")
        };
        if let Some(found) = pick(&event) {
            return found;
        }
        seen.push(event);
    }
}

#[test]
#[ignore = "needs Janus: run tests/run"]
fn a_viewer_goes_on_in_another_process() {
    if let Ok(url) = env::var(URL) {
        return first_process(&url);
    }
    for version in Version::ALL {
        let janus = Janus::builder()
            .version(version)
            .reclaim_timeout(60)
            .start();
        let folder = TempDir::new("ticket");
        let ticket = folder.path().join("ticket.json");
        let mut first = again(module_path!(), "a_viewer_goes_on_in_another_process");
        let first = first.env(URL, janus.url()).env(TICKET, &ticket);
        let done = first.output().expect("it runs");
        assert!(done.status.success(), "{done:?}");

        let ticket = fs::read_to_string(ticket).expect("the ticket");
        let ticket = serde_json::from_str(&ticket).expect("a ticket");
        let janus = Connection::open(&janus.url()).expect("Janus is there");
        let resumed = janus.resume(&ticket).expect("it is still there");
        let session = &resumed.session;
        let handle = |at: usize| ticket.handles[at].id;
        let packages = ticket.handles.iter().map(|it| it.plugin.as_str());
        let packages: Vec<_> = packages.collect();
        assert_eq!(
            packages,
            [Streaming::PACKAGE, VideoRoom::PACKAGE, VideoRoom::PACKAGE]
        );
        let viewer: Viewer = session.reattach(handle(0)).expect("it is there");
        let relay: Publisher = session.reattach(handle(2)).expect("it is there");

        // Events go on, and media.
        let desk = viewer.mountpoints();
        let info = |id: u64| desk.info(&Info::new(id)).expect("it is there");
        assert_eq!(MOUNTPOINTS.map(|id| info(id).viewers), [Some(1), Some(0)]);
        let edit = Edit::new(MOUNTPOINTS[0]).new_metadata("still there");
        desk.edit(&edit.edited_event(true)).expect("changed");
        let edited = wait(&viewer, "edited", |event| match event {
            Event::Plugin {
                event: streaming::Event::Edited(it),
                ..
            } => Some(it.clone()),
            _ => None,
        });
        assert_eq!(edited.metadata.as_deref(), Some("still there"));
        let _feed = Feed::audio(info(MOUNTPOINTS[1]).media[0].port.expect("a port"));
        // Requests work: it is the viewer that the other process made.
        assert_eq!(viewer.pause().expect("paused").status, Status::Pausing);
        assert_eq!(viewer.resume().expect("resumed").status, Status::Started);
        viewer
            .configure(&Configure::new().mid("a").send(true))
            .expect("configured");
        let switched = viewer.switch(MOUNTPOINTS[1]).expect("switched");
        assert_eq!(switched.id, MOUNTPOINTS[1].into());
        wait(&relay, "media", |event| match event {
            Event::Media(media) => (media.receiving == Some(true)).then_some(()),
            _ => None,
        });
        assert_eq!(viewer.stop().expect("it ends").status, Status::Stopping);
        wait(&viewer, "hangup", |event| {
            matches!(event, Event::Hangup { .. }).then_some(())
        });
    }
}
