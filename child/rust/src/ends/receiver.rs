use std::fmt;
use std::marker::PhantomData;
use std::time::{Duration, Instant};

use serde::de::{self, Deserialize, DeserializeOwned, Deserializer, Visitor};
use serde::ser::{self, Serialize, Serializer};

use super::cargo::{Claimed, place, unload};
use super::failing::{Fate, error_of, operation_error};
use super::handle::Handle;
use super::sender::claimed;
use super::work::Work;
use crate::errors::{Error, Operation};
use crate::party::{Acceptance, Arrival, Outcome, Shape, Ticket, Wanted};
use crate::statistics::Statistics;
use crate::value::END;

/// The right to receive on one channel. Each value goes to one receiver.
///
/// When the last receiver is closed, senders fail at once and get their values back. A clone is one more of the same
/// channel; for how a receiver is closed, see [`Sender`](crate::Sender).
///
/// `for value in &receiver` receives until the channel ends. Each item is a `Result`, for a channel may also break.
pub struct Receiver<T> {
    pub(crate) handle: Handle,
    kind: PhantomData<fn() -> T>,
}

impl<T> Receiver<T> {
    pub(crate) fn of(handle: Handle) -> Receiver<T> {
        Receiver { handle, kind: PhantomData }
    }

    /// The name of the channel.
    pub fn channel(&self) -> &str {
        &self.handle.channel
    }

    /// Gives up this receiver.
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

impl<T: DeserializeOwned> Receiver<T> {
    /// The next value; its sender is released at that moment, and if the process dies from then on, the value is gone
    /// with it. [`extended`](Receiver::extended) keeps a value until it is done.
    ///
    /// A value that is no `T` is refused: its sender is told why, and this waits for the next one.
    ///
    /// # Errors
    /// - `ChannelEnded`: every sender is closed, and all was taken
    /// - `ChannelBroken`: the same, but a sender did not end well; the source says how
    /// - `EndClosed`, `EndMoved`: this end is not here any more
    /// - `Stopped`: the supervisor has asked this process to end
    #[track_caller]
    pub fn receive(&self) -> Result<T, Error> {
        self.take(Shape::Plain, None)?.ok_or_else(|| self.nobody())
    }

    /// The same, for so long at most.
    ///
    /// # Errors
    /// Those of [`receive`](Receiver::receive), and `TimedOut`: nothing was received.
    #[track_caller]
    pub fn receive_timeout(&self, timeout: Duration) -> Result<T, Error> {
        self.take(Shape::Plain, Some(timeout))?.ok_or_else(|| self.nobody())
    }

    /// The next value, if a sender waits at this moment; else `None`.
    ///
    /// # Errors
    /// Those of [`receive`](Receiver::receive).
    #[track_caller]
    pub fn try_receive(&self) -> Result<Option<T>, Error> {
        self.take(Shape::Poll, None)
    }

    /// Values until the channel ends, each in hand until its code has said what became of it.
    ///
    /// Only then is its sender released (an extended rendezvous). If the process dies before, the value goes to the next
    /// receiver: work has to be such that it can be done again. Each item is a `Result`, as in a plain loop.
    ///
    /// ```no_run
    /// # fn process(_: &String) -> Result<(), handover::Error> { Ok(()) }
    /// # fn all(orders: handover::Receiver<String>) -> Result<(), handover::Error> {
    /// for work in orders.extended() {
    ///     let work = work?;
    ///     process(&work)?; // left here, the work has failed
    ///     work.taken();
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn extended(&self) -> Extended<'_, T> {
        Extended { receiver: self, course: Course::Open }
    }

