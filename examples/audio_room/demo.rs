//! The room on the crate's fake server, with guests.

use std::{thread, time::Duration};

use crossbeam_channel::{Sender, unbounded};
use janus_blocking::{
    AudioBridge,
    audiobridge::{self, Participant, participant::Join},
    testing::FakeGateway,
};

use crate::{Result, host, options::Options};

const LIMIT: Duration = Duration::from_secs(10);
const PIN: &str = "2580";

/// Shows all that the program does.
pub fn run(mut options: Options) -> Result<()> {
    let gateway = FakeGateway::start()?;
    options.url = gateway.url();
    options.pin.get_or_insert_with(|| PIN.to_owned());
    options
        .announce
        .get_or_insert_with(|| "gong.opus".to_owned());
    options
        .record
        .get_or_insert_with(|| "intercom.wav".to_owned());
    let (orders, commands) = unbounded();
    thread::scope(|scope| {
        let (gateway, options) = (&gateway, &options);
        let guests = scope.spawn(move || -> std::result::Result<(), String> {
            // With the last order the commands end, as an input does.
            guests(gateway, options, &orders).map_err(|error| error.to_string())
        });
        host::run(options, &commands)?;
        match guests.join() {
            Ok(shown) => shown.map_err(Into::into),
            Err(_) => Err("the guests panicked".into()),
        }
    })
}

/// One guest has the wrong pin, one comes in, talks, is muted and leaves.
fn guests(gateway: &FakeGateway, options: &Options, orders: &Sender<String>) -> Result<()> {
    let janus = gateway.connect()?;
    let desk: AudioBridge = janus.create_session()?.attach()?;
    let begun = std::time::Instant::now();
    // The host makes the room, and comes first.
    while desk
        .list_participants(&options.room)
        .map_or(true, |list| list.participants.is_empty())
    {
        if begun.elapsed() > LIMIT {
            return Err("nobody made the room".into());
        }
        thread::sleep(Duration::from_millis(5));
    }
    let guest: Participant = janus.create_session()?.attach()?;
    let join = Join::new(&options.room).display("front door");
    let refused = guest.join(&join.clone().pin("1111"));
    if refused.is_ok() {
        return Err("a wrong pin let somebody in".into());
    }
    let pin = options.pin.clone().unwrap_or_default();
    let own = guest.join(&join.pin(pin))?.id;
    wait(&guest, |event| {
        matches!(event, audiobridge::Event::AnnouncementStarted(_))
    })?;
    let side = gateway.handle(guest.handle().id());
    side.talking(true);
    side.talking(false);
    orders.send(format!("mute {own}"))?;
    // In whatever order they come.
    let (mut is_muted, mut is_over) = (false, false);
    wait(&guest, |event| {
        is_muted |= matches!(event, audiobridge::Event::Participants(_));
        is_over |= matches!(event, audiobridge::Event::AnnouncementStopped(_));
        is_muted && is_over
    })?;
    guest.leave()?;
    Ok(())
}

fn wait(guest: &Participant, mut wanted: impl FnMut(&audiobridge::Event) -> bool) -> Result<()> {
    let events = guest.events();
    while let Some(event) = events.recv_timeout(LIMIT)? {
        if event.into_plugin().is_some_and(|event| wanted(&event)) {
            return Ok(());
        }
    }
    Err("the guest waited in vain".into())
}
