//! Decoding of what is not quite as it should be.
//!
//! What fits is decoded as ever, at no cost. Otherwise a part that does not fit counts as absent: a
//! key of a struct becomes its default, an entry of a list or a map is left out, and only where the
//! type requires that part does its owner go too. A number may be written as a text or as `1.0`, and
//! a text as a number.

use std::cell::RefCell;

use serde::{
    Deserialize, Deserializer,
    de::{
        DeserializeOwned, DeserializeSeed, Error as _, Expected, MapAccess, SeqAccess, Unexpected,
        Visitor,
    },
    forward_to_deserialize_any,
};
use serde_json::{Error, Map, Number, Result, Value};

/// Decodes a JSON text as far as it fits.
pub(crate) fn from_str<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).or_else(|_| decode(&mut serde_json::from_str(text)?))
}

/// Decodes a value, whose keys that do not fit are taken away.
fn decode<'de, T: Deserialize<'de>>(value: &mut Value) -> Result<T> {
    loop {
        let misfit = RefCell::new(None);
        let error = match T::deserialize(Node {
            value,
            misfit: &misfit,
        }) {
            Ok(decoded) => return Ok(decoded),
            Err(error) => error,
        };
        // Each round takes one key away, and only those that the type knows can fail.
        let removed = misfit
            .take()
            .and_then(|key: String| value.as_object_mut()?.remove(&key));
        if removed.is_none() {
            return Err(error);
        }
    }
}

/// One value, and where to say which of its keys does not fit.
struct Node<'a> {
    value: &'a mut Value,
    misfit: &'a RefCell<Option<String>>,
}

impl Node<'_> {
    /// That another type is expected. For all types the same code.
    fn wrong_type(&self, expected: &dyn Expected) -> Error {
        let found = match &*self.value {
            Value::Null => Unexpected::Unit,
            Value::Bool(value) => Unexpected::Bool(*value),
            Value::Number(_) => Unexpected::Other("a number"),
            Value::String(text) => Unexpected::Str(text),
            Value::Array(_) => Unexpected::Seq,
            Value::Object(_) => Unexpected::Map,
        };
        Error::invalid_type(found, expected)
    }

    /// The number in it, as an integer if it is one: 2.0 is 2.
    fn as_number(&self) -> Option<Number> {
        let number: Number = match &*self.value {
            Value::Number(number) => number.clone(),
            Value::String(text) => text.trim().parse().ok()?,
            _ => return None,
        };
        let whole = number
            .as_f64()
            .filter(|float| number.is_f64() && float.fract() == 0.0)
            .and_then(|float| Number::from_i128(float as i128));
        Some(whole.unwrap_or(number))
    }

    fn number<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.as_number() {
            Some(number) => number.deserialize_any(visitor),
            None => Err(self.wrong_type(&visitor)),
        }
    }

    /// The text in it.
    fn as_text(&self) -> Option<String> {
        match &*self.value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(value) => Some(value.to_string()),
            _ => None,
        }
    }

    fn text<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.as_text() {
            Some(text) => visitor.visit_string(text),
            None => Err(self.wrong_type(&visitor)),
        }
    }

    fn as_bool(&self) -> Option<bool> {
        match &*self.value {
            Value::Bool(value) => Some(*value),
            Value::String(text) => text.parse().ok(),
            Value::Number(number) => match number.as_u64() {
                Some(0) => Some(false),
                Some(1) => Some(true),
                _ => None,
            },
            _ => None,
        }
    }
}

macro_rules! by {
    ($kind:ident: $($method:ident)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            self.$kind(visitor)
        })+
    };
}

impl<'de> Deserializer<'de> for Node<'_> {
    type Error = Error;

    by!(number: deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_f32 deserialize_f64);
    by!(text: deserialize_char deserialize_str deserialize_string);

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) => number.clone().deserialize_any(visitor),
            Value::String(text) => visitor.visit_string(text.clone()),
            Value::Array(_) => self.deserialize_seq(visitor),
            Value::Object(_) => self.deserialize_map(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.as_bool() {
            Some(value) => visitor.visit_bool(value),
            None => Err(self.wrong_type(&visitor)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        if !name.starts_with('$') {
            return visitor.visit_newtype_struct(self);
        }
        // For serde_json's raw values, an object of this key and the text.
        let text = Value::String(self.value.to_string());
        let mut raw = Map::from_iter([(name.to_owned(), text)]);
        visitor.visit_map(Keys {
            left: raw.iter_mut(),
            next: None,
            misfit: self.misfit,
        })
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.value {
            Value::Array(list) => visitor.visit_seq(Entries(list.iter_mut())),
            _ => Err(self.wrong_type(&visitor)),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.value {
            Value::Object(map) => visitor.visit_map(Keys {
                left: map.iter_mut(),
                next: None,
                misfit: self.misfit,
            }),
            _ => Err(self.wrong_type(&visitor)),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.value.clone().deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bytes byte_buf unit unit_struct tuple tuple_struct identifier ignored_any
    }
}

/// The entries of a list that fit.
struct Entries<'a>(std::slice::IterMut<'a, Value>);

impl<'de> SeqAccess<'de> for Entries<'_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        let Some(value) = self.0.next() else {
            return Ok(None);
        };
        let misfit = &RefCell::new(None);
        seed.deserialize(Node { value, misfit }).map(Some)
    }

    fn next_element<T: Deserialize<'de>>(&mut self) -> Result<Option<T>> {
        Ok(self.0.find_map(|value| decode(value).ok()))
    }
}

