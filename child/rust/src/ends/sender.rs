use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{self, Serialize, Serializer};

use super::batch::Batch;
use super::cargo::{Claimed, claim, load, place};
use super::failing::{Fate, error_of, operation_error};
use super::handle::Handle;
use crate::errors::{Error, NotAllTaken, Operation, SendError};
use crate::party::{Outcome, Shape, Ticket, Wanted};
use crate::statistics::Statistics;
use crate::value::{Bytes, END, Unfit};

/// The right to send on one channel. When the last sender is closed, the channel ends.
///
/// A clone is one more of the same channel, closed by itself. Going out of scope closes a sender, with the next
/// operation of this process or a tenth of a second later: so a function that is left by an error, after which the
/// process exits, leaves no clean end behind, but a broken channel. [`close`](Sender::close) says it at once. What the
/// supervisor gave to a stage that it restarts, or has asked to make way, is closed by `close` alone, for the next
/// process of the stage goes on with it.
///
/// A thread that panics closes nothing.
pub struct Sender<T> {
    pub(crate) handle: Handle,
    kind: PhantomData<fn(T)>,
}

impl<T> Sender<T> {
    pub(crate) fn of(handle: Handle) -> Sender<T> {
        Sender { handle, kind: PhantomData }
    }

    /// The name of the channel.
    pub fn channel(&self) -> &str {
        &self.handle.channel
    }

    /// Gives up this sender. What was sent before is still delivered.
    pub fn close(self) {
        self.handle.close();
    }

    /// Of the whole channel, at this moment.
    ///
    /// # Errors
    /// `EndClosed`, `EndMoved`, `Stopped`.
    #[track_caller]
    pub fn statistics(&self) -> Result<Statistics, Error> {
        self.handle.statistics()
    }
}

impl<T: Serialize> Sender<T> {
    /// Returns when a receiver has taken the value, or a channel with a capacity has it.
    ///
    /// Ends of channels inside the value leave this process with it: for another holder send a clone.
    ///
    /// If the process dies while it waits, the value is gone with it, unless a receiver had it in hand already.
    ///
    /// # Errors
    /// The error has the value.
    /// - `ChannelEnded`: every receiver is closed
    /// - `ChannelBroken`: the same, but a receiver did not end well; the source says how
    /// - `Lost`: as many attempts at it as the channel allows have failed
    /// - `ValueRefused`: the receiver cannot read it
    /// - `NotEncodable`, `ValueTooLarge`: it cannot travel; nothing was sent
    /// - `EndClosed`, `EndMoved`: this end is not here any more
    /// - `Stopped`: the supervisor has asked this process to end
    #[track_caller]
    pub fn send(&self, value: T) -> Result<(), SendError<T>> {
        self.operate(value, Shape::Plain, None)
    }

    /// The same, for so long at most.
    ///
    /// When the time is over while a receiver has the value in hand already, it waits for what becomes of that.
    ///
    /// # Errors
    /// Those of [`send`](Sender::send), and `TimedOut`: it was not taken in time; with `attempts` above 0, it may have
    /// been.
    #[track_caller]
    pub fn send_timeout(&self, value: T, timeout: Duration) -> Result<(), SendError<T>> {
        self.operate(value, Shape::Relayed, Some(timeout))
    }

    /// Sends, if a receiver waits at this moment.
    ///
    /// # Errors
    /// Those of [`send`](Sender::send), and `NobodyReady`.
    #[track_caller]
    pub fn try_send(&self, value: T) -> Result<(), SendError<T>> {
        self.operate(value, Shape::Poll, None)
    }

    /// Sends all of them, with up to `window` sends under way at once, and returns how many there were.
    ///
    /// Each is over only when its value was taken, and they begin in order. A value is drawn only when there is room for
    /// it. When a send fails, no further value is drawn, and those under way are withdrawn.
    ///
    /// # Errors
    /// What became of each value that was drawn, and what failed first.
    ///
    /// # Panics
    /// If `window` is 0.
    #[track_caller]
    pub fn send_all(&self, values: impl IntoIterator<Item = T>, window: usize) -> Result<usize, NotAllTaken<T>> {
        Batch::new(self, window, None).send(values.into_iter())
    }

