/// A channel at one moment.
///
/// All are 0 for a channel that is over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statistics {
    /// How many values the channel itself can hold.
    pub capacity: u64,
    /// Senders that are open.
    pub senders: u64,
    /// Receivers that are open.
    pub receivers: u64,
    /// Sends in line.
    pub waiting_senders: u64,
    /// Receives in line.
    pub waiting_receivers: u64,
    /// Values in the channel's own store.
    pub buffered: u64,
    /// Values delivered, and not yet answered.
    pub in_hand: u64,
    /// Values taken since the channel was made.
    pub taken: u64,
    /// Values that nobody got, since then.
    pub discarded: u64,
    /// Values that became dead letters, since then.
    pub dead_letters: u64,
    /// Whether its values go from process to process, without the supervisor.
    pub is_direct: bool,
}
