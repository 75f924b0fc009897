//! §5: values as bytes and back.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Bytes, Moment, Value, check, decode, encode};
use crate::vectors::{bytes, hex, list, number, text, value_of, vectors_in};

fn bytes_of<T: Serialize>(value: &T) -> Vec<u8> {
    encode(value).unwrap_or_else(|unfit| panic!("{unfit}")).0
}

fn back<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    check(bytes, 0).and_then(|()| decode(bytes)).map_err(|unfit| unfit.to_string())
}

fn refusal<T: Serialize>(value: &T) -> String {
    encode(value).err().map_or_else(|| "it was encoded".to_owned(), |unfit| unfit.to_string())
}

fn nested(depth: usize) -> Value {
    (1..depth).fold(Value::List(Vec::new()), |inner, _| Value::List(vec![inner]))
}

#[test]
fn section_5_every_golden_value_is_written_and_read_in_every_form() {
    let mut walked = 0;
    for vector in vectors_in("values.json") {
        let name = text(&vector["name"]);
        let Some(value) = value_of(&vector["value"]) else {
            let forms = bytes(&vector["bytes"]);
            assert_eq!(check(&forms, number(&vector["ends"]) as usize), Ok(()), "{name}");
            continue;
        };
        let written = hex(&bytes_of(&value));
        let valid: Vec<&str> = std::iter::once(&vector["bytes"]).chain(list(&vector["alsoValid"])).map(text).collect();
        assert_eq!(written, valid[0], "{name}");
        for form in valid {
            let read: Value = back(&bytes(&form.into())).unwrap_or_else(|why| panic!("{name}, {form}: {why}"));
            assert_eq!(format!("{read:?}"), format!("{value:?}"), "{name}, {form}");
        }
        walked += 1;
    }
    assert!(walked > 70, "{walked}");
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Order {
    number: u64,
    price: f64,
    items: Vec<Item>,
    note: Option<String>,
    sent: Moment,
    label: Bytes,
    state: State,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Item(u32, char);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum State {
    Open,
    Paid(u8),
    Sent { days: u8, by: (String, bool) },
}

#[test]
fn section_5_types_of_rust_come_back_as_they_were() {
    for state in [State::Open, State::Paid(3), State::Sent { days: 2, by: ("Ada".to_owned(), true) }] {
        let order = Order {
            number: u64::MAX,
            price: -0.5,
            items: vec![Item(7, 'ß')],
            note: None,
            sent: Moment::new(-1, 999_999_999).expect("it is one"),
            label: Bytes(vec![0, 255]),
            state,
        };
        assert_eq!(back(&bytes_of(&order)), Ok(order));
    }
    let map = HashMap::from([("one".to_owned(), i64::MIN), ("two".to_owned(), i64::MAX)]);
    assert_eq!(back(&bytes_of(&map)), Ok(map));
    assert_eq!(back(&bytes_of(&(u64::MAX, f32::MAX, ()))), Ok((u64::MAX, f32::MAX, ())));
    assert!(back::<f64>(&bytes_of(&f64::NAN)).is_ok_and(f64::is_nan));
}

#[test]
fn section_5_1_a_struct_is_a_map_and_a_variant_one_with_its_name() {
    assert_eq!(hex(&bytes_of(&State::Paid(3))), "81a45061696403");
    assert_eq!(hex(&bytes_of(&State::Open)), "a44f70656e");
    let read: Value = back(&bytes_of(&State::Sent { days: 2, by: ("A".to_owned(), true) })).expect("it is one");
    assert_eq!(
        read.get("Sent").and_then(|sent| sent.get("days")).map(|days| format!("{days:?}")),
        Some("Int(2)".into())
    );
}

#[test]
fn section_5_2_numbers_of_javascript_go_into_the_type_that_waits_for_them() {
    assert_eq!(back::<u64>(&bytes_of(&5.0)), Ok(5));
    assert_eq!(back::<i32>(&bytes_of(&-7.0)), Ok(-7));
    assert_eq!(back::<f64>(&bytes_of(&5)), Ok(5.0));
    assert!(back::<u8>(&bytes_of(&5.5)).is_err());
    assert!(back::<u8>(&bytes_of(&300)).is_err());
    assert!(back::<u8>(&bytes_of(&-1)).is_err());
    assert!(back::<u64>(&bytes_of(&1e300)).is_err());
    assert!(back::<f64>(&bytes_of(&(u64::MAX - 1))).is_err_and(|why| why.contains("no f64 can hold")));
}

#[test]
fn section_5_3_what_would_arrive_as_something_else_is_refused_with_its_place() {
    #[derive(Serialize)]
    struct Outer<T> {
        items: Vec<BTreeMap<String, T>>,
    }
    fn within<T: Serialize>(value: T) -> Outer<T> {
        Outer { items: vec![BTreeMap::new(), BTreeMap::from([("when it was".to_owned(), value)])] }
    }
    assert_eq!(
        refusal(&within(i128::MAX)),
        format!(
            "the integer {}, which has more than 64 bits (send it as a text) at $.items[1][\"when it was\"]",
            i128::MAX
        )
    );
    assert_eq!(
        refusal(&within(BTreeMap::from([(1, 2)]))),
        "a map with an integer for a key (only a text can be one: send a list of pairs, or make it a text) at \
         $.items[1][\"when it was\"]"
    );
    assert!(refusal(&Some(None::<u8>)).starts_with("Some of nothing, which would arrive as None"));
    assert!(refusal(&Some(())).starts_with("Some of nothing"));
    assert_eq!(refusal(&u128::MAX).split(',').next(), Some(&*format!("the integer {}", i128::MAX)));
    let twins =
        Value::Map(vec![("a".to_owned(), Value::Nil), ("b".to_owned(), Value::Nil), ("a".to_owned(), Value::Nil)]);
    assert_eq!(refusal(&twins), "a map with the key \"a\" twice");
}

#[test]
fn section_5_4_values_are_nested_128_deep_when_sent_and_144_when_read() {
    assert!(encode(&nested(128)).is_ok());
    assert!(refusal(&nested(129)).starts_with("something nested deeper than 128 levels at $[0][0]"));
    let inside = |depth: usize| [vec![0x91; depth - 1], vec![0x90]].concat();
    assert!(back::<Value>(&inside(144)).is_ok());
    assert_eq!(back::<Value>(&inside(145)).err().as_deref(), Some("it is nested deeper than 128 levels"));
    assert!(encode(&Value::List(vec![nested(100); 3])).is_ok(), "what is beside it does not count");
    // As deep as a variant in a variant is written.
    #[derive(Serialize)]
    enum Deep {
        In { deeper: Box<Deep> },
        Bottom,
    }
    let deep = |depth| (0..depth).fold(Deep::Bottom, |inner, _| Deep::In { deeper: Box::new(inner) });
    assert!(encode(&deep(64)).is_ok());
    assert!(encode(&deep(65)).is_err());
}

#[test]
fn section_5_5_bytes_that_are_no_value_are_refused_with_a_reason() {
    for (said, why) in [
        ("", "it ends too early"),
        ("c1", "there is no such thing as c1 in plain msgpack"),
        ("a36869", "it ends too early"),
        ("92c0", "it ends too early"),
        ("ddffffffff", "it ends too early"),
        ("c0c0", "it has 1 bytes after its end"),
        ("8101c0", "a key is not a text, but an integer"),
        ("81c0c0", "a key is not a text, but nil"),
        ("a1ff", "a text is not UTF-8"),
        ("d40200", "there is no extension of type 2 with 1 byte"),
        ("d6000000000a", "there is no extension of type 0 with 4 bytes"),
        ("c70cff3b9aca000000000000000000", "a moment with 1000000000 nanoseconds"),
        ("d40100", "it mentions end 0 of the 0 that it carries"),
    ] {
        let refused = back::<Value>(&bytes(&said.into())).err().unwrap_or_default();
        assert!(refused.starts_with(why), "{said}: {refused}");
    }
}

#[test]
fn section_5_7_each_end_of_the_list_is_mentioned() {
    assert_eq!(check(&[0xd4, 1, 0], 1), Ok(()));
    let unmentioned = check(&[0x92, 0xd4, 1, 0, 0xd4, 1, 0], 2);
    assert_eq!(unmentioned.map_err(|unfit| unfit.to_string()), Err("it carries 2 ends, and mentions 1".to_owned()));
}

#[test]
fn section_3_12_what_is_of_another_type_is_refused_with_its_place() {
    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Question {
        numbers: Vec<(u8, String)>,
        raw: Option<Vec<u8>>,
    }
    let why = |value: &Value| back::<Question>(&bytes_of(value)).map(|_| ()).unwrap_err();
    let question = |numbers: Value, raw: Value| {
        Value::Map(vec![("numbers".to_owned(), Value::List(vec![numbers])), ("raw".to_owned(), raw)])
    };
    let pair = |number: Value| Value::List(vec![number, Value::Text("a".to_owned())]);
    assert_eq!(
        why(&question(pair(Value::Text("one".to_owned())), Value::Nil)),
        "invalid type: string \"one\", expected u8 at $.numbers[0][0]"
    );
    assert_eq!(
        why(&question(pair(Value::Int(1)), Value::Bytes(Bytes(vec![1])))),
        "bytes, where a list was expected (receive them as handover::Bytes) at $.raw"
    );
    let three = Value::List(vec![Value::Int(1), Value::Text(String::new()), Value::Nil]);
    assert_eq!(why(&question(three, Value::Nil)), "a list of 3, where 2 were expected at $.numbers[0]");
    let moment = Value::Moment(Moment::now());
    assert!(why(&question(pair(moment), Value::Nil)).starts_with("invalid type: a moment"), "a moment is no number");
}

#[test]
fn section_5_1_moments_before_1970_go_to_system_time_and_back() {
    for time in [
        UNIX_EPOCH,
        UNIX_EPOCH + Duration::new(1 << 35, 5),
        UNIX_EPOCH - Duration::from_nanos(1),
        UNIX_EPOCH - Duration::from_secs(86_400 * 365 * 300),
    ] {
        let moment: Moment = back(&bytes_of(&Moment::from(time))).expect("it is one");
        assert_eq!(SystemTime::try_from(moment), Ok(time));
    }
    let far = Moment::new(i64::MIN, 0).expect("it is one");
    assert_eq!(back(&bytes_of(&far)), Ok(far));
    assert_eq!(Moment::new(0, 1_000_000_000), None);
}

#[test]
fn section_5_1_moments_may_be_anywhere_in_an_untagged_or_flattened_type() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Entry {
        name: String,
        #[serde(flatten)]
        rest: Rest,
    }
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(untagged)]
    enum Rest {
        At { when: Moment },
        Otherwise { why: String },
    }
    for rest in [Rest::At { when: Moment::now() }, Rest::Otherwise { why: "no".to_owned() }] {
        let entry = Entry { name: "a".to_owned(), rest };
        assert_eq!(back(&bytes_of(&entry)), Ok(entry));
    }
}
