//! One end of a channel in this process; the Senders or Receivers that share it are its copies.

use std::collections::VecDeque;
use std::sync::Arc;

use super::operation::Ticket;
use crate::contracts::Contract;
use crate::errors::Side;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct EndKey(pub u64);

/// | state     | meaning                                                                      |
/// | --------- | ---------------------------------------------------------------------------- |
/// | `Open`    | it may be used                                                               |
/// | `Closing` | its last copy was closed, and operations that were begun before go first     |
/// | `Closed`  | this process has it no more: the supervisor knows that it is closed or moved |
/// | `Left`    | the process is about to end, and leaves it to its stage                      |
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum EndState {
    Open,
    Closing,
    Closed,
    Left,
}

#[derive(Debug)]
pub(crate) struct End {
    pub number: u64,
    pub side: Side,
    pub channel: Arc<str>,
    /// Of one that sends: what each value must meet.
    pub contract: Option<Contract>,
    pub state: EndState,
    /// Whether the supervisor gave it to the stage, and not to this process alone.
    pub is_named: bool,
    /// How many copies are not closed; of these, how many are inside values on their way.
    pub copies: usize,
    pub travelling: usize,
    /// What plain operations have at the supervisor: how many, and how many bytes.
    pub offered: u64,
    pub offered_bytes: u64,
    /// Of selects that are offered: the bytes of their large values for this end.
    pub large_bytes: u64,
    /// How many selects are under way with a guard on it.
    pub choices: usize,
    /// What is kept back until there is room in the window, oldest first.
    pub held: VecDeque<Ticket>,
    /// How many copies the code still holds, in whatever state they are.
    pub holders: usize,
}

impl End {
    pub fn new(number: u64, side: Side, channel: Arc<str>) -> End {
        End {
            number,
            side,
            channel,
            contract: None,
            state: EndState::Open,
            is_named: false,
            copies: 0,
            travelling: 0,
            offered: 0,
            offered_bytes: 0,
            large_bytes: 0,
            choices: 0,
            held: VecDeque::new(),
            holders: 0,
        }
    }

    /// Whether the code has a copy that it can use.
    pub fn is_in_use(&self) -> bool {
        self.copies > self.travelling
    }

    /// Whether `close` may be said: it was closed, and nothing is under way. What was sent before goes on without it.
    pub fn is_done(&self) -> bool {
        let is_still = self.held.is_empty() && self.choices == 0 && self.travelling == 0;
        self.state == EndState::Closing && is_still && (self.side == Side::Send || self.offered == 0)
    }

    /// Whether nobody can refer to it any more.
    pub fn is_forgotten(&self) -> bool {
        self.state == EndState::Closed && self.holders == 0 && self.offered == 0
    }
}
