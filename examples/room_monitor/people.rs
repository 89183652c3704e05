//! Who is in the room, by what the events say.

use std::collections::BTreeMap;

use janus_blocking::{
    plugin::Id,
    videoroom::{Event, MediaKind, Participant, publisher::Feed},
};

/// Somebody in the room.
#[derive(Clone, Debug, Default)]
pub struct Person {
    pub display: Option<String>,
    pub publishing: bool,
    pub talking: bool,
    /// The `mid`s of its media; unknown after a reattach, as Janus does not say them again.
    pub mids: Option<Vec<String>>,
}

/// What has changed, to be shown.
#[derive(Debug)]
pub struct Change {
    pub word: &'static str,
    /// Nobody, where it is about the room.
    pub id: Option<Id>,
    pub display: Option<String>,
}

/// Everybody but this program.
#[derive(Debug, Default)]
pub struct People(pub BTreeMap<Id, Person>);

impl People {
    /// Takes over the list of who is there, for what nobody has told.
    pub fn refresh(&mut self, list: Vec<Participant>, own: &Id) {
        let mut old = std::mem::take(&mut self.0);
        for entry in list.into_iter().filter(|entry| entry.id != *own) {
            let person = self.0.entry(entry.id.clone()).or_default();
            *person = old.remove(&entry.id).unwrap_or_default();
            person.display = entry.display;
            person.publishing = entry.publisher;
            person.talking = entry.talking.unwrap_or(false);
        }
    }

    /// Takes in what a publisher sends.
    pub fn publishes(&mut self, feed: &Feed) {
        let person = self.0.entry(feed.id.clone()).or_default();
        let media = feed.streams.iter();
        let media = media.filter(|stream| !stream.disabled && stream.kind != MediaKind::Data);
        person.mids = Some(media.map(|stream| stream.mid.clone()).collect());
        person.display.clone_from(&feed.display);
        person.publishing = true;
        person.talking = feed.talking.unwrap_or(false);
    }

    /// What an event changes; `None` for the room's end and for what is not about people.
    pub fn apply(&mut self, event: &Event) -> Vec<Change> {
        match event {
            Event::Publishers(it) => {
                let feeds = it.publishers.iter();
                let changes = feeds.map(|feed| {
                    self.publishes(feed);
                    self.change("publishing", &feed.id)
                });
                changes.collect()
            }
            Event::Joining(it) => {
                let id = &it.joining.id;
                let person = self.0.entry(id.clone()).or_default();
                person.display.clone_from(&it.joining.display);
                vec![self.change("joining", id)]
            }
            Event::Leaving(it) => it.id.iter().map(|id| self.gone("leaving", id)).collect(),
            Event::Kicked(it) => vec![self.gone("kicked", &it.id)],
            Event::Unpublished(it) => it.id.iter().map(|id| self.ended(id)).collect(),
            Event::Talking(it) => vec![self.talk(&it.id, true)],
            Event::StoppedTalking(it) => vec![self.talk(&it.id, false)],
            Event::DisplayChanged(it) => {
                self.0.entry(it.id.clone()).or_default().display = Some(it.display.clone());
                vec![self.change("renamed", &it.id)]
            }
            Event::Moderated(it) => vec![self.change("moderated", &it.id)],
            _ => Vec::new(),
        }
    }

    fn talk(&mut self, id: &Id, talking: bool) -> Change {
        self.0.entry(id.clone()).or_default().talking = talking;
        self.change(
            if talking {
                "talking"
            } else {
                "stopped-talking"
            },
            id,
        )
    }

    fn ended(&mut self, id: &Id) -> Change {
        let person = self.0.entry(id.clone()).or_default();
        (person.publishing, person.talking, person.mids) = (false, false, None);
        self.change("unpublished", id)
    }

    fn gone(&mut self, word: &'static str, id: &Id) -> Change {
        let change = self.change(word, id);
        self.0.remove(id);
        change
    }

    fn change(&self, word: &'static str, id: &Id) -> Change {
        Change {
            word,
            id: Some(id.clone()),
            display: self.0.get(id).and_then(|person| person.display.clone()),
        }
    }
}
