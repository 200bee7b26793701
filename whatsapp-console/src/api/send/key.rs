//! The header `Idempotency-Key`: a repeated call gives the same message.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::HeaderMap;
use serde_json::Value;
use whatsapp_core::message::{Fingerprint, MessageKey, MessageType};
use whatsapp_core::{Request, UserId};

use crate::api::problem::Problem;
use crate::api::slug::Slug;

/// The longest key, in characters.
pub(crate) const KEY_MAX: usize = 255;

/// Reads the key of a call.
pub(super) fn read(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut keys = headers.get_all("idempotency-key").into_iter();
    let Some(key) = keys.next() else { return Ok(None) };
    let is_key = |key: &&str| {
        (1..=KEY_MAX).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())
    };
    let key = key.to_str().ok().filter(is_key).filter(|_| keys.next().is_none());
    key.map(|key| Some(key.to_owned())).ok_or_else(|| Problem::of(Slug::Key))
}

/// A request under the key of its call. The same key with the same body gives the same request.
pub(super) fn keyed(
    request: Request,
    kind: MessageType,
    by: &UserId,
    key: &str,
    body: &[u8],
) -> Request {
    let body = serde_json::from_slice(body).map(|body| compared(&body)).unwrap_or_default();
    request
        .with_key(MessageKey::of(kind, &["manual", by.as_str(), key]))
        .with_fingerprint(Fingerprint::of(&[("call", "whatsapp-send"), ("body", &body)]))
}

/// The text of a body for comparison, without members that are `null`: they mean the same as absent
/// ones.
fn compared(body: &Value) -> String {
    let mut body = body.clone();
    if let Value::Object(members) = &mut body {
        members.retain(|_, value| !value.is_null());
    }
    canonical(&body)
}

/// A value as text without blanks, with its members sorted by name.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            let member = |(name, value): (&String, &Value)| {
                format!("{}:{}", Value::from(name.as_str()), canonical(value))
            };
            format!("{{{}}}", members.into_iter().map(member).collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(","))
        }
        plain => plain.to_string(),
    }
}

/// The calls with a key that this process is answering at the moment.
#[derive(Debug, Clone, Default)]
pub(crate) struct InHand(Arc<Mutex<BTreeSet<(UserId, String)>>>);

/// A call that is being answered; dropping this ends it.
#[derive(Debug)]
pub(crate) struct Hold {
    of: InHand,
    call: (UserId, String),
}

impl InHand {
    /// Enters a call in the list of calls being answered.
    pub(super) fn take(&self, by: &UserId, key: &str) -> Result<Hold, Problem> {
        let call = (by.clone(), key.to_owned());
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if calls.insert(call.clone()) {
            Ok(Hold { of: self.clone(), call })
        } else {
            Err(Problem::of(Slug::InHand))
        }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.of.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.call);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_the_same_whatever_the_order_of_its_members() {
        let body = |json: &str| canonical(&serde_json::from_str(json).unwrap());
        let one = body(r#"{"b": [1, {"y": "ü", "x": null}], "a": "1"}"#);
        assert_eq!(one, r#"{"a":"1","b":[1,{"x":null,"y":"ü"}]}"#);
        assert_eq!(one, body("{\"a\":\"1\",\n\"b\":[1,{\"x\":null,\"y\":\"\\u00fc\"}]}"));
        assert_ne!(one, body(r#"{"a":1,"b":[1,{"x":null,"y":"ü"}]}"#));
        let compared = |json: &str| compared(&serde_json::from_str(json).unwrap());
        assert_eq!(compared(r#"{"a":"1","b":null}"#), compared(r#"{"a":"1"}"#));
        // No text can be taken for a member.
        assert_ne!(body(r#"{"a":"1\",\"b\":\"2"}"#), body(r#"{"a":"1","b":"2"}"#));
    }

    #[test]
    fn a_key_is_one_header_of_visible_characters() {
        let read = |keys: &[&str]| {
            let mut headers = HeaderMap::new();
            for key in keys {
                headers.append("idempotency-key", key.parse().unwrap());
            }
            super::read(&headers).map_err(|problem| problem.slug())
        };
        assert_eq!(read(&[]), Ok(None));
        assert_eq!(read(&["8e03978e"]), Ok(Some("8e03978e".to_owned())));
        for bad in [&[""][..], &["a b"], &["a", "a"], &["k".repeat(256).as_str()]] {
            assert_eq!(read(bad), Err(Slug::Key), "{bad:?}");
        }
        assert!(read(&["k".repeat(255).as_str()]).is_ok());
    }

    #[test]
    fn a_call_is_in_hand_once_until_it_is_answered() {
        let hand = InHand::default();
        let [asha, ravi] = ["asha", "ravi"].map(|user| UserId::new(user).unwrap());
        let hold = hand.take(&asha, "k").unwrap();
        assert_eq!(hand.take(&asha, "k").unwrap_err().slug(), Slug::InHand);
        assert!(hand.take(&ravi, "k").is_ok() && hand.take(&asha, "l").is_ok());
        drop(hold);
        assert!(hand.take(&asha, "k").is_ok());
    }
}
