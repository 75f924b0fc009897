//! Something that code waits for.

use std::sync::Arc;

use super::copies::CopyKey;
use super::end::EndKey;
use crate::contracts::Breach;
use crate::errors::Side;
use crate::wire::messages::Reason;
use crate::wire::words::{Flags, Parcel};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Ticket(pub u64);

/// What code asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Shape {
    /// One send or one receive.
    Plain,
    /// The same, and only the supervisor can decide it: a send that a time will recall, a receive whose value stays in
    /// hand (14.5, 14.7).
    Relayed,
    /// One send or one receive, if somebody is ready at this moment.
    Poll,
    /// Exactly one of several guards.
    Choice { is_poll: bool, is_priority: bool },
}

impl Shape {
    pub fn is_poll(self) -> bool {
        matches!(self, Shape::Poll | Shape::Choice { is_poll: true, .. })
    }

    pub fn is_choice(self) -> bool {
        matches!(self, Shape::Choice { .. })
    }

    /// A choice with a single guard is told from a plain operation by its flag for priority (3.8).
    pub fn flags(self, guards: usize) -> Flags {
        let is_priority = matches!(self, Shape::Choice { is_priority, .. } if is_priority || guards == 1);
        Flags { is_poll: self.is_poll(), is_priority }
    }
}

/// One guard that code asks for: to receive with this copy; with a load, to send that.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub copy: CopyKey,
    pub load: Option<Load>,
}

/// The bytes of a value, and the copies of ends that it carries.
#[derive(Debug, Clone, Default)]
pub(crate) struct Load {
    pub value: Vec<u8>,
    pub cargo: Vec<CopyKey>,
}

/// Why an operation could not begin. No part of it has come to pass.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum NotBegun {
    Stopped,
    Closed,
    Moved {
        owner: Arc<str>,
        side: Side,
    },
    TooLarge {
        bytes: u64,
        limit: u64,
    },
    /// An end in the value cannot go with it.
    Unfit {
        what: String,
    },
    TooManyGuards,
    /// The value does not meet the contract of its channel.
    Breach(Breach),
}

/// Why an operation was asked back.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Why {
    /// Its time was over.
    Time,
    /// The process is to end: its code is told so.
    Stopped,
    /// The end left inside a value.
    Moved { owner: Arc<str>, side: Side },
}

/// What became of an operation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Outcome {
    /// Its value was taken.
    Sent {
        guard: usize,
    },
    /// It was given a value, which waits to be accepted or refused.
    Arrived(Arrival),
    /// A poll found nobody.
    Nobody,
    /// It came back, as it was asked to.
    Withdrawn {
        why: Why,
        guard: usize,
        attempts: u64,
    },
    Failed {
        guard: usize,
        attempts: u64,
        reason: Reason,
    },
}

/// Who is told what becomes of a value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Source {
    /// The supervisor, by the number of the operation.
    Supervisor { op: u64 },
    /// The process at the other side of the direct link that an end has.
    Link { end: EndKey },
}

/// Whether code can have a value that it has accepted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Acceptance {
    Taken,
    /// The link over which it came has ended: nobody has taken it, and the operation waits for another.
    Lost,
}

/// A value that came, in the hands of nobody yet.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Arrival {
    pub source: Source,
    pub guard: usize,
    pub attempt: u64,
    pub value: Vec<u8>,
    pub ends: Vec<(CopyKey, Side, Arc<str>)>,
}

/// | state      | meaning                                                              | may end by                              |
/// | ---------- | -------------------------------------------------------------------- | --------------------------------------- |
/// | `Held`     | not offered yet: the window of its end is full                       | timer                                   |
/// | `Offered`  | at the supervisor                                                    | its one ending                          |
/// | `Recalled` | at the supervisor, which was asked to give it back                   | its one ending: `withdrawn`, or another |
/// | `Direct`   | with the direct link of its end, or held back until that is over     | its one ending                          |
/// | `Arrived`  | it has a value, of which `taken` was not said yet                    | its code, which accepts or refuses it   |
/// | `Securing` | the same, and `taken` was said: over a link, and not with the kernel | that                                    |
/// | `Ended`    | it has an outcome                                                    |                                         |
#[derive(Debug)]
pub(crate) enum State {
    Held,
    Offered { op: u64 },
    Recalled { op: u64, why: Why },
    Direct { recalled: Option<Why> },
    Arrived { source: Source, recalled: Option<Why> },
    Securing,
    Ended,
}

#[derive(Debug)]
pub(crate) struct Operation {
    pub shape: Shape,
    pub guards: Vec<Guard>,
    pub sends: bool,
    pub receives: bool,
    pub state: State,
    /// What its code was not told yet.
    pub outcome: Option<Outcome>,
}

#[derive(Debug)]
pub(crate) struct Guard {
    pub end: EndKey,
    pub parcel: Option<Parcel>,
    /// The copies of ends that the value carries.
    pub cargo: Vec<CopyKey>,
}

impl Guard {
    /// The bytes of its value.
    pub fn length(&self) -> u64 {
        self.parcel.as_ref().map_or(0, |parcel| parcel.value.len() as u64)
    }
}

impl Operation {
    /// Why its code wants it back, if it does.
    pub fn recalled(&self) -> Option<&Why> {
        match &self.state {
            State::Recalled { why, .. } => Some(why),
            State::Direct { recalled } | State::Arrived { recalled, .. } => recalled.as_ref(),
            _ => None,
        }
    }

    pub fn is_under_way(&self) -> bool {
        !matches!(self.state, State::Ended | State::Arrived { .. } | State::Securing)
    }
}
