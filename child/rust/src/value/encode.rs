//! From a value of Rust to its bytes, by serde. What would not arrive as it is, is refused.

use std::ops::Range;

use serde::ser::{self, Serialize};

use super::msgpack::{self, Token, Tokens};
use super::unfit::Unfit;
use super::{END, MAX_DEPTH, MOMENT, Moment};

/// The bytes of a value, and the places of the ends that it mentions, one bit each.
pub(crate) fn encode<T: Serialize + ?Sized>(value: &T) -> Result<(Vec<u8>, u64), Unfit> {
    let mut encoder = Encoder { out: Vec::new(), depth: 0, mentioned: 0 };
    value.serialize(&mut encoder)?;
    Ok((encoder.out, encoder.mentioned))
}

struct Encoder {
    out: Vec<u8>,
    depth: usize,
    mentioned: u64,
}

impl Encoder {
    fn enter(&mut self, levels: usize) -> Result<(), Unfit> {
        self.depth += levels;
        if self.depth > MAX_DEPTH {
            return Err(Unfit::new(format!("something nested deeper than {MAX_DEPTH} levels")));
        }
        Ok(())
    }

    /// A list or a map whose elements follow. How many there were is written when they are over.
    fn holder(&mut self, kind: Kind, claimed: Option<usize>) -> Result<Holder<'_>, Unfit> {
        self.enter(1)?;
        self.holder_within(kind, claimed, 1)
    }

    /// `{"Variant": …}`, as which an enum's variant with contents is written.
    fn variant(&mut self, name: &'static str, kind: Kind, length: usize) -> Result<Holder<'_>, Unfit> {
        self.enter(2)?;
        msgpack::write_map(1, &mut self.out);
        msgpack::write_text(name, &mut self.out);
        self.holder_within(kind, Some(length), 2)
    }

    fn holder_within(&mut self, kind: Kind, claimed: Option<usize>, levels: usize) -> Result<Holder<'_>, Unfit> {
        let start = self.out.len();
        let claimed = claimed.unwrap_or(0);
        kind.write(claimed, &mut self.out);
        let body = self.out.len();
        Ok(Holder { encoder: self, kind, levels, start, body, claimed, count: 0, keys: Vec::new() })
    }

    fn int(&mut self, number: i128) -> Result<(), Unfit> {
        if msgpack::write_int(number, &mut self.out) {
            return Ok(());
        }
        Err(Unfit::new(format!("the integer {number}, which has more than 64 bits (send it as a text)")))
    }

    /// One of our own forms: what serde was told of its contents becomes an extension.
    fn own<T: Serialize + ?Sized>(&mut self, name: &str, contents: &T) -> Result<(), Unfit> {
        let start = self.out.len();
        contents.serialize(&mut *self)?;
        let written = self.out.split_off(start);
        match Tokens::of(&written).next()? {
            Token::Int(place) if name == END => {
                self.mentioned |= 1 << place;
                msgpack::write_end(place as u8, &mut self.out);
            }
            Token::Bytes(contents) if name == MOMENT => {
                let moment = Moment::from_contents(contents).ok_or_else(|| Unfit::new("a moment that is none"))?;
                msgpack::write_moment(moment, &mut self.out);
            }
            _ => return Err(Unfit::new(format!("a type of the name {name}, which is one of this crate"))),
        }
        Ok(())
    }
}

