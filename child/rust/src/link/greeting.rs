//! From the environment to a link that is open.

use std::collections::HashMap;
use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Condvar, Mutex};

use super::{Background, Carriers, Course, Link, State, own_thread};
use crate::contracts;
use crate::environment::Environment;
use crate::idleness;
use crate::leave::leave;
use crate::party::Party;
use crate::pulse::Pulse;
use crate::wire::frames::{FrameReader, write_frame};
use crate::wire::messages::{Message, NamedEnd, message_of};
use crate::wire::outgoing::Outgoing;
use crate::wire::words::{self, MAJOR};

/// A process that was welcomed.
pub(crate) struct Greeted {
    pub link: &'static Link,
    pub ends: Vec<NamedEnd>,
}

/// Says hello, and waits until the supervisor needs this process.
pub(crate) fn greet(environment: Environment) -> Greeted {
    let Environment { mut input, mut output, token, pulse } = environment;
    let own_threads = AtomicUsize::new(0);
    let pulse = pulse.map(Pulse::new);
    let mut features = vec!["pieces", "direct"];
    features.extend(contracts::are_checked().then_some("contracts"));
    features.extend(idleness::threads().map(|_| "idle"));
    if let Some(pulse) = &pulse {
        let beating = Arc::clone(pulse);
        own_thread(&own_threads, "handover-pulse", move || beating.beat());
        features.push("pulse");
    }
    let mut hello = Vec::new();
    write_frame(&words::hello("rust", &features, &token).header, &[], &mut hello);
    if output.write_all(&hello).is_err() {
        leave("the supervisor is gone");
    }
    let letting_go = pulse.as_deref().map(Pulse::let_go);
    let mut frames = FrameReader::default();
    let (settings, ends) = loop {
        match read_message(&mut input, &mut frames) {
            // The refusal, which answers the hello, says what to do.
            Message::Welcome { major, .. } if major != MAJOR => {}
            Message::Welcome { settings, ends, .. } => break (settings, ends),
            Message::Refusal { why } => leave(&why),
            other => leave(&format!("expected \"welcome\" first from the supervisor, got {other:?}")),
        }
    };
    drop(letting_go);
    let state = State {
        party: Party::new(settings),
        outgoing: Outgoing::default(),
        pen: Some(output),
        lots_taken: 0,
        lots_left: 0,
        leaving: 0,
        waiters: HashMap::new(),
        woken: Vec::new(),
        deferred: Vec::new(),
        deferred_until: None,
        background: Background::NotStarted,
        course: Course::Open,
        carriers: Carriers::new(),
    };
    // There is one for as long as the process lives.
    let link: &'static Link = Box::leak(Box::new(Link {
        state: Mutex::new(state),
        left: Condvar::new(),
        background: Condvar::new(),
        pulse,
        own_threads,
    }));
    own_thread(&link.own_threads, "handover-link", move || link.read(input, frames));
    Greeted { link, ends }
}

fn read_message(input: &mut File, frames: &mut FrameReader) -> Message {
    let mut chunk = [0; 4096];
    loop {
        match frames.next().and_then(|frame| frame.map(message_of).transpose()) {
            Ok(Some(message)) => return message,
            Ok(None) => {}
            Err(violation) => leave(&violation.to_string()),
        }
        match input.read(&mut chunk) {
            Ok(count @ 1..) => frames.feed(&chunk[..count]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            _ => leave("the supervisor is gone"),
        }
    }
}
