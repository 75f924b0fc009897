//! Every way in which something can go wrong, each with a stable code.
//!
//! The words say what happened, where, what was expected and what to do.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

/// What was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// A value was to be sent.
    Send,
    /// A value was to be received.
    Receive,
    /// The statistics of a channel were asked for.
    Inspect,
    /// An end was to be given to somebody else.
    Give,
}

impl Operation {
    fn in_words(self) -> &'static str {
        match self {
            Operation::Send => "send on",
            Operation::Receive => "receive on",
            Operation::Inspect => "look at",
            Operation::Give => "give away an end of",
        }
    }
}

/// Which end of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// That of its senders.
    Send,
    /// That of its receivers.
    Receive,
}

impl Side {
    /// What one of its ends is called.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Side::Send => "sender",
            Side::Receive => "receiver",
        }
    }
}

/// Why something did not come to pass.
///
/// A failed send is a [`SendError`], which has the value, too; `?` makes an `Error` of it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// `STOPPED`: the supervisor has asked this process to end. Not: something failed. A function that gets this should
    /// clean up and return it; [`run`](crate::run) then ends the process well.
    Stopped,
    /// `TIMED_OUT`: the time was over before the operation was.
    TimedOut {
        /// What was tried.
        operation: Operation,
        /// The name of the channel.
        channel: Arc<str>,
        /// How long it was tried.
        timeout: Duration,
        /// How many receivers had the value in hand and failed. 0: it was not taken. Above: it may have been.
        attempts: u64,
    },
    /// `NOBODY_READY`: a `try_send` found no receiver that waits. Not: there is none.
    NobodyReady {
        /// The name of the channel.
        channel: Arc<str>,
    },
    /// `CHANNEL_ENDED`: all ends of the other side were closed, or their stages ended well. Not: one of them crashed.
    ChannelEnded {
        /// What was tried.
        operation: Operation,
        /// The name of the channel.
        channel: Arc<str>,
    },
    /// `CHANNEL_BROKEN`: the other side is gone, and not all of it ended well.
    ChannelBroken {
        /// What was tried.
        operation: Operation,
        /// The name of the channel.
        channel: Arc<str>,
        /// What happened to the other side. It is the `source` of this error.
        failure: Box<Failure>,
        /// As in `TimedOut`.
        attempts: u64,
    },
    /// `LOST`: as many attempts at the value as the channel allows have failed. Receivers died with it in hand, or
    /// said so.
    Lost {
        /// The name of the channel.
        channel: Arc<str>,
        /// How the attempts failed, in order; of more than 16 the first and the last ones. Empty for what is not
        /// repeated: a `try_send`, and a select that was called off.
        failures: Vec<Failure>,
        /// How many attempts failed.
        attempts: u64,
    },
    /// `VALUE_REFUSED`: the receiver could not make sense of the value.
    ValueRefused {
        /// The name of the channel.
        channel: Arc<str>,
        /// Why, in the words of the receiver.
        why: String,
        /// As in `TimedOut`.
        attempts: u64,
    },
    /// `VALUE_TOO_LARGE`: the encoded value is larger than one may be. Nothing was sent.
    ValueTooLarge {
        /// The name of the channel.
        channel: Arc<str>,
        /// How many bytes it has.
        bytes: u64,
        /// How many it may have.
        limit: u64,
    },
    /// `NOT_ENCODABLE`: the value holds something that cannot travel unchanged. Nothing was sent.
    NotEncodable {
        /// The name of the channel.
        channel: Arc<str>,
        /// Where in the value: `$.items[3].when`.
        path: String,
        /// What it is, and what to do.
        what: String,
    },
    /// `CONTRACT`: the value does not meet the contract of its channel. Nothing was sent.
    Contract {
        /// The name of the channel.
        channel: Arc<str>,
        /// Where in the value: `$.lines[1].price`.
        path: String,
        /// What the contract has there, in words.
        expected: String,
    },
    /// `CONTRACT_MISMATCH`: this stage was built against a contract of a channel that has none. One that was built against
    /// another contract is ended by the supervisor.
    ContractMismatch {
        /// The name of the stage.
        stage: String,
        /// The name of the channel.
        channel: Arc<str>,
    },
    /// `END_CLOSED`: an earlier process of this stage has closed this end, or given it away.
    EndClosed {
        /// What was tried.
        operation: Operation,
        /// The name of the channel.
        channel: Arc<str>,
    },
    /// `END_MOVED`: this end was given away, inside a value. Not: it was closed.
    EndMoved {
        /// What was tried.
        operation: Operation,
        /// The name of the channel.
        channel: Arc<str>,
        /// Which end.
        side: Side,
        /// To whom, in words.
        owner: Arc<str>,
    },
    /// `TOPOLOGY`: something is wrong with how channels were put together, or an end is not there under this name.
    Topology {
        /// What, and what to do.
        problem: String,
    },
    /// `NOT_A_STAGE`: no supervisor started this process, or it is a stage already.
    NotAStage {
        /// Which of both, and what to do.
        problem: String,
    },
}

