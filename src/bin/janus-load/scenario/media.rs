//! `media`: a frame of sound to the EchoTest and back, or through an AudioBridge to all others in a
//! room.
//!
//! Each frame has its number in it. So an operation is over when that very frame has come to all who
//! hear it, and one that has not in time was lost. The peers take turns, so that each of them sends at
//! equal distances; who carries an operation out only waits for its frame.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use crossbeam_channel::{self as channel, Receiver};
use janus_blocking::webrtc::Media;
use parking_lot::Mutex;

use super::{
    Lasting, Left, Place, Seat, Seats, destroyed,
    line::{Line, Number},
};
use crate::{
    cleanup::end_all,
    failure::{Failure, Outcome},
    parts::Parts,
};

/// A frame that takes longer is lost: nobody would play it.
const LATEST: Duration = Duration::from_secs(1);

/// Waits for frames.
struct Sender {
    stage: Arc<Stage>,
    number: u16,
    frames: u32,
    heard: Receiver<u32>,
}

/// All peers. They stay until the last sender is done.
struct Stage {
    /// Who sends the next frame.
    next: AtomicUsize,
    lines: Vec<Mutex<Lasting<Line>>>,
    plan: Plan,
}

/// What is needed to make a line again.
struct Plan {
    media: Media,
    /// In a room of an AudioBridge; none with the EchoTest.
    participants: Option<usize>,
    timeout: Duration,
    senders: Arc<[channel::Sender<u32>]>,
    /// Those of lines that have ended, and could not be destroyed.
    lost_rooms: AtomicUsize,
}

pub(super) fn seats(place: &Place<'_>) -> Outcome<Seats> {
    let mut media = Media::builder();
    if let Some(address) = place.work.address {
        media = media.address(address);
    }
    let (senders, heard): (Vec<_>, Vec<_>) = (0..place.seats).map(|_| channel::unbounded()).unzip();
    let bridged = place.work.is_bridged();
    let lines =
        (0..place.work.peers()).map(|number| Mutex::new(Lasting::new(place.connection(number))));
    let stage = Arc::new(Stage {
        next: AtomicUsize::new(0),
        lines: lines.collect(),
        plan: Plan {
            media: media.start()?,
            participants: bridged.then(|| place.work.participants()),
            timeout: place.connection(0).config().request_timeout,
            senders: senders.into(),
            lost_rooms: AtomicUsize::new(0),
        },
    });
    let seats = heard.into_iter().enumerate().map(|(number, heard)| {
        let seat: Box<dyn Seat> = Box::new(Sender {
            stage: stage.clone(),
            number: number as u16,
            frames: 0,
            heard,
        });
        seat
    });
    let seats = seats.collect();
    let made = stage.lines.iter().try_for_each(|line| {
        stage.plan.line(&mut line.lock())?;
        Ok(())
    });
    // For the last of the seats to end it.
    drop(stage);
    match made {
        Ok(()) => Ok(seats),
        Err(failure) => {
            end_all(vec![seats]);
            Err(failure)
        }
    }
}

impl Plan {
    fn line<'a>(&self, lasting: &'a mut Lasting<Line>) -> Outcome<&'a mut Line> {
        let made = lasting.kept(|session| {
            let (media, limit) = (&self.media, self.timeout);
            let line = match self.participants {
                Some(number) => Line::bridge(session, media, limit, number)?,
                None => Line::echo(session, media, limit)?,
            };
            if let Err(failure) = line.hear(&self.senders) {
                self.end(line);
                return Err(failure);
            }
            Ok(line)
        });
        made.map(|(_, line)| line)
    }

    /// Ends one before the run does.
    fn end(&self, line: Line) {
        let lost = line.end() as usize;
        self.lost_rooms.fetch_add(lost, Ordering::Relaxed);
    }
}

impl Sender {
    /// Sends a frame. Says how many have to hear it.
    fn send(&self) -> Outcome<usize> {
        let Stage { next, lines, plan } = &*self.stage;
        let number = next.fetch_add(1, Ordering::Relaxed) % lines.len();
        let mut lasting = lines[number].lock();
        let sent = plan.line(&mut lasting).and_then(|line| {
            line.send(Number {
                sender: self.number,
                frame: self.frames,
            })
        });
        // A peer that is closed stays so.
        if sent.is_err() {
            if let Some((_, line)) = lasting.kept.take() {
                plan.end(line);
            }
        }
        sent
    }
}

impl Seat for Sender {
    fn act(&mut self, _: &mut Parts) -> Outcome<()> {
        self.frames += 1;
        let deadline = Instant::now() + LATEST;
        let mut missing = self.send()?;
        while missing > 0 {
            let heard = self.heard.recv_deadline(deadline);
            let heard = heard.map_err(|_| Failure::Missing("frame back"))?;
            // Others are late ones, of a frame that was given up.
            missing -= usize::from(heard == self.frames);
        }
        Ok(())
    }

    fn end(self: Box<Self>) -> Left {
        let Some(Stage { lines, plan, .. }) = Arc::into_inner(self.stage) else {
            return Left::default();
        };
        let kept = lines.into_iter().filter_map(|line| line.into_inner().kept);
        let lost = Left {
            sessions: 0,
            rooms: plan.lost_rooms.into_inner() as u64,
        };
        kept.fold(lost, |sum, (session, line)| {
            let rooms = line.end();
            sum + Left { sessions: 0, rooms } + destroyed(session)
        })
    }
}
