//! The gateway itself: both ports over one client.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, FixedOffset, Utc};
use reqwest::{Client, RequestBuilder};
use serde_json::Value;
use whatsapp_core::WhatsAppNumber;
use whatsapp_core::message::Reported;
use whatsapp_core::port::{
    Accepted, ApiKey, ApiKeyError, ApiKeySource, Clock, DeliveryReports, FixedKey, Listing,
    OutgoingMessage, Probe, Transport, TransportError,
};
use whatsapp_core::retry::Disposition;

use crate::body::Body;
use crate::builder::{BuildError, GatewayBuilder};
use crate::http::{self, LONGEST_CALL, Reply};
use crate::listing::{Next, Pages};
use crate::reply::{self, About};
use crate::request::Speech;
use crate::scrub::Secrets;
use crate::status;

/// The most bytes of a reply that are read when it says little: 64 KiB.
const REPLY_MOST_BYTES: usize = 64 * 1024;

/// The most bytes of one page of a listing: 4 MiB, for it holds the texts of many messages.
const PAGE_MOST_BYTES: usize = 4 * 1024 * 1024;

/// So many unknown words are logged; what comes after them is only kept with the messages.
const STRANGE_WORDS_MOST: usize = 32;

/// The 360Messenger gateway, as [`Transport`] and as [`DeliveryReports`]. See the
/// [crate's page](crate) for an example.
///
/// Cheap to share behind an [`Arc`]; it keeps its connections open between requests.
pub struct Gateway {
    pub(crate) client: Client,
    pub(crate) speech: Speech,
    pub(crate) key_source: Arc<dyn ApiKeySource>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) reply_offset: FixedOffset,
    pub(crate) timeout: Duration,
    pub(crate) look_timeout: Duration,
    /// What was logged already.
    pub(crate) strange_words: Mutex<BTreeSet<String>>,
}

impl Gateway {
    /// The vendor's gateway, version 2, with a key that stays the same.
    ///
    /// # Errors
    /// [`BuildError::Client`] when this machine has no usable TLS.
    pub fn new(key: ApiKey) -> Result<Self, BuildError> {
        Self::builder(Arc::new(FixedKey(key))).build()
    }

    /// Prepares a gateway that takes its key from `key_source`, anew for each request.
    pub fn builder(key_source: Arc<dyn ApiKeySource>) -> GatewayBuilder {
        GatewayBuilder::new(key_source)
    }

    async fn key(&self) -> Result<ApiKey, TransportError> {
        self.key_source.api_key().await.map_err(|error| {
            let detail = match error {
                ApiKeyError::Malformed => {
                    "The API key of the gateway holds characters that no key has"
                }
                // The hint names variables and files, which is for the host and not for the page.
                _ => "There is no API key for the gateway; set one in the settings",
            };
            TransportError::new(Disposition::Misconfigured, detail).not_reached()
        })
    }

    /// Puts a question; the answer may have any status.
    async fn ask(
        &self,
        what: &'static str,
        request: RequestBuilder,
        most: usize,
    ) -> Result<Reply, TransportError> {
        http::call(what, request, self.look_timeout, most).await
    }

    /// The JSON of an answer in 2xx; everything else is an error, and so is one that says no.
    fn answer(&self, reply: &Reply) -> Result<Value, TransportError> {
        match Body::of(reply) {
            body if !reply.is_success() || body.is_no_answer() => Err(self.refusal(reply)),
            Body::Page(_) => Err(self.refusal(reply)),
            Body::Json(answer) => Ok(answer),
            Body::Text(_) | Body::Nothing => Err(unreadable(reply)),
        }
    }

    fn refusal(&self, reply: &Reply) -> TransportError {
        reply::refusal(reply, About::Question, self.clock.now())
    }

    /// Logs a word of the gateway that nobody knows, the first time that it comes.
    fn log_strange(&self, word: &str) {
        let mut seen = self.strange_words.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() < STRANGE_WORDS_MOST && seen.insert(word.to_owned()) {
            tracing::warn!(
                gateway.word = word,
                "the gateway describes a message in a word that is not known; it counts as no news"
            );
        }
    }

