//! §2 and §3: frames, pieces and messages, by the golden vectors.

use std::sync::Arc;

use serde_json::Value as Json;

use super::frames::{Form, Frame, FrameReader, write_frame};
use super::messages::{Answer, Message, NamedEnd, PassedEnd, Reason, Restart, Settings, message_of};
use super::outgoing::{Outgoing, PIECE_LENGTH};
use super::violation::Violation;
use super::words::{self, Concern, Flags, Flow, Guard, Parcel, Terms, Word};
use crate::errors::{Failure, Side};
use crate::statistics::Statistics;
use crate::vectors::{bytes, hex, list, number, text, vectors_in};

fn word_of(message: &Json) -> Option<Word> {
    let op = || number(&message["op"]);
    Some(match text(&message["type"]) {
        "hello" => {
            let features: Vec<&str> = list(&message["features"]).iter().map(text).collect();
            words::hello(text(&message["language"]), &features, text(&message["token"]))
        }
        "offer" => {
            let flags = Flags { is_poll: message["isPoll"] == true, is_priority: message["isPriority"] == true };
            let guards: Vec<Guard> = list(&message["guards"]).iter().map(guard_of).collect();
            words::offer(op(), flags, &guards)
        }
        "withdraw" if message["kind"] == "final" => words::withdraw(op()),
        "withdraw" => words::ask_back(op()),
        "taken" => words::taken(op()),
        "returned" => words::returned(op()),
        "refused" => words::refused(op(), text(&message["why"])),
        "abandoned" => words::abandoned(op(), text(&message["why"])),
        "close" => words::close(number(&message["end"])),
        "inspect" => words::inspect(number(&message["query"]), number(&message["end"])),
        "open" => {
            let terms = &message["terms"];
            let terms = Terms {
                name: text(&message["channel"]),
                capacity: number(&terms["capacity"]),
                overflow: text(&terms["overflow"]),
                max_attempts: number(&terms["maxAttempts"]),
                dead_letters: message["deadLetters"].as_u64(),
                contract: terms["contract"].as_str(),
            };
            words::open(number(&message["sender"]), number(&message["receiver"]), &terms)
        }
        "met" => words::met(number(&message["link"])),
        "parted" => words::parted(number(&message["link"])),
        "flow" => {
            let count = |name: &str| number(&message["flow"].get(name).unwrap_or(&message[name]).clone());
            let flow = Flow {
                taken: count("taken"),
                waiting_senders: count("waitingSenders"),
                waiting_receivers: count("waitingReceivers"),
            };
            words::flow(number(&message["link"]), flow)
        }
        "expects" => words::expects(number(&message["end"]), text(&message["contract"])),
        "exiting" => words::exiting(message["exitCode"].as_u64().or(message["code"].as_u64())? as u8),
        _ => return None,
    })
}

fn guard_of(guard: &Json) -> Guard {
    let parcel = guard
        .get("value")
        .map(|value| Parcel { value: Arc::new(bytes(value)), ends: list(&guard["ends"]).iter().map(number).collect() });
    Guard { end: number(&guard["end"]), parcel }
}

fn side_of(side: &Json) -> Side {
    if side == "send" { Side::Send } else { Side::Receive }
}

fn passed_of(end: &Json) -> PassedEnd {
    PassedEnd {
        end: number(&end["end"]),
        side: side_of(&end["side"]),
        channel: text(&end["channel"]).into(),
        contract: end["contract"].as_str().map(str::to_owned),
    }
}

fn failure_of(failure: &Json) -> Failure {
    let known = |name: &str| failure.get(name).map(|value| text(value).to_owned());
    Failure {
        code: text(&failure["code"]).to_owned(),
        message: text(&failure["message"]).to_owned(),
        stage: known("stage"),
        exit_code: failure["exitCode"].as_u64(),
        signal: known("signal"),
        stderr: list(&failure["stderr"]).iter().map(|line| text(line).to_owned()).collect(),
    }
}

fn reason_of(reason: &Json) -> Reason {
    match text(&reason["kind"]) {
        "ended" => Reason::Ended,
        "broken" => Reason::Broken(failure_of(&reason["failure"])),
        "lost" => Reason::Lost(list(&reason["failures"]).iter().map(failure_of).collect()),
        "refused" => Reason::Refused(text(&reason["why"]).to_owned()),
        _ => Reason::TooLarge(number(&reason["size"])),
    }
}

