//! The direct links of this process: what their paths ask for is done with their pipes, within the turn.
//!
//! Whoever waits for an operation on an end with a link reads its pipe itself, so that a value goes from the thread that
//! sends to the thread that receives, and its answer back. Where no code waits, a thread of the runtime reads.
//!
//! | watched by | meaning                                                                                    |
//! | ---------- | ------------------------------------------------------------------------------------------ |
//! | `Nobody`   | code was here just now; if it does not come back for a while, the runtime's thread watches |
//! | `Code`     | a thread of the stage waits for the pipes, and for its bell                                |
//! | `Runtime`  | the runtime's thread does                                                                  |
//!
//! Who watches only waits: bytes are read and written within a turn, by whoever has it.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::State;
use super::pipes::{Bell, Came, Chunk, Left, Pipes};
use super::poll::Watched;
use crate::direct::{Timer, length_of};
use crate::party::Command;

/// In bytes: what a pipe of the system holds.
const CHUNK: usize = 1 << 16;
/// Code that does not come back for so long leaves its link to the runtime's thread.
const A_WHILE: Duration = Duration::from_millis(20);

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Watch {
    Nobody,
    Code,
    Runtime,
}

pub(super) struct Carrier {
    pipes: Pipes,
    watch: Watch,
    /// How often code has watched; and how often it had when the runtime's thread looked, and since when.
    watches: u64,
    seen: (u64, Instant),
    /// For the code that watches.
    bell: Arc<Bell>,
}

/// What the runtime's own thread does.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Watchman {
    NotStarted,
    Awake,
    /// Until this moment at the latest, if there is one.
    Asleep(Option<Instant>),
}

pub(super) struct Carriers {
    all: BTreeMap<u64, Carrier>,
    rings: BTreeMap<(u64, Timer), Instant>,
    watchman: Watchman,
    /// For the watchman.
    bell: Option<Arc<Bell>>,
    chunk: Vec<u8>,
}

/// What a thread waits for that watches.
pub(super) struct Post {
    pub watched: Vec<Watched>,
    pub bell: Arc<Bell>,
    pub until: Option<Instant>,
}

impl Carriers {
    pub fn new() -> Carriers {
        let (all, rings) = (BTreeMap::new(), BTreeMap::new());
        Carriers { all, rings, watchman: Watchman::NotStarted, bell: None, chunk: Vec::new() }
    }

    /// Whether the watchman is still to be started.
    pub fn needs_watchman(&mut self) -> bool {
        let is_needed = self.watchman == Watchman::NotStarted && !self.all.is_empty();
        if is_needed {
            self.watchman = Watchman::Awake;
        }
        is_needed
    }

    /// What the code has to wait for that watches this link from now on; `None`: somebody else's code does.
    pub fn take_post(&mut self, link: u64) -> Option<Post> {
        let carrier = self.all.get_mut(&link).filter(|carrier| carrier.watch != Watch::Code)?;
        let before = std::mem::replace(&mut carrier.watch, Watch::Code);
        carrier.watches += 1;
        let watched = carrier.pipes.watched().chain([carrier.bell.watched()]).collect();
        let bell = Arc::clone(&carrier.bell);
        if before == Watch::Runtime {
            self.call();
        }
        Some(Post { watched, bell, until: None })
    }

    pub fn leave_post(&mut self, link: u64) {
        if let Some(carrier) = self.all.get_mut(&link) {
            carrier.watch = Watch::Nobody;
        }
    }

    /// Nobody's code waits there: the watchman is to look after it, if it stays so.
    pub fn is_left(&mut self, link: u64) {
        if self.all.contains_key(&link) {
            self.call_before(Instant::now() + 2 * A_WHILE);
        }
    }

    /// What the watchman has to wait for.
    pub fn watch(&mut self, is_heard: impl Fn(u64) -> bool) -> Post {
        let bell = Arc::clone(self.bell.as_ref().expect("who watches was started with a bell"));
        let now = Instant::now();
        let (mut watched, mut until) = (vec![bell.watched()], self.rings.values().min().copied());
        for (link, carrier) in &mut self.all {
            if carrier.watches != carrier.seen.0 {
                carrier.seen = (carrier.watches, now);
            }
            let next_look = Some(carrier.seen.1 + A_WHILE).filter(|look| *look > now);
            // Where no code will come, nobody waits for it.
            if carrier.watch == Watch::Nobody && (next_look.is_none() || !is_heard(*link)) {
                carrier.watch = Watch::Runtime;
            }
            if carrier.watch == Watch::Runtime {
                watched.extend(carrier.pipes.watched());
            } else {
                until = [until, next_look].into_iter().flatten().min();
            }
        }
        self.watchman = Watchman::Asleep(until);
        Post { watched, bell, until }
    }

    /// The watchman's links.
    pub fn watched_by_runtime(&mut self) -> Vec<u64> {
        self.watchman = Watchman::Awake;
        self.all.iter().filter(|(_, carrier)| carrier.watch == Watch::Runtime).map(|(link, _)| *link).collect()
    }

