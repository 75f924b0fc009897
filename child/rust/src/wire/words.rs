//! What a process says, each message as its bytes. See docs/protocol.md, section 3.

use std::sync::Arc;

use crate::value::msgpack::{write_list, write_map, write_text, write_uint};

pub(crate) const MAJOR: u64 = 1;
pub(crate) const MINOR: u64 = 0;
/// The number of an end on one link: below it given by the supervisor, from there on by the process.
pub(crate) const FIRST_OWN_END: u64 = 1 << 31;

const LONGEST_TEXT: usize = 4_000;
const LONGEST_NAME: usize = 200;
const LONGEST_PLACE: usize = 200;
const MOST_PLACES: usize = 64;

/// One message.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Word {
    pub header: Vec<u8>,
    pub values: Vec<Arc<Vec<u8>>>,
    /// The ends that it names, and the operation that it begins or asks back: what must not overtake it (2.7).
    pub concerns: Vec<Concern>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Concern {
    End(u64),
    Operation(u64),
}

impl Word {
    /// Of its values, in bytes.
    pub fn length(&self) -> usize {
        self.values.iter().map(|value| value.len()).sum()
    }
}

/// One guard of an offer: a receive on an end; with a value, a send on it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Guard {
    pub end: u64,
    pub parcel: Option<Parcel>,
}

/// A value as it travels, with the numbers of the ends that it carries.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Parcel {
    pub value: Arc<Vec<u8>>,
    pub ends: Vec<u64>,
}

/// How an offer is made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Flags {
    pub is_poll: bool,
    pub is_priority: bool,
}

/// What a new channel is like.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Terms<'a> {
    pub name: &'a str,
    pub capacity: u64,
    pub overflow: &'a str,
    pub max_attempts: u64,
    pub dead_letters: Option<u64>,
    pub contract: Option<&'a str>,
}

/// What goes over a direct link, for those who look at the channel.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Flow {
    /// How many values were taken so far.
    pub taken: u64,
    pub waiting_senders: u64,
    pub waiting_receivers: u64,
}

pub(crate) fn hello(language: &str, features: &[&str], token: &str) -> Word {
    let mut header = begun(5, 1);
    write_list(2, &mut header);
    write_uint(MAJOR, &mut header);
    write_uint(MINOR, &mut header);
    write_text(language, &mut header);
    write_list(features.len(), &mut header);
    for feature in features {
        write_text(feature, &mut header);
    }
    write_text(token, &mut header);
    said(header)
}

pub(crate) fn offer(op: u64, flags: Flags, guards: &[Guard]) -> Word {
    let mut concerns = vec![Concern::Operation(op)];
    let mut values = Vec::new();
    for Guard { end, parcel } in guards {
        concerns.push(Concern::End(*end));
        if let Some(parcel) = parcel {
            concerns.extend(parcel.ends.iter().copied().map(Concern::End));
            values.push(Arc::clone(&parcel.value));
        }
    }
    Word { header: offer_header(op, flags, guards), values, concerns }
}

pub(crate) fn offer_header(op: u64, flags: Flags, guards: &[Guard]) -> Vec<u8> {
    let mut header = begun(4, 2);
    write_uint(op, &mut header);
    write_uint(u64::from(flags.is_poll) + 2 * u64::from(flags.is_priority), &mut header);
    write_list(guards.len(), &mut header);
    for Guard { end, parcel } in guards {
        match parcel {
            None => write_list(1, &mut header),
            Some(parcel) => write_list(if parcel.ends.is_empty() { 2 } else { 3 }, &mut header),
        }
        write_uint(*end, &mut header);
        if let Some(parcel) = parcel {
            write_uint(parcel.value.len() as u64, &mut header);
            if !parcel.ends.is_empty() {
                write_uints(&parcel.ends, &mut header);
            }
        }
    }
    header
}

/// For good: a value that comes back is not offered again.
pub(crate) fn withdraw(op: u64) -> Word {
    withdrawal(op, 1)
}

/// Asks only whether it is still free.
pub(crate) fn ask_back(op: u64) -> Word {
    withdrawal(op, 0)
}

