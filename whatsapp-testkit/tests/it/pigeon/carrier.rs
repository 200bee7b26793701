//! The adapter: one line out, one line back.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use whatsapp_core::WhatsAppNumber;
use whatsapp_core::message::{Cause, Delivery, Reported};
use whatsapp_core::port::{
    Accepted, DeliveryReports, ListedMessage, Listing, OutgoingMessage, Probe, Transport,
    TransportError,
};
use whatsapp_core::retry::Disposition;

use super::loft::{Loft, Lost};

/// Long enough for any pigeon, short enough to wait for one that never comes.
const PATIENCE: Duration = Duration::from_millis(500);

#[derive(Debug)]
pub(super) struct Carrier {
    loft: Arc<Loft>,
    key: String,
    /// Sends a second pigeon when the first brought nothing, which no transport may do.
    impatient: bool,
}

fn unknown() -> TransportError {
    TransportError::new(Disposition::Unknown, "the pigeon brought nothing that can be read")
}

impl Carrier {
    pub(super) fn new(loft: Arc<Loft>, key: String) -> Self {
        Self { loft, key, impatient: false }
    }

    pub(super) fn impatient(loft: Arc<Loft>, key: String) -> Self {
        Self { loft, key, impatient: true }
    }

    async fn ask(&self, mut request: Value) -> Result<Value, TransportError> {
        request["key"] = self.key.as_str().into();
        let line = request.to_string();
        let answer = tokio::time::timeout(PATIENCE, self.loft.carry(&line)).await;
        let line = match answer.map_err(|_| unknown())? {
            Ok(line) => line,
            Err(Lost::Silence) => return Err(unknown()),
            Err(Lost::Nobody) => {
                let words = "there is no loft";
                return Err(TransportError::new(Disposition::Transient, words).not_reached());
            }
        };
        let answer: Value = serde_json::from_str(&line).map_err(|_| unknown())?;
        if answer["refused"].is_null() { Ok(answer) } else { Err(refused(&answer["refused"])) }
    }
}

fn refused(refusal: &Value) -> TransportError {
    let new =
        |disposition| TransportError::new(disposition, refusal["why"].as_str().unwrap_or_default());
    match refusal["by"].as_str() {
        Some("owner") => new(Disposition::Account),
        Some("perhaps-owner") => new(Disposition::Account).perhaps(Cause::Account),
        Some("recipient") => new(Disposition::Permanent).with_cause(Cause::Recipient),
        Some("letter") => new(Disposition::Permanent),
        Some("nobody") => new(Disposition::Transient),
        Some("hurry") => {
            let seconds = refusal["wait"].as_i64().unwrap_or(60).clamp(1, 3_600);
            let hurry = new(Disposition::Transient).with_cause(Cause::Account);
            hurry.with_retry_after(TimeDelta::seconds(seconds))
        }
        _ => unknown(),
    }
}

#[async_trait]
impl Transport for Carrier {
    async fn send(&self, message: &OutgoingMessage) -> Result<Accepted, TransportError> {
        let mut letter = json!({
            "do": "send",
            "to": message.number.digits(),
            "say": message.text.as_str(),
        });
        if let Some(file) = &message.attachment {
            letter["link"] = file.url.as_str().into();
        }
        let mut answer = self.ask(letter.clone()).await;
        if self.impatient && answer.is_err() {
            answer = self.ask(letter).await;
        }
        let id = answer?["taken"].as_str().ok_or_else(unknown)?.to_owned();
        Ok(Accepted::new(Some(id)))
    }

    async fn probe(&self) -> Result<Probe, TransportError> {
        match self.ask(json!({"do": "ping"})).await {
            Ok(answer) if answer["ready"] == true => Ok(Probe::Ready),
            Ok(_) => Err(unknown()),
            Err(error) if error.disposition() == Disposition::Account => Ok(Probe::Refused),
            Err(error) => Err(error),
        }
    }
}

#[async_trait]
impl DeliveryReports for Carrier {
    async fn status(&self, gateway_id: &str) -> Result<Reported, TransportError> {
        let answer = self.ask(json!({"do": "status", "id": gateway_id})).await?;
        Ok(match answer["letter"].as_str() {
            Some("landed") => Reported::Reached(Delivery::Delivered),
            Some("opened") => Reported::Reached(Delivery::Read),
            Some("lost") => Reported::Reached(Delivery::Undelivered),
            Some("no-nest") => Reported::NotOnWhatsApp,
            _ => Reported::Nothing,
        })
    }

    async fn sent_to(
        &self,
        number: &WhatsAppNumber,
        _since: DateTime<Utc>,
    ) -> Result<Listing, TransportError> {
        let mut messages = Vec::new();
        for page in 0.. {
            let request = json!({"do": "list", "to": number.digits(), "page": page});
            let answer = self.ask(request).await?;
            for row in answer["letters"].as_array().ok_or_else(unknown)? {
                let text = |name: &str| row[name].as_str().map(str::to_owned);
                let at = text("at").and_then(|at| at.parse().ok());
                let listed = ListedMessage::new(text("id"), text("says").unwrap_or_default());
                let recipient = text("to").map(Into::into);
                messages.push(listed.with_recipient(recipient).with_created_at(at));
            }
            if answer["more"] == false {
                break;
            }
        }
        Ok(Listing::new(messages, true))
    }
}
