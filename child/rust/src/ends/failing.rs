//! The errors that an operation can end with.

use std::sync::Arc;
use std::time::Duration;

use crate::contracts::{Breach, Unmet};
use crate::errors::{Error, Operation};
use crate::party::{NotBegun, Why};
use crate::wire::messages::Reason;

/// Why it could not begin.
pub(crate) fn error_of(reason: NotBegun, operation: Operation, channel: &Arc<str>) -> Error {
    let channel = Arc::clone(channel);
    match reason {
        NotBegun::Stopped => Error::Stopped,
        NotBegun::Closed => Error::EndClosed { operation, channel },
        NotBegun::Moved { owner, side } => Error::EndMoved { operation, channel, side, owner },
        NotBegun::TooLarge { bytes, limit } => Error::ValueTooLarge { channel, bytes, limit },
        NotBegun::Unfit { what } => Error::NotEncodable { channel, path: "$".to_owned(), what },
        NotBegun::Breach(Breach::Unmet(Unmet { path, expected, .. })) => Error::Contract { channel, path, expected },
        NotBegun::Breach(Breach::Unchecked(why)) => {
            Error::topology(format!("{channel:?} has a contract that cannot be checked here: {why}"))
        }
        NotBegun::TooManyGuards => Error::topology("a select has more guards than one message can name: split it"),
    }
}

/// Why it came back, or failed.
pub(crate) enum Fate {
    Withdrawn { why: Why, timeout: Duration },
    Failed { reason: Reason, limit: u64 },
}

pub(crate) fn operation_error(fate: Fate, attempts: u64, operation: Operation, channel: &Arc<str>) -> Error {
    let channel = Arc::clone(channel);
    match fate {
        Fate::Withdrawn { why: Why::Time, timeout } => Error::TimedOut { operation, channel, timeout, attempts },
        Fate::Withdrawn { why: Why::Stopped, .. } => Error::Stopped,
        Fate::Withdrawn { why: Why::Moved { owner, side }, .. } => Error::EndMoved { operation, channel, side, owner },
        Fate::Failed { reason: Reason::Ended, .. } => Error::ChannelEnded { operation, channel },
        Fate::Failed { reason: Reason::Broken(failure), .. } => {
            Error::ChannelBroken { operation, channel, failure: Box::new(failure), attempts }
        }
        Fate::Failed { reason: Reason::Lost(failures), .. } => Error::Lost { channel, failures, attempts },
        Fate::Failed { reason: Reason::Refused(why), .. } => Error::ValueRefused { channel, why, attempts },
        Fate::Failed { reason: Reason::TooLarge(bytes), limit } => Error::ValueTooLarge { channel, bytes, limit },
    }
}