impl Error {
    /// Stable, and the same in all languages.
    pub fn code(&self) -> &'static str {
        match self {
            Error::Stopped => "STOPPED",
            Error::TimedOut { .. } => "TIMED_OUT",
            Error::NobodyReady { .. } => "NOBODY_READY",
            Error::ChannelEnded { .. } => "CHANNEL_ENDED",
            Error::ChannelBroken { .. } => "CHANNEL_BROKEN",
            Error::Lost { .. } => "LOST",
            Error::ValueRefused { .. } => "VALUE_REFUSED",
            Error::ValueTooLarge { .. } => "VALUE_TOO_LARGE",
            Error::NotEncodable { .. } => "NOT_ENCODABLE",
            Error::Contract { .. } => "CONTRACT",
            Error::ContractMismatch { .. } => "CONTRACT_MISMATCH",
            Error::EndClosed { .. } => "END_CLOSED",
            Error::EndMoved { .. } => "END_MOVED",
            Error::Topology { .. } => "TOPOLOGY",
            Error::NotAStage { .. } => "NOT_A_STAGE",
        }
    }

    /// How many receivers had the value in hand and failed. 0: it was not taken. Above: it may have been.
    pub fn attempts(&self) -> u64 {
        match self {
            Error::TimedOut { attempts, .. }
            | Error::ChannelBroken { attempts, .. }
            | Error::Lost { attempts, .. }
            | Error::ValueRefused { attempts, .. } => *attempts,
            _ => 0,
        }
    }

    /// Whether the supervisor has asked this process to end.
    pub fn is_stopped(&self) -> bool {
        *self == Error::Stopped
    }

    pub(crate) fn topology(problem: impl Into<String>) -> Error {
        Error::Topology { problem: problem.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Stopped => write!(
                to,
                "the supervisor has asked this process to end: it receives nothing new. Let main return this error, by \
                 handover::run, and the stage ends well"
            ),
            Error::TimedOut { operation, channel, timeout, .. } => {
                let word = if *operation == Operation::Send { "send" } else { "receive" };
                write!(to, "{word} on {channel:?} timed out after {timeout:?}")
            }
            Error::NobodyReady { channel } => write!(to, "no receiver waits on {channel:?} at this moment"),
            Error::ChannelEnded { operation: Operation::Receive, channel } => write!(
                to,
                "{channel:?} has ended: every sender is closed and every value was taken. A `for` loop over the receiver \
                 ends here by itself"
            ),
            Error::ChannelEnded { operation, channel } => write!(
                to,
                "cannot {} {channel:?}: every receiver is closed, so nobody can take a value any more",
                operation.in_words()
            ),
            Error::ChannelBroken { operation: Operation::Receive, channel, failure, .. } => write!(
                to,
                "{channel:?} is broken: all that was there has been taken, but its senders did not all end well \
                 ({failure})"
            ),
            Error::ChannelBroken { operation, channel, failure, .. } => write!(
                to,
                "cannot {} {channel:?}: its receivers are gone, and did not all end well ({failure})",
                operation.in_words()
            ),
            Error::Lost { channel, failures, attempts } => {
                write!(to, "the value sent on {channel:?} was given up: {attempts} attempt(s) at it failed")?;
                for (index, failure) in failures.iter().enumerate() {
                    let first: String = failure.message.lines().next().unwrap_or("").chars().take(200).collect();
                    write!(to, "{} {}. {first}", if index == 0 { ":" } else { ";" }, index + 1)?;
                }
                write!(
                    to,
                    " (maxAttempts of the channel; a try_send, or a select that was called off, is not repeated). A \
                     channel of dead letters keeps such values"
                )
            }
            Error::ValueRefused { channel, why, .. } => {
                write!(to, "the receiver on {channel:?} refused the value: {why}")
            }
            Error::ValueTooLarge { channel, bytes, limit } => write!(
                to,
                "the value for {channel:?} has {bytes} bytes, more than the {limit} that one value may have \
                 (maxValueBytes of the supervisor). Send it in pieces, or send where it can be found"
            ),
            Error::NotEncodable { channel, path, what } => {
                write!(to, "the value for {channel:?} cannot be sent: {what} at {path}")
            }
            Error::Contract { channel, path, expected } => write!(
                to,
                "the value for {channel:?} does not meet the contract of the channel: at {path}: {expected}. Nothing was \
                 sent"
            ),
            Error::ContractMismatch { stage, channel } => write!(
                to,
                "stage {stage:?} was built against a contract of {channel:?}, and the channel has none, so nobody checks \
                 what is sent on it: make it with {{ contract }}, or do not declare one in the stage"
            ),
            Error::EndClosed { operation, channel } => write!(
                to,
                "cannot {} {channel:?}: an earlier process of this stage has closed this end, or given it away. What a \
                 stage needs for as long as it is restarted, it must clone before it gives it away",
                operation.in_words()
            ),
            Error::EndMoved { operation, channel, side, owner } => write!(
                to,
                "cannot {} {channel:?}: its {side} was given to {owner} and can be used only there. For another holder \
                 give a copy: {side}.clone()",
                operation.in_words(),
                side = side.word(),
            ),
            Error::Topology { problem } | Error::NotAStage { problem } => to.write_str(problem),
        }?;
        match self {
            Error::Lost { .. } => Ok(()),
            _ if self.attempts() == 0 => Ok(()),
            _ => write!(
                to,
                ". It may have been taken: {} receiver(s) had the value in hand, and failed",
                self.attempts()
            ),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Error::ChannelBroken { failure, .. } => Some(&**failure),
            _ => None,
        }
    }
}