fn withdrawal(op: u64, kind: u64) -> Word {
    let mut header = with_number(3, 3, op);
    write_uint(kind, &mut header);
    Word { header, values: Vec::new(), concerns: vec![Concern::Operation(op)] }
}

pub(crate) fn taken(op: u64) -> Word {
    said(with_number(2, 4, op))
}

pub(crate) fn returned(op: u64) -> Word {
    said(with_number(2, 5, op))
}

pub(crate) fn refused(op: u64, why: &str) -> Word {
    said(with_text(6, op, why))
}

pub(crate) fn close(end: u64) -> Word {
    Word { header: with_number(2, 7, end), values: Vec::new(), concerns: vec![Concern::End(end)] }
}

pub(crate) fn inspect(query: u64, end: u64) -> Word {
    let mut header = with_number(3, 8, query);
    write_uint(end, &mut header);
    Word { header, values: Vec::new(), concerns: vec![Concern::End(end)] }
}

pub(crate) fn open(sender: u64, receiver: u64, terms: &Terms<'_>) -> Word {
    let mut header = with_number(5, 9, sender);
    write_uint(receiver, &mut header);
    write_text(&cut(terms.name, LONGEST_NAME), &mut header);
    let more = usize::from(terms.dead_letters.is_some()) + usize::from(terms.contract.is_some());
    write_map(3 + more, &mut header);
    write_text("capacity", &mut header);
    write_uint(terms.capacity, &mut header);
    write_text("overflow", &mut header);
    write_text(terms.overflow, &mut header);
    write_text("maxAttempts", &mut header);
    write_uint(terms.max_attempts, &mut header);
    if let Some(end) = terms.dead_letters {
        write_text("deadLetters", &mut header);
        write_uint(end, &mut header);
    }
    if let Some(contract) = terms.contract {
        write_text("contract", &mut header);
        write_text(contract, &mut header);
    }
    said(header)
}

pub(crate) fn expects(end: u64, contract: &str) -> Word {
    let mut header = with_number(3, 16, end);
    write_text(contract, &mut header);
    said(header)
}

/// `places`: operations, and where in the code each waits.
pub(crate) fn idle(probe: u64, is_idle: bool, places: &[(u64, String)]) -> Word {
    let mut header = with_number(4, 10, probe);
    write_uint(is_idle.into(), &mut header);
    let places = &places[..places.len().min(MOST_PLACES)];
    write_list(places.len(), &mut header);
    for (op, place) in places {
        write_list(2, &mut header);
        write_uint(*op, &mut header);
        write_text(&cut(place, LONGEST_PLACE), &mut header);
    }
    said(header)
}

pub(crate) fn abandoned(op: u64, why: &str) -> Word {
    said(with_text(11, op, why))
}

pub(crate) fn exiting(code: u8) -> Word {
    said(with_number(2, 12, code.into()))
}

pub(crate) fn met(link: u64) -> Word {
    said(with_number(2, 13, link))
}

pub(crate) fn parted(link: u64) -> Word {
    said(with_number(2, 14, link))
}

pub(crate) fn flow(link: u64, flow: Flow) -> Word {
    let mut header = with_number(5, 15, link);
    for count in [flow.taken, flow.waiting_senders, flow.waiting_receivers] {
        write_uint(count, &mut header);
    }
    said(header)
}

/// The beginning of a header of so many elements, with the number of its message.
fn begun(count: usize, message: u64) -> Vec<u8> {
    let mut header = Vec::with_capacity(16);
    write_list(count, &mut header);
    write_uint(message, &mut header);
    header
}

fn with_number(count: usize, message: u64, number: u64) -> Vec<u8> {
    let mut header = begun(count, message);
    write_uint(number, &mut header);
    header
}

fn with_text(message: u64, op: u64, text: &str) -> Vec<u8> {
    let mut header = with_number(3, message, op);
    write_text(&cut(text, LONGEST_TEXT), &mut header);
    header
}

fn write_uints(numbers: &[u64], out: &mut Vec<u8>) {
    write_list(numbers.len(), out);
    for number in numbers {
        write_uint(*number, out);
    }
}

fn said(header: Vec<u8>) -> Word {
    Word { header, values: Vec::new(), concerns: Vec::new() }
}

/// The beginning of a text that is too long, in characters.
fn cut(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}