    /// The same, with a time for each value, counted from when all before it were taken.
    ///
    /// # Errors
    /// Those of [`send_all`](Sender::send_all).
    ///
    /// # Panics
    /// If `window` is 0.
    #[track_caller]
    pub fn send_all_timeout(
        &self,
        values: impl IntoIterator<Item = T>,
        window: usize,
        timeout: Duration,
    ) -> Result<usize, NotAllTaken<T>> {
        Batch::new(self, window, Some(timeout)).send(values.into_iter())
    }

    #[track_caller]
    fn operate(&self, value: T, shape: Shape, timeout: Option<Duration>) -> Result<(), SendError<T>> {
        let until = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let outcome = match self.begin(&value, shape) {
            Ok(ticket) => self.handle.link.wait(ticket, until),
            Err(error) => return Err(SendError { value, error }),
        };
        match self.ended(outcome, timeout.unwrap_or_default()) {
            Ok(()) => Ok(()),
            Err(error) => Err(SendError { value, error }),
        }
    }

    pub(crate) fn begin(&self, value: &T, shape: Shape) -> Result<Ticket, Error> {
        let Handle { link, copy, channel } = &self.handle;
        let loaded = load(value).map_err(|unfit| not_encodable(&unfit, channel))?;
        let wanted = vec![Wanted { copy: *copy, load: Some(loaded) }];
        let begun = link.turn(|party| party.begin(shape, wanted));
        begun.map_err(|reason| error_of(reason, Operation::Send, channel))
    }

    /// What a send has ended with.
    pub(crate) fn ended(&self, outcome: Outcome, timeout: Duration) -> Result<(), Error> {
        let channel = &self.handle.channel;
        let (fate, attempts) = match outcome {
            Outcome::Sent { .. } => return Ok(()),
            Outcome::Nobody => return Err(Error::NobodyReady { channel: channel.clone() }),
            Outcome::Arrived(_) => unreachable!("a send is given no value"),
            Outcome::Withdrawn { why, attempts, .. } => (Fate::Withdrawn { why, timeout }, attempts),
            Outcome::Failed { reason, attempts, .. } => {
                let limit = self.handle.link.turn(|party| party.settings.max_value_bytes);
                (Fate::Failed { reason, limit }, attempts)
            }
        };
        Err(operation_error(fate, attempts, Operation::Send, channel))
    }
}

pub(crate) fn not_encodable(unfit: &Unfit, channel: &Arc<str>) -> Error {
    Error::NotEncodable { channel: channel.clone(), path: unfit.path(), what: unfit.what().to_owned() }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Sender<T> {
        Sender::of(self.handle.clone())
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "Sender {:?}", self.handle)
    }
}

/// Inside a value it arrives as a live end.
impl<T> Serialize for Sender<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let place = place(self.handle.copy).map_err(ser::Error::custom)?;
        serializer.serialize_newtype_struct(END, &place)
    }
}

impl<'de, T> Deserialize<'de> for Sender<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Sender<T>, D::Error> {
        struct Expected<T>(PhantomData<T>);

        impl<'de, T> Visitor<'de> for Expected<T> {
            type Value = Sender<T>;

            fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str("the sender of a channel")
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(self, contents: D) -> Result<Sender<T>, D::Error> {
                match claimed(contents)? {
                    Claimed::Sender(handle) => Ok(Sender::of(handle)),
                    Claimed::Receiver(_) => {
                        Err(de::Error::custom("the receiver of a channel, where its sender was expected"))
                    }
                }
            }
        }

        deserializer.deserialize_newtype_struct(END, Expected(PhantomData))
    }
}

/// The end whose place is in the contents of our own form.
pub(super) fn claimed<'de, D: Deserializer<'de>>(contents: D) -> Result<Claimed, D::Error> {
    match Bytes::deserialize(contents)?.as_slice() {
        [place] => claim(*place).map_err(de::Error::custom),
        _ => Err(de::Error::custom("something else than an end of a channel")),
    }
}