impl<'a> ser::Serializer for &'a mut Encoder {
    type Ok = ();
    type Error = Unfit;
    type SerializeSeq = Holder<'a>;
    type SerializeTuple = Holder<'a>;
    type SerializeTupleStruct = Holder<'a>;
    type SerializeTupleVariant = Holder<'a>;
    type SerializeMap = Holder<'a>;
    type SerializeStruct = Holder<'a>;
    type SerializeStructVariant = Holder<'a>;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn serialize_bool(self, value: bool) -> Result<(), Unfit> {
        msgpack::write_bool(value, &mut self.out);
        Ok(())
    }

    fn serialize_i8(self, value: i8) -> Result<(), Unfit> {
        self.int(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<(), Unfit> {
        self.int(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<(), Unfit> {
        self.int(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<(), Unfit> {
        self.int(value.into())
    }

    fn serialize_i128(self, value: i128) -> Result<(), Unfit> {
        self.int(value)
    }

    fn serialize_u8(self, value: u8) -> Result<(), Unfit> {
        self.int(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<(), Unfit> {
        self.int(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<(), Unfit> {
        self.int(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<(), Unfit> {
        self.int(value.into())
    }

    fn serialize_u128(self, value: u128) -> Result<(), Unfit> {
        match i128::try_from(value) {
            Ok(value) => self.int(value),
            Err(_) => self.int(i128::MAX),
        }
    }

    fn serialize_f32(self, value: f32) -> Result<(), Unfit> {
        msgpack::write_f32(value, &mut self.out);
        Ok(())
    }

    fn serialize_f64(self, value: f64) -> Result<(), Unfit> {
        msgpack::write_f64(value, &mut self.out);
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), Unfit> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), Unfit> {
        msgpack::write_text(value, &mut self.out);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Unfit> {
        msgpack::write_bytes(value, &mut self.out);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Unfit> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Unfit> {
        let start = self.out.len();
        value.serialize(&mut *self)?;
        if Tokens::of(&self.out[start..]).next()? == Token::Nil {
            return Err(Unfit::new("Some of nothing, which would arrive as None (send an enum of your own)"));
        }
        Ok(())
    }

    fn serialize_unit(self) -> Result<(), Unfit> {
        msgpack::write_nil(&mut self.out);
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Unfit> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Unfit> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Result<(), Unfit> {
        if name == END || name == MOMENT { self.own(name, value) } else { value.serialize(self) }
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Unfit> {
        self.enter(1)?;
        msgpack::write_map(1, &mut self.out);
        msgpack::write_text(variant, &mut self.out);
        value.serialize(&mut *self).map_err(|unfit| unfit.at_key(variant))?;
        self.depth -= 1;
        Ok(())
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Holder<'a>, Unfit> {
        self.holder(Kind::List, length)
    }

    fn serialize_tuple(self, length: usize) -> Result<Holder<'a>, Unfit> {
        self.holder(Kind::List, Some(length))
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<Holder<'a>, Unfit> {
        self.holder(Kind::List, Some(length))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Holder<'a>, Unfit> {
        self.variant(variant, Kind::List, length)
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Holder<'a>, Unfit> {
        self.holder(Kind::Map, length)
    }

    fn serialize_struct(self, _: &'static str, length: usize) -> Result<Holder<'a>, Unfit> {
        self.holder(Kind::Map, Some(length))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Holder<'a>, Unfit> {
        self.variant(variant, Kind::Map, length)
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    List,
    Map,
}

impl Kind {
    fn write(self, count: usize, out: &mut Vec<u8>) {
        match self {
            Kind::List => msgpack::write_list(count, out),
            Kind::Map => msgpack::write_map(count, out),
        }
    }
}

/// A list or a map that is being written.
struct Holder<'a> {
    encoder: &'a mut Encoder,
    kind: Kind,
    /// How deep it and what is written around it are nested.
    levels: usize,
    /// Where it begins, and where its first element does.
    start: usize,
    body: usize,
    claimed: usize,
    count: usize,
    /// Where the keys are of a map that may have one twice.
    keys: Vec<Range<usize>>,
}

impl Holder<'_> {
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
        let index = self.count;
        self.count += 1;
        value.serialize(&mut *self.encoder).map_err(|unfit| unfit.at_index(index))
    }

    fn field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Unfit> {
        self.count += 1;
        msgpack::write_text(key, &mut self.encoder.out);
        value.serialize(&mut *self.encoder).map_err(|unfit| unfit.at_key(key))
    }

    fn key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Unfit> {
        self.count += 1;
        let start = self.encoder.out.len();
        key.serialize(&mut *self.encoder)?;
        self.keys.push(start..self.encoder.out.len());
        match Tokens::of(&self.encoder.out[start..]).next()? {
            Token::Text(_) => Ok(()),
            other => Err(Unfit::new(format!(
                "a map with {} for a key (only a text can be one: send a list of pairs, or make it a text)",
                other.in_words()
            ))),
        }
    }

    fn entry<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
        let value = value.serialize(&mut *self.encoder);
        value.map_err(|unfit| unfit.at_key(self.keys.last().map_or("", |at| self.text_at(at))))
    }

    fn text_at(&self, at: &Range<usize>) -> &str {
        match Tokens::of(&self.encoder.out[at.clone()]).next() {
            Ok(Token::Text(text)) => text,
            _ => "",
        }
    }

    fn close(mut self) -> Result<(), Unfit> {
        self.refuse_twins()?;
        if self.count != self.claimed {
            let mut head = Vec::new();
            self.kind.write(self.count, &mut head);
            self.encoder.out.splice(self.start..self.body, head);
        }
        self.encoder.depth -= self.levels;
        Ok(())
    }

    /// A map that is flattened into another may bring a key that is there already.
    fn refuse_twins(&mut self) -> Result<(), Unfit> {
        let out = &self.encoder.out;
        self.keys.sort_unstable_by(|one, other| out[one.clone()].cmp(&out[other.clone()]));
        match self.keys.windows(2).find(|pair| out[pair[0].clone()] == out[pair[1].clone()]) {
            None => Ok(()),
            Some(pair) => Err(Unfit::new(format!("a map with the key {:?} twice", self.text_at(&pair[0])))),
        }
    }
}

impl ser::SerializeSeq for Holder<'_> {
    type Ok = ();
    type Error = Unfit;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
        self.element(value)
    }

    fn end(self) -> Result<(), Unfit> {
        self.close()
    }
}

impl ser::SerializeTuple for Holder<'_> {
    type Ok = ();
    type Error = Unfit;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
        self.element(value)
    }

    fn end(self) -> Result<(), Unfit> {
        self.close()
    }
}

impl ser::SerializeTupleStruct for Holder<'_> {
    type Ok = ();
    type Error = Unfit;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
        self.element(value)
    }

    fn end(self) -> Result<(), Unfit> {
        self.close()
    }
}

impl ser::SerializeTupleVariant for Holder<'_> {
    type Ok = ();
    type Error = Unfit;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
        self.element(value)
    }

    fn end(self) -> Result<(), Unfit> {
        self.close()
    }
}

impl ser::SerializeMap for Holder<'_> {
    type Ok = ();
    type Error = Unfit;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Unfit> {
        self.key(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
        self.entry(value)
    }

    fn end(self) -> Result<(), Unfit> {
        self.close()
    }
}

impl ser::SerializeStruct for Holder<'_> {
    type Ok = ();
    type Error = Unfit;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Unfit> {
        self.field(key, value)
    }

    fn end(self) -> Result<(), Unfit> {
        self.close()
    }
}

impl ser::SerializeStructVariant for Holder<'_> {
    type Ok = ();
    type Error = Unfit;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Unfit> {
        self.field(key, value)
    }

    fn end(self) -> Result<(), Unfit> {
        self.close()
    }
}
