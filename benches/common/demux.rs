//! The other usual way: one connection for many callers, and one thread that reads and hands every
//! answer to the caller that waits for it.

use std::{
    collections::HashMap,
    net::{Shutdown, TcpStream},
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use serde_json::{Value, json};
use tungstenite::{Message, WebSocket};

use super::{Bare, ROOM};

/// The callers' side of it.
#[derive(Debug)]
pub struct Demux {
    writer: Mutex<WebSocket<TcpStream>>,
    waiting: Arc<Mutex<HashMap<u64, Arc<Slot>>>>,
    next: AtomicU64,
    session: u64,
}

/// Where one caller waits. A channel of one would spin.
#[derive(Debug, Default)]
struct Slot(Mutex<Option<Value>>, Condvar);

impl Demux {
    /// Connects and attaches so many handles.
    pub fn connect(url: &str, handles: usize) -> (Self, Vec<u64>) {
        let mut bare = Bare::connect(url);
        let session = bare.session;
        let attach = |_| bare.attach("janus.plugin.videoroom");
        let handles = (0..handles).map(attach).collect();
        let (writer, mut reader) = bare.into_halves();
        let waiting = Arc::<Mutex<HashMap<u64, Arc<Slot>>>>::default();
        let slots = waiting.clone();
        thread::spawn(move || {
            while let Ok(message) = reader.read() {
                let Message::Text(text) = message else {
                    continue;
                };
                let answer: Value = serde_json::from_str(&text).expect("Janus sends JSON");
                let transaction = answer["transaction"]
                    .as_str()
                    .and_then(|it| it.parse().ok());
                let slot = transaction.and_then(|it: u64| lock(&slots).remove(&it));
                if let Some(Slot(answered, changed)) = slot.as_deref() {
                    *lock(answered) = Some(answer);
                    changed.notify_one();
                }
            }
        });
        let demux = Self {
            writer: Mutex::new(writer),
            waiting,
            next: AtomicU64::new(1 << 32),
            session,
        };
        (demux, handles)
    }

    pub fn exists(&self, handle: u64) -> bool {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let slot = Arc::<Slot>::default();
        lock(&self.waiting).insert(number, slot.clone());
        let request = json!({
            "janus": "message",
            "transaction": number.to_string(),
            "session_id": self.session,
            "handle_id": handle,
            "body": { "request": "exists", "room": ROOM },
        });
        let message = Message::text(request.to_string());
        lock(&self.writer).send(message).expect("the link stands");
        let Slot(answered, changed) = &*slot;
        let waiting = changed.wait_while(lock(answered), |answer| answer.is_none());
        let answer = waiting
            .expect("no panic")
            .take()
            .expect("it was waited for");
        answer["plugindata"]["data"]["exists"]
            .as_bool()
            .expect("the answer to `exists`")
    }
}

impl Drop for Demux {
    fn drop(&mut self) {
        // The reader's thread ends with it.
        let _ = lock(&self.writer).get_ref().shutdown(Shutdown::Both);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().expect("no panic")
}
