//! Compares what is declared with what is there, and makes them the same.

use std::{collections::BTreeMap, time::Duration};

use janus_blocking::{
    Config, Error, Streaming,
    plugin::Id,
    streaming::{
        CreateFile, CreateRtp, CreateRtsp, Created, Destroy, Edit, Info, List, MountpointInfo,
        error_code,
    },
};
use serde_json::{Value, json};

use crate::{
    Result,
    command_line::Output,
    declared::{self, Declared, Source},
    options::Options,
};

/// A stream without a packet for so long is silent.
const SILENT: Duration = Duration::from_secs(3);

pub struct Keeper {
    options: Options,
    output: Output,
    desk: Option<Streaming>,
    seen: BTreeMap<Id, Seen>,
    /// What went wrong last, so that it is told once.
    trouble: Option<String>,
}

/// What was reported of a mountpoint.
#[derive(Default)]
struct Seen {
    viewers: u64,
    /// By `mid`: the age, and whether it is fed.
    streams: BTreeMap<String, (Duration, bool)>,
}

impl Keeper {
    pub fn new(options: Options) -> Self {
        Self {
            output: Output { json: options.json },
            options,
            desk: None,
            seen: BTreeMap::new(),
            trouble: None,
        }
    }

    /// One round: whatever differs is made as it is declared.
    pub fn round(&mut self) -> Result<()> {
        let declared = declared::read(&self.options.file)?;
        let desk = match self.desk.take() {
            Some(desk) => desk,
            None => self.attach()?,
        };
        let done = self.all(&desk, &declared);
        // With what is only a refusal the link is good for another round.
        let lost = done
            .as_ref()
            .err()
            .and_then(|it| it.downcast_ref::<Error>());
        if lost.is_none_or(|error| matches!(error, Error::Plugin { .. })) {
            self.desk = Some(desk);
        }
        done
    }

    /// Reports what went wrong, unless that is known.
    pub fn tell(&mut self, done: Result<()>) -> Result<()> {
        let trouble = done.err().map(|error| error.to_string());
        if trouble != self.trouble {
            match &trouble {
                Some(text) => self.output.event("trouble", &[("text", json!(text))])?,
                None => self.output.event("recovered", &[])?,
            }
            self.trouble = trouble;
        }
        Ok(())
    }

    fn attach(&self) -> Result<Streaming> {
        let mut config = Config::new(&self.options.url);
        config.api_secret = self.options.api_secret.clone();
        config.token = self.options.token.clone();
        let session = config.open()?.create_session()?;
        Ok(session.attach()?)
    }

