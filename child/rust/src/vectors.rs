//! The golden vectors that all languages share, in `test/vectors` of the repository.

use std::path::Path;

use serde_json::Value as Json;

use crate::value::{Bytes, Moment, Value};

pub(crate) fn vectors_in(file: &str) -> Vec<Json> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test/vectors").join(file);
    let text = std::fs::read_to_string(path).expect("the vectors are in the repository");
    let mut file: Json = serde_json::from_str(&text).expect("they are JSON");
    match file["vectors"].take() {
        Json::Array(vectors) => vectors,
        other => panic!("expected vectors, got {other}"),
    }
}

pub(crate) fn text(json: &Json) -> &str {
    json.as_str().unwrap_or_else(|| panic!("expected a text, got {json}"))
}

pub(crate) fn number(json: &Json) -> u64 {
    json.as_u64().unwrap_or_else(|| panic!("expected a number, got {json}"))
}

pub(crate) fn list(json: &Json) -> &[Json] {
    json.as_array().map_or(&[], Vec::as_slice)
}

pub(crate) fn bytes(json: &Json) -> Vec<u8> {
    let hex = text(json);
    let pairs = (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16));
    pairs.collect::<Result<_, _>>().expect("it is hexadecimal")
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a value of the notation is in Rust; `None` for one with ends, which needs a link.
pub(crate) fn value_of(notation: &Json) -> Option<Value> {
    let (kind, value) = notation.as_object()?.iter().next()?;
    Some(match kind.as_str() {
        "nil" => Value::Nil,
        "bool" => Value::Bool(value.as_bool()?),
        "int" => Value::Int(text(value).parse().ok()?),
        "float" => Value::Float(text(value).replace("Infinity", "inf").parse().ok()?),
        "str" => Value::Text(text(value).to_owned()),
        "bin" => Value::Bytes(Bytes(bytes(value))),
        "array" => Value::List(list(value).iter().map(value_of).collect::<Option<_>>()?),
        "map" => {
            let entries = list(value).iter().map(|pair| Some((text(&pair[0]).to_owned(), value_of(&pair[1])?)));
            Value::Map(entries.collect::<Option<_>>()?)
        }
        "time" => {
            let seconds = text(&value["seconds"]).parse().ok()?;
            Value::Moment(Moment::new(seconds, number(&value["nanoseconds"]) as u32)?)
        }
        "end" => return None,
        other => panic!("there is no type {other:?}"),
    })
}