    /// Those whose time is over.
    pub fn take_rings(&mut self) -> Vec<(u64, Timer)> {
        let now = Instant::now();
        let due: Vec<(u64, Timer)> = self.rings.iter().filter(|(_, at)| **at <= now).map(|(key, _)| *key).collect();
        for key in &due {
            self.rings.remove(key);
        }
        due
    }

    fn insert(&mut self, link: u64, pipes: Pipes) -> io::Result<()> {
        if self.bell.is_none() {
            self.bell = Some(Arc::new(Bell::new()?));
        }
        if self.chunk.is_empty() {
            self.chunk = vec![0; CHUNK];
        }
        let (watch, bell) = (Watch::Nobody, Arc::new(Bell::new()?));
        self.all.insert(link, Carrier { pipes, watch, watches: 1, seen: (0, Instant::now()), bell });
        self.call();
        Ok(())
    }

    fn call(&mut self) {
        if let (Watchman::Asleep(_), Some(bell)) = (self.watchman, &self.bell) {
            self.watchman = Watchman::Awake;
            bell.ring();
        }
    }

    fn call_before(&mut self, moment: Instant) {
        if matches!(self.watchman, Watchman::Asleep(until) if until.is_none_or(|until| until > moment)) {
            self.call();
        }
    }

    /// Something about a link has changed: whoever watches it looks again.
    fn disturb(&mut self, link: u64) {
        match self.all.get(&link) {
            Some(carrier) if carrier.watch == Watch::Code => carrier.bell.ring(),
            _ => self.call(),
        }
    }
}

impl State {
    /// The supervisor offers a link.
    pub(super) fn meet(&mut self, link: u64, end: u64, read_path: &str, write_path: &str) {
        let may_meet = self.party.may_meet(end);
        let opened = may_meet.then(|| Pipes::open(read_path, write_path)).and_then(Result::ok);
        match opened.map(|pipes| self.carriers.insert(link, pipes)) {
            Some(Ok(())) => self.party.met(link, end),
            _ => self.party.not_met(link),
        }
    }

    /// Does what the paths ask for, and all that comes of it.
    pub(super) fn carry_directly(&mut self) {
        loop {
            let commands = self.party.take_commands();
            if commands.is_empty() {
                return;
            }
            for command in commands {
                self.obey(command);
            }
        }
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::WriteValue { link, value } => {
                self.put(link, [Chunk::Length(length_of(&value)), Chunk::Value(value)]);
            }
            Command::WriteAnswer { link, answer } => self.put(link, [Chunk::Answer(answer)]),
            Command::CloseOutput { link } => {
                if let Some(carrier) = self.carriers.all.get_mut(&link) {
                    carrier.pipes.close_output();
                    self.carriers.disturb(link);
                }
            }
            Command::Close { link, last } => {
                if let Some(carrier) = self.carriers.all.get_mut(&link) {
                    carrier.pipes.close(last);
                    self.carriers.disturb(link);
                    self.flush(link);
                }
            }
            Command::Drain { links, ticket } => {
                for link in links {
                    while self.read(link) {}
                }
                self.party.polled(ticket);
            }
            Command::Ring { link, timer } => {
                let at = Instant::now() + timer.after();
                self.carriers.rings.insert((link, timer), at);
                self.carriers.call_before(at);
            }
        }
    }

    fn put<const N: usize>(&mut self, link: u64, chunks: [Chunk; N]) {
        if let Some(carrier) = self.carriers.all.get_mut(&link) {
            for chunk in chunks {
                carrier.pipes.put(chunk);
            }
            self.flush(link);
        }
    }

    /// All that can be done with the pipes of a link at this moment.
    pub(super) fn attend(&mut self, link: u64) {
        self.flush(link);
        while self.read(link) {
            self.carry_directly();
        }
        self.carry_directly();
    }

    fn flush(&mut self, link: u64) {
        let Some(carrier) = self.carriers.all.get_mut(&link) else {
            return;
        };
        match carrier.pipes.flush() {
            Left::All => self.party.written(link),
            Left::Unheard => self.party.unheard(link),
            Left::Some => {
                if carrier.watch != Watch::Nobody {
                    self.carriers.disturb(link);
                } else {
                    self.carriers.is_left(link);
                }
            }
        }
        let closed = self.carriers.all.get_mut(&link).and_then(|carrier| carrier.pipes.closed());
        if let Some(last) = closed {
            self.carriers.disturb(link);
            self.carriers.all.remove(&link);
            self.party.closed(last);
        }
    }

    /// Reads once; whether there may be more.
    fn read(&mut self, link: u64) -> bool {
        let Some(carrier) = self.carriers.all.get_mut(&link) else {
            return false;
        };
        match carrier.pipes.read(&mut self.carriers.chunk) {
            Came::Bytes(count) => {
                self.party.read(link, &self.carriers.chunk[..count]);
                count == CHUNK
            }
            Came::Nothing => false,
            Came::End => {
                self.party.pipe_ended(link);
                false
            }
        }
    }
}
