//! Reading of requests: every problem is a sentence that names its field.

use axum::body::Bytes;
use chrono::NaiveDate;
use serde_json::{Map, Value};
use uuid::Uuid;
use whatsapp_core::WhatsAppNumber;
use whatsapp_core::format::Amount;

/// Problem of a request.
#[derive(Debug)]
pub(crate) struct Problem(pub(crate) String);

/// Longest text of a field.
const LONGEST: usize = 200;

/// Fields of a body.
#[derive(Debug)]
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    pub(crate) fn read(body: &Bytes, known: &[&str]) -> Result<Self, Problem> {
        let fields = match serde_json::from_slice(body) {
            Ok(Value::Object(fields)) => fields,
            Ok(_) => return Err(Problem("the body is not a JSON object".to_owned())),
            Err(error) => return Err(Problem(format!("the body is not JSON: {error}"))),
        };
        match fields.keys().find(|name| !known.contains(&name.as_str())) {
            Some(name) => {
                Err(Problem(format!("{name}: there is no such field; known: {}", known.join(", "))))
            }
            None => Ok(Self(fields)),
        }
    }

    /// Reads a text on one line, not empty.
    pub(crate) fn text(&self, name: &str) -> Result<&str, Problem> {
        let value = self.0.get(name).ok_or_else(|| Problem(format!("{name}: is missing")))?;
        line(name, value)
    }

    /// Reads a text that may be missing or null.
    pub(crate) fn optional(&self, name: &str) -> Result<Option<&str>, Problem> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => line(name, value).map(Some),
        }
    }

    /// Reads some texts, at least one.
    pub(crate) fn lines(&self, name: &str) -> Result<Vec<String>, Problem> {
        let list = self.0.get(name).and_then(Value::as_array).filter(|list| !list.is_empty());
        let list = list.ok_or_else(|| Problem(format!("{name}: is not a list of texts")))?;
        list.iter().map(|value| line(name, value).map(str::to_owned)).collect()
    }

    pub(crate) fn id(&self, name: &str) -> Result<Uuid, Problem> {
        let text = self.text(name)?;
        text.parse().map_err(|_| Problem(format!("{name}: is not a UUID")))
    }

    pub(crate) fn date(&self, name: &str) -> Result<NaiveDate, Problem> {
        let text = self.text(name)?;
        text.parse().map_err(|_| Problem(format!("{name}: is not a date like 2026-11-30")))
    }

    pub(crate) fn amount(&self, name: &str) -> Result<Amount, Problem> {
        let amount = Amount::rupees(self.text(name)?);
        let amount = amount.map_err(|error| Problem(format!("{name}: {error}")))?;
        if amount.minor() == 0 {
            return Err(Problem(format!("{name}: is nothing")));
        }
        Ok(amount)
    }

    /// Reads a number that can be part of a path: letters, digits and hyphens.
    pub(crate) fn number(&self, name: &str) -> Result<&str, Problem> {
        let text = self.text(name)?;
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if text.len() <= 40 && text.chars().all(fits) {
            Ok(text)
        } else {
            Err(Problem(format!("{name}: has 40 letters, digits and hyphens at most")))
        }
    }

    pub(crate) fn whatsapp_number(&self, name: &str) -> Result<Option<&str>, Problem> {
        let text = self.optional(name)?;
        if let Some(text) = text {
            WhatsAppNumber::parse(text).map_err(|error| Problem(format!("{name}: {error}")))?;
        }
        Ok(text)
    }
}

fn line<'v>(name: &str, value: &'v Value) -> Result<&'v str, Problem> {
    let text = value.as_str().ok_or_else(|| Problem(format!("{name}: is not a text")))?.trim();
    if text.is_empty() {
        Err(Problem(format!("{name}: is empty")))
    } else if text.chars().count() > LONGEST {
        Err(Problem(format!("{name}: is longer than {LONGEST} characters")))
    } else if text.chars().any(char::is_control) {
        Err(Problem(format!("{name}: is more than one line")))
    } else {
        Ok(text)
    }
}