/// A send that did not come to pass, and the value that was not handed over.
///
/// Its code, its words and its attempts are those of the [`Error`], which is its `source`.
#[derive(Clone, PartialEq)]
pub struct SendError<T> {
    /// The value, with all the ends inside it.
    pub value: T,
    /// Why.
    pub error: Error,
}

impl<T> SendError<T> {
    /// Stable, and the same in all languages.
    pub fn code(&self) -> &'static str {
        self.error.code()
    }

    /// How many receivers had the value in hand and failed. 0: it was not taken. Above: it may have been.
    pub fn attempts(&self) -> u64 {
        self.error.attempts()
    }
}

impl<T> fmt::Debug for SendError<T> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("SendError").field("error", &self.error).finish_non_exhaustive()
    }
}

impl<T> fmt::Display for SendError<T> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(to)
    }
}

impl<T> StdError for SendError<T> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.error)
    }
}

impl<T> From<SendError<T>> for Error {
    fn from(failed: SendError<T>) -> Error {
        failed.error
    }
}

/// A value that `send_all` drew from its source, and that it cannot say was taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Untaken<T> {
    /// How many were drawn before it.
    pub index: usize,
    /// The value.
    pub value: T,
    /// How many receivers had it in hand and failed.
    pub attempts: u64,
}

/// `NOT_ALL_TAKEN`: a `send_all` ended before its source did, or not all was taken.
///
/// Every value that was drawn, and is in neither list, was taken. Not: nothing was sent.
#[derive(Clone, PartialEq)]
pub struct NotAllTaken<T> {
    /// The name of the channel.
    pub channel: Arc<str>,
    /// How many values were drawn from the source.
    pub drawn: usize,
    /// What was drawn, and was not taken: nobody had it, and nobody will get it. In order.
    pub not_taken: Vec<Untaken<T>>,
    /// What was drawn, and may have been taken: receivers had it in hand, and failed. In order.
    pub maybe_taken: Vec<Untaken<T>>,
    /// What failed first. It is the `source` of this error.
    pub error: Box<Error>,
}

impl<T> NotAllTaken<T> {
    /// How many of those that were drawn were taken.
    pub fn taken(&self) -> usize {
        self.drawn - self.not_taken.len() - self.maybe_taken.len()
    }

    /// Stable, and the same in all languages.
    pub fn code(&self) -> &'static str {
        "NOT_ALL_TAKEN"
    }
}

impl<T> fmt::Debug for NotAllTaken<T> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("NotAllTaken")
            .field("drawn", &self.drawn)
            .field("taken", &self.taken())
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

impl<T> fmt::Display for NotAllTaken<T> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            to,
            "not all was sent on {:?}: {} taken, {} not taken (see not_taken), {} perhaps (see maybe_taken). What failed \
             first: {}",
            self.channel,
            self.taken(),
            self.not_taken.len(),
            self.maybe_taken.len(),
            self.error
        )
    }
}

impl<T> StdError for NotAllTaken<T> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.error)
    }
}

impl<T> From<NotAllTaken<T>> for Error {
    fn from(failed: NotAllTaken<T>) -> Error {
        *failed.error
    }
}

/// How a process, or an attempt at a value, came to its end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// `STAGE_FAILED`, `STAGE_STOPPED`, `TOPOLOGY` or `WORK_FAILED`.
    pub code: String,
    /// A sentence, for people.
    pub message: String,
    /// The name of the stage, where it is known.
    pub stage: Option<String>,
    /// The exit code, where it is known.
    pub exit_code: Option<u64>,
    /// The signal that ended it, where one did.
    pub signal: Option<String>,
    /// The last lines that it printed.
    pub stderr: Vec<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.message)
    }
}

impl StdError for Failure {}

/// As it stands in a dead letter.
impl<'de> Deserialize<'de> for Failure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Failure, D::Error> {
        struct Entries;

        impl<'de> Visitor<'de> for Entries {
            type Value = Failure;

            fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str("a failure")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Failure, A::Error> {
                let mut failure = Failure::default();
                while let Some(key) = entries.next_key::<String>()? {
                    match key.as_str() {
                        "code" => failure.code = entries.next_value()?,
                        "message" => failure.message = entries.next_value()?,
                        "stage" => failure.stage = entries.next_value()?,
                        "exitCode" => failure.exit_code = entries.next_value()?,
                        "signal" => failure.signal = entries.next_value()?,
                        "stderr" => failure.stderr = entries.next_value()?,
                        _ => drop(entries.next_value::<IgnoredAny>()?),
                    }
                }
                Ok(failure)
            }
        }

        deserializer.deserialize_map(Entries)
    }
}