fn heard(message: &Json) -> Message {
    let guard = || number(&message["guard"]) as usize;
    let attempts = || number(&message["attempts"]);
    let answer = match text(&message["type"]) {
        "welcome" => return welcome_of(message),
        "refusal" => return Message::Refusal { why: text(&message["why"]).to_owned() },
        "inspected" => {
            let count = |name: &str| number(&message["statistics"][name]);
            let statistics = Statistics {
                capacity: count("capacity"),
                senders: count("senders"),
                receivers: count("receivers"),
                waiting_senders: count("waitingSenders"),
                waiting_receivers: count("waitingReceivers"),
                buffered: count("buffered"),
                in_hand: count("inHand"),
                taken: count("taken"),
                discarded: count("discarded"),
                dead_letters: count("deadLetters"),
                is_direct: message["statistics"]["isDirect"] == true,
            };
            return Message::Inspected { query: number(&message["query"]), statistics };
        }
        "contract" => {
            let text = text(&message["contract"]).to_owned();
            return Message::Contract { end: number(&message["end"]), text };
        }
        "shutdown" => return Message::Shutdown,
        "retire" => return Message::Retire,
        "probe" => {
            let wants_places = message["wantsPlaces"] == true;
            return Message::Probe { number: number(&message["probe"]), wants_places };
        }
        "meet" => {
            return Message::Meet {
                link: number(&message["link"]),
                end: number(&message["end"]),
                read_path: text(&message["readPath"]).to_owned(),
                write_path: text(&message["writePath"]).to_owned(),
            };
        }
        "part" => return Message::Part { link: number(&message["link"]) },
        "resume" => return Message::Resume { link: number(&message["link"]) },
        "deliver" => Answer::Deliver {
            guard: guard(),
            attempt: number(&message["attempt"]),
            value: bytes(&message["value"]),
            ends: list(&message["ends"]).iter().map(passed_of).collect(),
        },
        "completed" => Answer::Completed { guard: guard() },
        "late" => Answer::Late,
        "withdrawn" => Answer::Withdrawn { guard: guard(), attempts: attempts() },
        "failed" => Answer::Failed { guard: guard(), attempts: attempts(), reason: reason_of(&message["reason"]) },
        other => panic!("a supervisor has no message {other:?}"),
    };
    Message::Answer { op: number(&message["op"]), answer }
}

fn welcome_of(message: &Json) -> Message {
    let settings = &message["settings"];
    Message::Welcome {
        major: number(&message["version"]["major"]),
        minor: number(&message["version"]["minor"]),
        settings: Settings {
            stage: text(&settings["stage"]).to_owned(),
            replica: number(&settings["replica"]),
            max_value_bytes: number(&settings["maxValueBytes"]),
            window_operations: number(&settings["window"]["operations"]),
            window_bytes: number(&settings["window"]["bytes"]),
            restart: match settings["restart"].as_str() {
                Some("always") => Restart::Always,
                Some(_) => Restart::OnFailure,
                None => Restart::Never,
            },
        },
        ends: list(&message["ends"])
            .iter()
            .map(|end| NamedEnd { name: text(&end["name"]).to_owned(), passed: passed_of(end) })
            .collect(),
    }
}

/// The frames of these chunks, up to what is wrong.
fn read(chunks: &[Vec<u8>]) -> (Vec<Frame>, Option<Violation>) {
    let (mut reader, mut frames) = (FrameReader::default(), Vec::new());
    for chunk in chunks {
        reader.feed(chunk);
        loop {
            match reader.next() {
                Ok(Some(frame)) => frames.push(frame),
                Ok(None) => break,
                Err(violation) => return (frames, Some(violation)),
            }
        }
    }
    (frames, None)
}

#[test]
fn section_3_each_message_of_a_process_is_written() {
    let mut walked = 0;
    for vector in vectors_in("frames.json") {
        let message = &vector["message"];
        if vector["from"] != "process"
            || vector.get("onlyRead").is_some()
            || message["version"]["minor"].as_u64().is_some_and(|minor| minor > 0)
        {
            continue;
        }
        let word = word_of(message).unwrap_or_else(|| panic!("there is no word for {message}"));
        let mut frame = Vec::new();
        write_frame(&word.header, &word.values, &mut frame);
        // A large number may be written with a sign, too (3.2).
        assert_eq!(hex(&frame), text(&vector["frame"]).replace("07d3", "07cf"), "{}", vector["name"]);
        walked += 1;
    }
    assert!(walked > 15, "{walked}");
}

#[test]
fn section_3_each_message_of_a_supervisor_is_read_wherever_it_is_cut() {
    let mut walked = 0;
    for vector in vectors_in("frames.json") {
        let message = &vector["message"];
        if vector["from"] != "supervisor" {
            continue;
        }
        let said = bytes(&vector["frame"]);
        for at in 0..said.len() {
            let (frames, wrong) = read(&[said[..at].to_vec(), said[at..].to_vec()]);
            assert_eq!((frames.len(), wrong), (1, None), "{} at {at}", vector["name"]);
            assert_eq!(message_of(frames[0].clone()), Ok(heard(message)), "{} at {at}", vector["name"]);
        }
        walked += 1;
    }
    assert!(walked > 10, "{walked}");
}