    /// Values until the channel ends.
    pub fn iter(&self) -> Iter<'_, T> {
        Iter { receiver: self, course: Course::Open }
    }

    #[track_caller]
    fn take(&self, shape: Shape, timeout: Option<Duration>) -> Result<Option<T>, Error> {
        let link = self.handle.link;
        self.operate(shape, timeout, |ticket, _, value| match link.accept(ticket) {
            Acceptance::Taken => Some(value),
            Acceptance::Lost => None,
        })
    }

    #[track_caller]
    fn work(&self) -> Result<Work<T>, Error> {
        let link = self.handle.link;
        let work = self.operate(Shape::Relayed, None, |ticket, arrival, value| {
            let op = link.turn(|party| party.hold(ticket, &arrival));
            Some(Work::new(link, op, value, arrival.attempt))
        })?;
        work.ok_or_else(|| self.nobody())
    }

    /// Waits for a value that is one, and that is not accepted yet: what is made of it, unless it is lost by that.
    #[track_caller]
    fn operate<R>(
        &self,
        shape: Shape,
        timeout: Option<Duration>,
        accept: impl Fn(Ticket, Arrival, T) -> Option<R>,
    ) -> Result<Option<R>, Error> {
        let Handle { link, copy, channel } = &self.handle;
        let until = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let wanted = vec![Wanted { copy: *copy, load: None }];
        let begun = link.turn(|party| party.begin(shape, wanted));
        let ticket = begun.map_err(|reason| error_of(reason, Operation::Receive, channel))?;
        loop {
            let (fate, attempts) = match link.wait(ticket, until) {
                Outcome::Arrived(arrival) => {
                    match unload(link, &arrival.value, &arrival.ends) {
                        Ok(value) => {
                            if let Some(accepted) = accept(ticket, arrival, value) {
                                return Ok(Some(accepted));
                            }
                        }
                        Err(unfit) => link.turn(|party| party.refuse(ticket, arrival, &unfit.to_string())),
                    }
                    continue;
                }
                Outcome::Nobody => return Ok(None),
                Outcome::Sent { .. } => unreachable!("a receive sends nothing"),
                Outcome::Withdrawn { why, attempts, .. } => {
                    (Fate::Withdrawn { why, timeout: timeout.unwrap_or_default() }, attempts)
                }
                Outcome::Failed { reason, attempts, .. } => (Fate::Failed { reason, limit: 0 }, attempts),
            };
            return Err(operation_error(fate, attempts, Operation::Receive, channel));
        }
    }

    fn nobody(&self) -> Error {
        Error::NobodyReady { channel: self.handle.channel.clone() }
    }
}

/// Whether an iterator goes on. It does not after an error.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Course {
    Open,
    Over,
}

impl Course {
    fn next<R>(&mut self, receive: impl FnOnce() -> Result<R, Error>) -> Option<Result<R, Error>> {
        if *self == Course::Over {
            return None;
        }
        let received = receive();
        if received.is_err() {
            *self = Course::Over;
        }
        match received {
            Err(Error::ChannelEnded { .. }) => None,
            other => Some(other),
        }
    }
}

/// The values of a receiver, until its channel ends. After an error, which is its last item, it is over.
#[derive(Debug)]
pub struct Iter<'a, T> {
    receiver: &'a Receiver<T>,
    course: Course,
}

impl<T: DeserializeOwned> Iterator for Iter<'_, T> {
    type Item = Result<T, Error>;

    #[track_caller]
    fn next(&mut self) -> Option<Result<T, Error>> {
        self.course.next(|| self.receiver.receive())
    }
}

/// The same, of a receiver that is closed with it.
#[derive(Debug)]
pub struct IntoIter<T> {
    receiver: Receiver<T>,
    course: Course,
}

impl<T: DeserializeOwned> Iterator for IntoIter<T> {
    type Item = Result<T, Error>;

    #[track_caller]
    fn next(&mut self) -> Option<Result<T, Error>> {
        self.course.next(|| self.receiver.receive())
    }
}

/// The values of a receiver, each in hand. See [`Receiver::extended`].
#[derive(Debug)]
pub struct Extended<'a, T> {
    receiver: &'a Receiver<T>,
    course: Course,
}

impl<T: DeserializeOwned> Iterator for Extended<'_, T> {
    type Item = Result<Work<T>, Error>;

    #[track_caller]
    fn next(&mut self) -> Option<Result<Work<T>, Error>> {
        self.course.next(|| self.receiver.work())
    }
}

impl<T: DeserializeOwned> IntoIterator for Receiver<T> {
    type Item = Result<T, Error>;
    type IntoIter = IntoIter<T>;

    fn into_iter(self) -> IntoIter<T> {
        IntoIter { receiver: self, course: Course::Open }
    }
}

impl<'a, T: DeserializeOwned> IntoIterator for &'a Receiver<T> {
    type Item = Result<T, Error>;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

impl<T> Clone for Receiver<T> {
    fn clone(&self) -> Receiver<T> {
        Receiver::of(self.handle.clone())
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "Receiver {:?}", self.handle)
    }
}

/// Inside a value it arrives as a live end.
impl<T> Serialize for Receiver<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let place = place(self.handle.copy).map_err(ser::Error::custom)?;
        serializer.serialize_newtype_struct(END, &place)
    }
}

impl<'de, T> Deserialize<'de> for Receiver<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Receiver<T>, D::Error> {
        struct Expected<T>(PhantomData<T>);

        impl<'de, T> Visitor<'de> for Expected<T> {
            type Value = Receiver<T>;

            fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str("the receiver of a channel")
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(self, contents: D) -> Result<Receiver<T>, D::Error> {
                match claimed(contents)? {
                    Claimed::Receiver(handle) => Ok(Receiver::of(handle)),
                    Claimed::Sender(_) => {
                        Err(de::Error::custom("the sender of a channel, where its receiver was expected"))
                    }
                }
            }
        }

        deserializer.deserialize_newtype_struct(END, Expected(PhantomData))
    }
}
