//! What a supervisor says, each message from its bytes. See docs/protocol.md, section 3.
//!
//! Elements and keys beyond the known ones are ignored, so that a later minor version can add some.

use std::sync::Arc;

use super::frames::{Form, Frame};
use super::violation::Violation;
use crate::errors::{Failure, Side};
use crate::statistics::Statistics;
use crate::value::{Value, check, decode};

/// What the supervisor lays down for a link.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Settings {
    pub stage: String,
    pub replica: u64,
    pub max_value_bytes: u64,
    pub window_operations: u64,
    pub window_bytes: u64,
    pub restart: Restart,
}

/// When another process follows this one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Restart {
    Never,
    OnFailure,
    Always,
}

/// An end, as the one hears of it who gets it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PassedEnd {
    pub end: u64,
    pub side: Side,
    pub channel: Arc<str>,
    /// What is sent on it must meet this. Of an end in a value it is said apart.
    pub contract: Option<String>,
}

/// An end of the stage. Its number is 0 where an earlier process of the stage has closed it, or given it away.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NamedEnd {
    pub name: String,
    pub passed: PassedEnd,
}

/// Why an operation failed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Reason {
    Ended,
    Broken(Failure),
    Lost(Vec<Failure>),
    Refused(String),
    TooLarge(u64),
}

/// What the supervisor says about one operation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answer {
    Deliver { guard: usize, attempt: u64, value: Vec<u8>, ends: Vec<PassedEnd> },
    Completed { guard: usize },
    Late,
    Withdrawn { guard: usize, attempts: u64 },
    Failed { guard: usize, attempts: u64, reason: Reason },
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Message {
    Welcome {
        major: u64,
        minor: u64,
        settings: Settings,
        ends: Vec<NamedEnd>,
    },
    Refusal {
        why: String,
    },
    Answer {
        op: u64,
        answer: Answer,
    },
    /// That of a sending end which comes with the next value.
    Contract {
        end: u64,
        text: String,
    },
    Inspected {
        query: u64,
        statistics: Statistics,
    },
    Shutdown,
    Retire,
    Probe {
        number: u64,
        wants_places: bool,
    },
    Meet {
        link: u64,
        end: u64,
        read_path: String,
        write_path: String,
    },
    Part {
        link: u64,
    },
    Resume {
        link: u64,
    },
}

pub(crate) fn message_of(frame: Frame) -> Result<Message, Violation> {
    let Frame { header, value, form } = frame;
    let elements = match check(&header, 0).and_then(|()| decode(&header)) {
        Ok(Value::List(elements)) => elements,
        _ => return Err(Violation::with("a header is not a msgpack array", &header)),
    };
    let mut fields = Fields { elements: &elements, header: &header };
    let number = fields.integer("message number")?;
    if form == Form::InPieces && number != 66 {
        return Err(fields.problem(format!("a message came with {} bytes of value, in pieces", value.len())));
    }
    match number {
        64 => welcome(&mut fields),
        65 => Ok(Message::Refusal { why: fields.text("why")? }),
        66..=70 => Ok(Message::Answer { op: fields.integer("op")?, answer: answer(number, &mut fields, value)? }),
        71 => inspected(&mut fields),
        72 => Ok(Message::Shutdown),
        73 => Ok(Message::Probe {
            number: fields.integer("probe")?,
            wants_places: fields.integer("whether places are wanted")? == 1,
        }),
        74 => Ok(Message::Retire),
        75 => Ok(Message::Meet {
            link: fields.integer("link")?,
            end: fields.integer("end")?,
            read_path: fields.text("read path")?,
            write_path: fields.text("write path")?,
        }),
        76 => Ok(Message::Part { link: fields.integer("link")? }),
        77 => Ok(Message::Resume { link: fields.integer("link")? }),
        78 => Ok(Message::Contract { end: fields.integer("end")?, text: fields.text("contract")? }),
        _ => Err(fields.problem(format!("a supervisor has no message number {number}"))),
    }
}

/// The elements of an array, one after the other, each asked for by its name and type.
struct Fields<'a> {
    elements: &'a [Value],
    header: &'a [u8],
}