    /// What is listed under every spelling of a number. That there is no chat under another spelling
    /// than the number's own is an answer; everything else that is none makes it an error.
    async fn list(
        &self,
        number: &WhatsAppNumber,
        since: DateTime<Utc>,
    ) -> Result<Listing, TransportError> {
        let key = self.key().await?;
        let mut pages = Pages::new(since, self.reply_offset);
        for spelling in number.spellings() {
            let mut page = Next::Page(1);
            while let Next::Page(asked) = page {
                let request = self.speech.sent_to(&self.client, &key, &spelling, asked);
                let reply = self.ask("list", request, PAGE_MOST_BYTES).await?;
                if asked == 1 && spelling != *number && reply::knows_no_such_chat(&reply) {
                    break;
                }
                let answer = self.answer(&reply)?;
                page = pages.take(&answer).ok_or_else(|| unreadable(&reply))?;
            }
            pages = pages.asked_again();
        }
        Ok(pages.finish())
    }
}

#[async_trait]
impl Transport for Gateway {
    async fn send(&self, message: &OutgoingMessage) -> Result<Accepted, TransportError> {
        let key = self.key().await?;
        let request = self.speech.send(&self.client, &key, message);
        let reply = http::call("send", request, self.timeout, REPLY_MOST_BYTES).await?;
        let secrets = Secrets::of_message(&key, message);
        reply::classify(self.speech.dialect, &reply, &secrets, self.clock.now())
    }

    async fn probe(&self) -> Result<Probe, TransportError> {
        let key = self.key().await?;
        let [state, list] = self.speech.probes(&self.client, &key);
        let now = self.clock.now();
        let mut reply = self.ask("probe", state, PAGE_MOST_BYTES).await?;
        if matches!(reply.status, 404 | 405) && !reply::refuses_the_account(&reply, now) {
            reply = self.ask("probe", list, PAGE_MOST_BYTES).await?;
        }
        if reply::refuses_the_account(&reply, now) {
            return Ok(Probe::Refused);
        }
        let body = Body::of(&reply);
        let says_no = body.is_no_answer();
        match body {
            Body::Json(_) | Body::Text(_) if reply.is_success() && !says_no => Ok(Probe::Ready),
            Body::Nothing if reply.is_success() => Err(unreadable(&reply)),
            _ => Err(self.refusal(&reply)),
        }
    }
}

#[async_trait]
impl DeliveryReports for Gateway {
    async fn status(&self, gateway_id: &str) -> Result<Reported, TransportError> {
        let key = self.key().await?;
        let request = self.speech.status(&self.client, &key, gateway_id);
        let reply = self.ask("status", request, REPLY_MOST_BYTES).await?;
        if reply::knows_no_such_id(&reply) {
            return Ok(Reported::Nothing);
        }
        let answer = self.answer(&reply)?;
        let reported = status::reported(&answer, gateway_id).ok_or_else(|| unreadable(&reply))?;
        if let Reported::Unreadable(word) = &reported {
            self.log_strange(word);
        }
        Ok(reported)
    }

    async fn sent_to(
        &self,
        number: &WhatsAppNumber,
        since: DateTime<Utc>,
    ) -> Result<Listing, TransportError> {
        // Each page has its own time-out, and all of them together have this one.
        tokio::time::timeout(LONGEST_CALL, self.list(number, since)).await.unwrap_or_else(|_| {
            Err(TransportError::new(
                Disposition::Unknown,
                "The gateway did not list its messages in time",
            ))
        })
    }
}

/// Shows where it sends to and how, never the key.
impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway")
            .field("base_url", &self.speech.base.as_str())
            .field("dialect", &self.speech.dialect)
            .finish_non_exhaustive()
    }
}

fn unreadable(reply: &Reply) -> TransportError {
    reply::doubt(reply, "The gateway's answer could not be understood")
}