#[test]
fn section_2_6_values_come_in_pieces() {
    for vector in vectors_in("pieces.json") {
        let chunks: Vec<Vec<u8>> = list(&vector["bytes"]).iter().map(bytes).collect();
        let (frames, wrong) = read(&chunks);
        let values: Vec<String> = frames.iter().map(|frame| hex(&frame.value)).collect();
        let expected: Vec<String> = list(&vector["heard"]).iter().map(value_in).collect();
        assert_eq!(values, expected, "{}", vector["name"]);
        let wrong = wrong.map_or_else(String::new, |violation| violation.to_string());
        assert!(wrong.contains(vector["wrong"].as_str().unwrap_or("")), "{}: {wrong}", vector["name"]);
        assert_eq!(wrong.is_empty(), vector.get("wrong").is_none(), "{}: {wrong}", vector["name"]);
    }
}

fn value_in(message: &Json) -> String {
    match message.get("guards") {
        Some(guards) => list(guards).iter().filter_map(|guard| guard.get("value")).map(text).collect(),
        None => message.get("value").map_or_else(String::new, |value| text(value).to_owned()),
    }
}

#[test]
fn section_2_2_what_is_no_frame_is_said_with_its_bytes() {
    for (said, why) in [
        ("6f6f7073", "expected a frame (it starts with C1 48), but the link said: \"oops\""),
        ("c148000000000000", "header of 0 bytes"),
        ("c148000500000004", "header of 5 bytes and 4 in all"),
        ("c14800010000000180", "a header is not a msgpack array: 80"),
        ("c148000200000002910a", "no message number 10: 91 0a"),
        ("c148000400000004934301c0", "expected an integer of 0 or more as guard, got nil or nothing"),
    ] {
        let (frames, wrong) = read(&[bytes(&said.into())]);
        let wrong = wrong.or_else(|| frames.into_iter().find_map(|frame| message_of(frame).err()));
        let wrong = wrong.map_or_else(String::new, |violation| violation.to_string());
        assert!(wrong.contains(why), "{said}: {wrong}");
    }
}

#[test]
fn section_2_9_only_a_deliver_comes_in_pieces() {
    let frame = Frame { header: vec![0x93, 0x43, 1, 0], value: vec![0], form: Form::InPieces };
    let wrong = message_of(frame).err().map_or_else(String::new, |violation| violation.to_string());
    assert!(wrong.contains("came with 1 bytes of value, in pieces"), "{wrong}");
}

#[test]
fn section_2_9_a_piece_has_a_byte_and_no_more_than_are_to_come() {
    for (length, piece) in [("00000000", ""), ("00000003", "010203")] {
        let said = format!("c14c00050000000700009442010001c1500000{length}{piece}");
        let (frames, wrong) = read(&[bytes(&said.into())]);
        let wrong = wrong.map_or_else(String::new, |violation| violation.to_string());
        assert_eq!(frames, []);
        assert!(wrong.contains("of which 2 were to come"), "{wrong}");
    }
}

fn large(op: u64, end: u64, pieces: usize) -> Word {
    let parcel = Parcel { value: Arc::new(vec![op as u8; pieces * PIECE_LENGTH - 1]), ends: Vec::new() };
    words::offer(op, Flags { is_poll: false, is_priority: false }, &[Guard { end, parcel: Some(parcel) }])
}

/// The operations, or else the ends, of what leaves in the next lots.
fn leaving(outgoing: &mut Outgoing, reader: &mut FrameReader) -> Vec<Vec<u8>> {
    reader.feed(&outgoing.take_next());
    std::iter::from_fn(|| reader.next().ok().flatten()).map(|frame| frame.header).collect()
}

#[test]
fn section_2_7_what_concerns_the_same_stays_in_order_and_all_else_overtakes() {
    let (mut outgoing, mut reader) = (Outgoing::default(), FrameReader::default());
    let (first, second) = (large(1, 7, 2), large(2, 8, 3));
    let (close, other) = (words::close(7), words::taken(9));
    for word in [&first, &second, &close, &other] {
        outgoing.say(word.clone());
    }
    assert_eq!(close.concerns, vec![Concern::End(7)]);
    // The first lot: what overtakes, and a piece of the first. Then a piece of each in turn.
    assert_eq!(leaving(&mut outgoing, &mut reader), vec![other.header]);
    assert_eq!(leaving(&mut outgoing, &mut reader), Vec::<Vec<u8>>::new());
    assert_eq!(leaving(&mut outgoing, &mut reader), vec![first.header]);
    assert_eq!(leaving(&mut outgoing, &mut reader), vec![close.header]);
    assert!(outgoing.has_pieces());
    assert_eq!(leaving(&mut outgoing, &mut reader), vec![second.header]);
    assert!(!outgoing.has_pieces() && !outgoing.has_short());
}

#[test]
fn section_2_6_a_value_of_one_piece_leaves_whole() {
    let mut outgoing = Outgoing::default();
    outgoing.say(large(1, 7, 1));
    assert!(outgoing.has_short() && !outgoing.has_pieces());
}
