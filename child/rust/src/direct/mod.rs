//! The two sides of a direct link (docs/protocol.md, section 14), without any input or output: what happens comes in by a
//! method, and what is to be done because of it goes out as effects, in their order.
//!
//! Either side may end the link at any time, and what is unanswered when it has ended was not taken.

mod receiving;
mod sending;
#[cfg(test)]
mod tests;
mod words;

use std::time::Duration;

use crate::party::Ticket;
use crate::wire::words::Flow;

pub(crate) use receiving::{Heard, Limits, Outstanding, ReceivingPath};
pub(crate) use sending::SendingPath;
pub(crate) use words::length_of;

/// What a plain operation is to a direct link.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    /// It may go over the link (14.5).
    Direct,
    /// It does not want to wait.
    Poll,
    /// It is for the supervisor alone: the link ends because of it.
    Relayed,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Effect {
    /// To the other process: the value of this send.
    Write(Ticket),
    /// To the other process: what became of its oldest value.
    Answer(Vec<u8>),
    /// The other process finds its pipe at its end; what has not left is dropped.
    CloseOutput,
    /// Both pipes are closed when what is in the output has left, or cannot; then this is said.
    Close(Vec<Farewell>),
    /// All that has come by now is read; then `polled` is called for this receive.
    Drain(Ticket),
    /// `ring` is called when its time is over. One that runs already begins anew.
    Ring(Timer),
    /// The supervisor is told that both pipes are open.
    Met,
    /// The supervisor is told how many values were taken, and what waits.
    Flow(Flow),
    /// The supervisor is offered this operation.
    Offer(Ticket),
    /// The supervisor is asked whether this receive is still free.
    AskBack(Ticket),
    /// The path is over: its end is the supervisor's again.
    Over,
    /// The supervisor is told that the code has no more use for the end.
    CloseEnd,
    /// A send is done.
    Completed(Ticket),
    /// A send has failed: the other process cannot hold its value.
    Refused(Ticket, String),
    /// An operation is over, as it was asked to be, or because it found nobody.
    Withdrawn(Ticket),
    /// A receive is given a value, of which its code says what becomes of it.
    Deliver { ticket: Ticket, guard: usize, value: Vec<u8> },
    /// That its value was taken is with the kernel: code may have it.
    Secured(Ticket),
}

/// What is said to the supervisor when both pipes are closed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Farewell {
    Flow(Flow),
    Parted,
    CloseEnd,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Timer {
    /// A link that begins has held something back.
    Join,
    /// The other side has left, and its pipe is not at its end: somebody else may hold it.
    End,
    /// A poll waits for a link to end.
    Poll(Ticket),
    /// The supervisor has not heard of what went over the link.
    Flow,
}

impl Timer {
    pub fn after(self) -> Duration {
        Duration::from_millis(match self {
            Timer::Join | Timer::Poll(_) => 100,
            Timer::End => 2_000,
            Timer::Flow => 200,
        })
    }
}

/// What becomes of an end when its path is over.
#[derive(Debug, Clone, Copy, PartialEq)]
enum After {
    Stays,
    Closes,
}

#[derive(Debug)]
pub(crate) enum Path {
    Sending(SendingPath),
    Receiving(ReceivingPath),
}

impl Path {
    /// By which the supervisor knows the link.
    pub fn link(&self) -> u64 {
        match self {
            Path::Sending(path) => path.link,
            Path::Receiving(path) => path.link,
        }
    }

    /// Whether code that waits for an operation on the end may hear of it over the link.
    pub fn is_heard(&self) -> bool {
        match self {
            Path::Sending(path) => path.is_heard(),
            Path::Receiving(path) => path.is_heard(),
        }
    }

    pub fn offer(&mut self, ticket: Ticket, kind: Kind) -> Vec<Effect> {
        match self {
            Path::Sending(path) => path.offer(ticket, kind),
            Path::Receiving(path) => path.offer(ticket, kind),
        }
    }

    /// An operation is asked back that is here, or that the supervisor was asked for.
    pub fn withdraw(&mut self, ticket: Ticket) -> Vec<Effect> {
        match self {
            Path::Sending(path) => path.withdraw(ticket),
            Path::Receiving(path) => path.withdraw(ticket),
        }
    }

    pub fn leave(&mut self) -> Vec<Effect> {
        match self {
            Path::Sending(path) => path.leave(),
            Path::Receiving(path) => path.leave(),
        }
    }

    /// The code has no more use for the end.
    pub fn close(&mut self) -> Vec<Effect> {
        match self {
            Path::Sending(path) => path.close(),
            Path::Receiving(path) => path.close(),
        }
    }

    /// The other side writes no more, and all that it wrote was read.
    pub fn ended(&mut self) -> Vec<Effect> {
        match self {
            Path::Sending(path) => path.ended(),
            Path::Receiving(path) => path.leave(),
        }
    }

    /// Nobody will read what is in the output, nor what had not left of it.
    pub fn unheard(&mut self) -> Vec<Effect> {
        match self {
            // What the receiver has said before is still to be read.
            Path::Sending(path) => path.leave(),
            Path::Receiving(path) => path.sender_is_gone(),
        }
    }

    pub fn ring(&mut self, timer: Timer) -> Vec<Effect> {
        match self {
            Path::Sending(path) => path.ring(timer),
            Path::Receiving(path) => path.ring(timer),
        }
    }

    /// What this process knows, for one that wants to know how the channel is doing.
    pub fn tell(&self) -> Vec<Effect> {
        match self {
            Path::Sending(path) => path.tell(),
            Path::Receiving(path) => path.tell(),
        }
    }
}
