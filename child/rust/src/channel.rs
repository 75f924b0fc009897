use std::marker::PhantomData;

use crate::ends::{Handle, Letter, Receiver, Sender, error_of};
use crate::errors::{Error, Operation};
use crate::link::Link;
use crate::wire::words::Terms;

const MOST_CAPACITY: u64 = 1_024;
const LONGEST_NAME: usize = 200;

/// A channel that is about to be made. See [`Stage::channel`](crate::Stage::channel).
#[must_use = "a channel is made by open()"]
pub struct Channel<T> {
    link: &'static Link,
    name: String,
    capacity: u64,
    overflow: Overflow,
    max_attempts: u64,
    dead_letters: Option<Handle>,
    contract: Option<String>,
    kind: PhantomData<fn(T)>,
}

/// What a send does when a channel with a capacity is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Overflow {
    /// It waits until there is room.
    #[default]
    Block,
    /// It is over, and its own value is dropped.
    DropNewest,
    /// It is over, and the oldest value that is in nobody's hand is dropped.
    DropOldest,
}

impl Overflow {
    fn word(self) -> &'static str {
        match self {
            Overflow::Block => "block",
            Overflow::DropNewest => "drop-newest",
            Overflow::DropOldest => "drop-oldest",
        }
    }
}

impl<T> Channel<T> {
    pub(crate) fn new(link: &'static Link, name: String) -> Channel<T> {
        let kind = PhantomData;
        Channel {
            link,
            name,
            capacity: 0,
            overflow: Overflow::Block,
            max_attempts: 3,
            dead_letters: None,
            contract: None,
            kind,
        }
    }

    /// How many values the channel itself holds, up to 1,024. Without, every send waits for a receiver.
    pub fn capacity(self, capacity: u64) -> Channel<T> {
        Channel { capacity, ..self }
    }

    /// What a send does when they are full.
    pub fn overflow(self, overflow: Overflow) -> Channel<T> {
        Channel { overflow, ..self }
    }

    /// How many attempts at one value may fail; without, 3.
    pub fn max_attempts(self, max_attempts: u64) -> Channel<T> {
        Channel { max_attempts, ..self }
    }

    /// Where values go that nobody can handle. This sender moves to the channel.
    pub fn dead_letters(self, letters: Sender<Letter<T>>) -> Channel<T> {
        Channel { dead_letters: Some(letters.handle), ..self }
    }

    /// A JSON Schema that each value meets, or it is refused where it is sent.
    pub fn contract(self, schema: impl Into<String>) -> Channel<T> {
        Channel { contract: Some(schema.into()), ..self }
    }

    /// Makes it. Both ends can go to other processes inside values; when this process dies, those that it still has are
    /// given up.
    ///
    /// # Errors
    /// `Topology`: that makes no channel. `EndMoved`, `EndClosed`: the sender for its dead letters is not here any more.
    /// `Stopped`.
    pub fn open(self) -> Result<(Sender<T>, Receiver<T>), Error> {
        self.check()?;
        let Channel { link, name, capacity, max_attempts, dead_letters, contract, .. } = self;
        let (overflow, contract) = (self.overflow.word(), contract.as_deref());
        let terms = Terms { name: &name, capacity, overflow, max_attempts, dead_letters: None, contract };
        let letters = dead_letters.as_ref().map(|letters| letters.copy);
        let opened = link.turn(|party| party.open(terms, letters));
        let [sending, receiving] = opened.map_err(|reason| {
            let channel = dead_letters.as_ref().map_or_else(|| name.as_str().into(), |letters| letters.channel.clone());
            error_of(reason, Operation::Give, &channel)
        })?;
        let handle = |copy| Handle { link, copy, channel: name.as_str().into() };
        Ok((Sender::of(handle(sending)), Receiver::of(handle(receiving))))
    }

    fn check(&self) -> Result<(), Error> {
        let Channel { name, capacity, overflow, max_attempts, .. } = self;
        let wrong = |what: String| Err(Error::topology(format!("channel {name:?}: {what}")));
        if name.chars().count() > LONGEST_NAME {
            wrong(format!("a name has at most {LONGEST_NAME} characters"))
        } else if *capacity > MOST_CAPACITY {
            wrong(format!(
                "a stage can give a channel a capacity of at most {MOST_CAPACITY}, not {capacity}. Let the program of \
                 the supervisor make it"
            ))
        } else if *overflow != Overflow::Block && *capacity == 0 {
            wrong(format!("overflow {:?} needs a capacity of 1 or more: a rendezvous holds nothing", overflow.word()))
        } else if *max_attempts == 0 {
            wrong("max_attempts must be 1 or more, for without an attempt nobody gets a value".to_owned())
        } else {
            Ok(())
        }
    }
}