/// The keys of an object, and their values.
struct Keys<'a> {
    left: serde_json::map::IterMut<'a>,
    next: Option<(&'a String, &'a mut Value)>,
    misfit: &'a RefCell<Option<String>>,
}

impl<'a> Keys<'a> {
    /// The value of the key that was read, and what to do if it does not fit.
    fn value(&mut self) -> Result<(&'a mut Value, impl FnOnce(Error) -> Error + use<'a>)> {
        let misfit = self.misfit;
        let next = self.next.take();
        let (key, value) = next.ok_or_else(|| Error::custom("a value without its key"))?;
        Ok((value, move |error| {
            *misfit.borrow_mut() = Some(key.clone());
            error
        }))
    }
}

impl<'de> MapAccess<'de> for Keys<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        self.next = self.left.next();
        let Some((key, _)) = &self.next else {
            return Ok(None);
        };
        let (value, misfit) = (&mut Value::String((*key).clone()), &RefCell::new(None));
        seed.deserialize(Node { value, misfit }).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value> {
        let (value, failed) = self.value()?;
        let misfit = &RefCell::new(None);
        seed.deserialize(Node { value, misfit }).map_err(failed)
    }

    fn next_value<V: Deserialize<'de>>(&mut self) -> Result<V> {
        let (value, failed) = self.value()?;
        decode(value).map_err(failed)
    }

    fn next_entry<K: Deserialize<'de>, V: Deserialize<'de>>(&mut self) -> Result<Option<(K, V)>> {
        while let Some(key) = self.next_key()? {
            if let Ok(value) = self.value().and_then(|(value, _)| decode(value)) {
                return Ok(Some((key, value)));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize, PartialEq, Debug)]
    struct Room {
        id: u64,
        #[serde(default)]
        name: String,
        #[serde(default)]
        pin: Option<bool>,
        #[serde(default)]
        tags: Vec<String>,
        #[serde(default)]
        inner: Option<Box<Room>>,
        #[serde(default)]
        more: BTreeMap<String, u64>,
        #[serde(default)]
        rest: Value,
    }

    fn room(text: &str) -> Result<Room> {
        from_str(text)
    }

    #[test]
    fn what_does_not_fit_is_as_if_it_were_absent() {
        let found = room(
            r#"{"id":7,"name":null,"pin":"?","tags":["a",null,{},"b"],"rest":{"a":[null]},
            "inner":{"id":8,"name":{},"tags":"x","inner":{"id":null}},"more":{"a":1,"b":[],"c":2}}"#,
        );
        let inner = Room {
            id: 8,
            ..room(r#"{"id":8}"#).expect("a room")
        };
        let expected = Room {
            id: 7,
            name: String::new(),
            pin: None,
            tags: vec!["a".to_owned(), "b".to_owned()],
            inner: Some(Box::new(inner)),
            more: [("a".to_owned(), 1), ("c".to_owned(), 2)].into(),
            rest: serde_json::json!({"a": [null]}),
        };
        assert_eq!(found.expect("a room"), expected);
    }

    #[test]
    fn without_what_a_type_requires_there_is_no_value() {
        for text in [
            r#"{}"#,
            r#"{"id":null}"#,
            r#"{"id":-1}"#,
            r#"{"id":1.5}"#,
            "7",
            "[{}]",
        ] {
            assert!(room(text).is_err(), "{text}");
        }
        let list: Vec<Room> = from_str(r#"[{"id":1},{"id":[]},3,{"id":2}]"#).expect("a list");
        assert_eq!(list.iter().map(|room| room.id).collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn numbers_texts_and_yes_or_no_are_read_however_they_are_written() {
        for id in ["7", "7.0", "\"7\"", "\" 7.0 \"", "70e-1"] {
            let text = format!(r#"{{"id":{id},"name":42,"pin":"true","tags":[1,true]}}"#);
            let found = room(&text).expect(id);
            assert_eq!((found.id, &*found.name, found.pin), (7, "42", Some(true)));
            assert_eq!(found.tags, ["1", "true"]);
        }
        let large = [u64::MAX, 1 << 63, i64::MAX as u64, (1 << 53) + 1];
        for id in large {
            let text = format!(r#"{{"id":{id},"pin":1}}"#);
            assert_eq!(
                room(&text).map(|room| (room.id, room.pin)).ok(),
                Some((id, Some(true)))
            );
        }
    }

    #[test]
    fn many_misfits_cost_as_much_as_the_text_is_long() {
        let entry = r#"{"id":1,"name":[],"pin":"?","more":{"a":{},"b":[]},"tags":[null,null]},"#;
        let text = format!("[{}7]", entry.repeat(20_000));
        let list: Vec<Room> = from_str(&text).expect("a list");
        assert_eq!(list.len(), 20_000);
    }
}