impl<'a> Fields<'a> {
    fn next(&mut self) -> Option<&'a Value> {
        let (first, others) = self.elements.split_first()?;
        self.elements = others;
        Some(first)
    }

    fn integer(&mut self, name: &str) -> Result<u64, Violation> {
        let value = self.next();
        self.as_integer(value, name)
    }

    fn text(&mut self, name: &str) -> Result<String, Violation> {
        let value = self.next();
        self.as_text(value, name)
    }

    fn list(&mut self, name: &str) -> Result<Fields<'a>, Violation> {
        let value = self.next();
        self.as_list(value, name)
    }

    fn map(&mut self, name: &str) -> Result<&'a Value, Violation> {
        let value = self.next();
        self.as_map(value, name)
    }

    /// What is there of each element of a list.
    fn each<T>(mut self, mut read: impl FnMut(&mut Fields<'a>) -> Result<T, Violation>) -> Result<Vec<T>, Violation> {
        let mut all = Vec::new();
        while !self.elements.is_empty() {
            all.push(read(&mut self)?);
        }
        Ok(all)
    }

    fn as_integer(&self, value: Option<&Value>, name: &str) -> Result<u64, Violation> {
        match value {
            Some(Value::Int(number @ 0..=0x1f_ffff_ffff_ffff)) => Ok(*number as u64),
            _ => Err(self.wrong(name, "an integer of 0 or more", value)),
        }
    }

    fn as_text(&self, value: Option<&Value>, name: &str) -> Result<String, Violation> {
        match value {
            Some(Value::Text(text)) => Ok(text.clone()),
            _ => Err(self.wrong(name, "a string", value)),
        }
    }

    fn as_list(&self, value: Option<&'a Value>, name: &str) -> Result<Fields<'a>, Violation> {
        match value {
            Some(Value::List(elements)) => Ok(Fields { elements, header: self.header }),
            _ => Err(self.wrong(name, "an array", value)),
        }
    }

    fn as_map(&self, value: Option<&'a Value>, name: &str) -> Result<&'a Value, Violation> {
        match value {
            Some(map @ Value::Map(_)) => Ok(map),
            _ => Err(self.wrong(name, "a map", value)),
        }
    }

    fn problem(&self, what: impl Into<String>) -> Violation {
        Violation::with(what, self.header)
    }

    fn wrong(&self, name: &str, expected: &str, value: Option<&Value>) -> Violation {
        let got = match value {
            None | Some(Value::Nil) => "nil or nothing",
            Some(Value::Bool(_)) => "a bool",
            Some(Value::Int(_)) => "an integer that is none of these",
            Some(Value::Float(_)) => "a float",
            Some(Value::Text(_)) => "a string",
            Some(Value::List(_)) => "an array",
            Some(Value::Map(_)) => "a map",
            Some(_) => "something else",
        };
        self.problem(format!("expected {expected} as {name}, got {got}"))
    }
}

fn welcome(fields: &mut Fields<'_>) -> Result<Message, Violation> {
    let mut version = fields.list("version")?;
    let (major, minor) = (version.integer("major")?, version.integer("minor")?);
    let settings = fields.map("settings")?;
    let window = fields.as_map(settings.get("window"), "window")?;
    let settings = Settings {
        stage: fields.as_text(settings.get("stage"), "stage")?,
        replica: fields.as_integer(settings.get("replica"), "replica")?,
        max_value_bytes: fields.as_integer(settings.get("maxValueBytes"), "maxValueBytes")?,
        window_operations: fields.as_integer(window.get("operations"), "operations")?,
        window_bytes: fields.as_integer(window.get("bytes"), "bytes")?,
        restart: match settings.get("restart") {
            None | Some(Value::Nil) => Restart::Never,
            Some(Value::Text(text)) if text == "on-failure" => Restart::OnFailure,
            Some(Value::Text(text)) if text == "always" => Restart::Always,
            other => return Err(fields.wrong("restart", "on-failure or always", other)),
        },
    };
    let ends = fields.list("ends")?.each(|ends| {
        let end = ends.map("end")?;
        let side = match end.get("side") {
            Some(Value::Text(side)) if side == "send" => Side::Send,
            Some(Value::Text(side)) if side == "receive" => Side::Receive,
            other => return Err(ends.wrong("side", "send or receive", other)),
        };
        Ok(NamedEnd {
            name: ends.as_text(end.get("name"), "name")?,
            passed: PassedEnd {
                end: ends.as_integer(end.get("end"), "end")?,
                side,
                channel: ends.as_text(end.get("channel"), "channel")?.into(),
                contract: known(end, "contract").map(|text| ends.as_text(Some(text), "contract")).transpose()?,
            },
        })
    })?;
    Ok(Message::Welcome { major, minor, settings, ends })
}

fn answer(number: u64, fields: &mut Fields<'_>, value: Vec<u8>) -> Result<Answer, Violation> {
    if number == 68 {
        return Ok(Answer::Late);
    }
    let guard = fields.integer("guard")? as usize;
    Ok(match number {
        66 => Answer::Deliver {
            guard,
            attempt: fields.integer("attempt")?,
            value,
            ends: if fields.elements.is_empty() { Vec::new() } else { fields.list("ends")?.each(passed_end)? },
        },
        67 => Answer::Completed { guard },
        69 => Answer::Withdrawn { guard, attempts: fields.integer("attempts")? },
        _ => Answer::Failed { guard, attempts: fields.integer("attempts")?, reason: reason(fields)? },
    })
}

fn passed_end(ends: &mut Fields<'_>) -> Result<PassedEnd, Violation> {
    let mut one = ends.list("end")?;
    let end = one.integer("end")?;
    let side = match one.integer("side")? {
        0 => Side::Send,
        1 => Side::Receive,
        side => return Err(ends.problem(format!("an end has no side {side}"))),
    };
    Ok(PassedEnd { end, side, channel: one.text("channel")?.into(), contract: None })
}

fn reason(fields: &mut Fields<'_>) -> Result<Reason, Violation> {
    let kind = fields.text("reason")?;
    Ok(match kind.as_str() {
        "ended" => Reason::Ended,
        "broken" => {
            let detail = fields.map("detail")?;
            Reason::Broken(failure(fields, detail)?)
        }
        "lost" => Reason::Lost(fields.list("detail")?.each(|failures| {
            let one = failures.map("failure")?;
            failure(failures, one)
        })?),
        "refused" => Reason::Refused(fields.text("detail")?),
        "too-large" => Reason::TooLarge(fields.integer("detail")?),
        _ => return Err(fields.problem(format!("an operation does not fail because of {kind:?}"))),
    })
}

fn failure(fields: &Fields<'_>, map: &Value) -> Result<Failure, Violation> {
    let text = |name: &str| known(map, name).map(|value| fields.as_text(Some(value), name)).transpose();
    Ok(Failure {
        code: fields.as_text(map.get("code"), "code")?,
        message: fields.as_text(map.get("message"), "message")?,
        stage: text("stage")?,
        exit_code: known(map, "exitCode").map(|value| fields.as_integer(Some(value), "exitCode")).transpose()?,
        signal: text("signal")?,
        stderr: match known(map, "stderr") {
            None => Vec::new(),
            lines => fields.as_list(lines, "stderr")?.each(|lines| lines.text("stderr"))?,
        },
    })
}

fn known<'a>(map: &'a Value, name: &str) -> Option<&'a Value> {
    map.get(name).filter(|value| !matches!(value, Value::Nil))
}

fn inspected(fields: &mut Fields<'_>) -> Result<Message, Violation> {
    let query = fields.integer("query")?;
    let counts = fields.map("statistics")?;
    let count = |name: &str| fields.as_integer(counts.get(name), name);
    let statistics = Statistics {
        capacity: count("capacity")?,
        senders: count("senders")?,
        receivers: count("receivers")?,
        waiting_senders: count("waitingSenders")?,
        waiting_receivers: count("waitingReceivers")?,
        buffered: count("buffered")?,
        in_hand: count("inHand")?,
        taken: count("taken")?,
        discarded: count("discarded")?,
        dead_letters: count("deadLetters")?,
        is_direct: counts.get("direct").is_some() && count("direct")? == 1,
    };
    Ok(Message::Inspected { query, statistics })
}