    fn all(&mut self, desk: &Streaming, declared: &[Declared]) -> Result<()> {
        self.remove(desk, declared)?;
        for one in declared {
            let mut info = Info::new(&one.id);
            info.secret = self.options.secret.clone().map(Into::into);
            match desk.info(&info) {
                Ok(found) => self.adapt(desk, one, &found)?,
                Err(error) if error.code() == Some(error_code::NO_SUCH_MOUNTPOINT) => {
                    self.create(desk, one, "created")?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// The metadata of this program's own mountpoints.
    fn mark(&self) -> String {
        json!({ "keeper": self.options.name }).to_string()
    }

    /// Removes its own mountpoints that are declared no longer.
    fn remove(&mut self, desk: &Streaming, declared: &[Declared]) -> Result<()> {
        let mut list = List::new();
        list.admin_key = self.options.admin_key.clone().map(Into::into);
        let mark = self.mark();
        for found in desk.list(&list)?.list {
            let is_own = found.metadata.as_deref() == Some(&mark);
            if is_own && declared.iter().all(|one| one.id != found.id) {
                self.destroy(desk, &found.id)?;
                self.output.event("removed", &[("id", json!(found.id))])?;
            }
        }
        Ok(())
    }

    fn destroy(&mut self, desk: &Streaming, id: &Id) -> Result<()> {
        let mut destroy = Destroy::new(id);
        destroy.secret = self.options.secret.clone().map(Into::into);
        desk.destroy(&destroy)?;
        self.seen.remove(id);
        Ok(())
    }

    fn create(&mut self, desk: &Streaming, one: &Declared, word: &str) -> Result<()> {
        let created = self.request(desk, one)?;
        let ports = created.stream.ports.iter();
        let ports: BTreeMap<_, _> = ports.map(|it| (it.mid.clone(), it.port)).collect();
        let mut fields = vec![
            ("id", json!(one.id)),
            ("description", json!(one.description)),
        ];
        if !ports.is_empty() {
            fields.push(("ports", json!(ports)));
        }
        self.output.event(word, &fields)?;
        self.seen.insert(one.id.clone(), Seen::default());
        Ok(())
    }

    fn request(&self, desk: &Streaming, one: &Declared) -> Result<Created> {
        // The four kinds share these settings.
        macro_rules! common {
            ($create:expr) => {{
                let mut create = $create.id(&one.id).description(&one.description);
                create = create.metadata(self.mark()).is_private(one.private);
                create.secret = self.options.secret.clone().map(Into::into);
                create.pin = one.pin.clone().map(Into::into);
                create.admin_key = self.options.admin_key.clone().map(Into::into);
                create
            }};
        }
        Ok(match &one.source {
            Source::Rtp(streams) => {
                let streams = streams.iter().map(declared::Stream::to_rtp);
                desk.create_rtp(&common!(CreateRtp::new(streams.collect())))?
            }
            Source::Live(file) => desk.create_file(&common!(CreateFile::live(file)))?,
            Source::OnDemand(file) => desk.create_file(&common!(CreateFile::on_demand(file)))?,
            Source::Rtsp(url) => {
                let both = CreateRtsp::new(url).audio(true).video(true);
                desk.create_rtsp(&common!(both).rtsp_failcheck(false))?
            }
        })
    }

    /// Changes one that is there, or makes it anew, and reports what has changed by itself.
    fn adapt(&mut self, desk: &Streaming, one: &Declared, found: &MountpointInfo) -> Result<()> {
        if found.metadata.as_ref() != Some(&self.mark()) {
            return Err(format!("mountpoint {} is somebody else's", one.id).into());
        }
        // The port is told with the right secret only.
        if found.name.is_none() {
            return Err(format!("mountpoint {} has another secret", one.id).into());
        }
        if !one.is_made_of(found) {
            self.destroy(desk, &one.id)?;
            return self.create(desk, one, "replaced");
        }
        let pin = found.pin.as_ref().map(|pin| pin.expose());
        let same = found.description.as_ref() == Some(&one.description)
            && pin == one.pin.as_deref()
            && found.is_private == one.private;
        if !same {
            // An empty pin removes it.
            let edit = Edit::new(&one.id).new_description(&one.description);
            let edit = edit.new_pin(one.pin.as_deref().unwrap_or_default());
            let mut edit = edit.new_is_private(one.private);
            edit.secret = self.options.secret.clone().map(Into::into);
            desk.edit(&edit)?;
            let fields = [
                ("id", json!(one.id)),
                ("description", json!(one.description)),
            ];
            self.output.event("changed", &fields)?;
        }
        self.report(one, found)
    }

    /// Viewers, and which streams are fed.
    fn report(&mut self, one: &Declared, found: &MountpointInfo) -> Result<()> {
        let seen = self.seen.entry(one.id.clone()).or_default();
        let id = ("id", json!(one.id));
        let viewers = found.viewers.unwrap_or_default();
        if viewers != seen.viewers {
            seen.viewers = viewers;
            let fields = [id.clone(), ("viewers", json!(viewers))];
            self.output.event("viewers", &fields)?;
        }
        for stream in &found.media {
            let (Some(mid), Some(age)) = (&stream.mid, stream.age) else {
                continue;
            };
            let (before, was_fed) = *seen.streams.get(mid).unwrap_or(&(age, false));
            // A packet came since the last round if it has become younger.
            let fed = age < before || (was_fed && age < SILENT);
            seen.streams.insert(mid.clone(), (age, fed));
            if fed != was_fed {
                let fields = [id.clone(), ("mid", Value::from(mid.as_str()))];
                let word = if fed { "fed" } else { "silent" };
                self.output.event(word, &fields)?;
            }
        }
        Ok(())
    }
}
