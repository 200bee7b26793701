//! The gateway at one address with one key, and its requests.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, FixedOffset, Utc};
use reqwest::{Client, RequestBuilder};
use serde_json::Value;
use url::Url;
use whatsapp_core::WhatsAppNumber;
use whatsapp_core::message::{Reported, Via};
use whatsapp_core::port::{
    Accepted, ApiKey, Clock, DeliveryReports, Listing, OutgoingMessage, Probe, Transport,
    TransportError,
};
use whatsapp_core::retry::Disposition;

use crate::body::Body;
use crate::http::{self, LONGEST_CALL, Reply};
use crate::listing::{Next, Pages};
use crate::reply::{self, About};
use crate::request::RequestWriter;
use crate::scrub::Secrets;
use crate::status;

/// Maximum number of bytes read of a short reply: 64 KiB.
const REPLY_MOST_BYTES: usize = 64 * 1024;

/// Maximum number of bytes of one page of a listing: 4 MiB, because it holds the texts of many
/// messages.
const PAGE_MOST_BYTES: usize = 4 * 1024 * 1024;

/// Maximum number of unknown words that are logged; later ones are only kept with the messages.
const STRANGE_WORDS_MOST: usize = 32;

/// The gateway at one address, for any key.
pub(crate) struct Place {
    pub(crate) client: Client,
    pub(crate) writer: RequestWriter,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) reply_offset: FixedOffset,
    pub(crate) timeout: Duration,
    pub(crate) look_timeout: Duration,
    /// The name that attempts record for the host, if it is not that of the address.
    pub(crate) name: Option<String>,
    /// True if the system's proxy is used.
    pub(crate) system_proxy: bool,
    /// The unknown words logged so far.
    pub(crate) strange_words: Arc<Mutex<BTreeSet<String>>>,
}

impl Place {
    /// Returns the same gateway at another address; `None` if the HTTP client cannot be made.
    pub(crate) fn moved(&self, base: Url) -> Option<Self> {
        Some(Self {
            client: http::client(&base, self.system_proxy).ok()?,
            writer: RequestWriter { base, ..self.writer },
            clock: Arc::clone(&self.clock),
            name: None,
            strange_words: Arc::clone(&self.strange_words),
            ..*self
        })
    }

    /// Returns the given name of the gateway, or else its host, with an unusual port and with the
    /// path.
    pub(crate) fn host(&self) -> String {
        self.name.clone().unwrap_or_else(|| host_and_path(&self.writer.base))
    }
}

/// The host of an address, with an unusual port, and with the path if there is one: behind a proxy
/// the path may choose the gateway.
pub(crate) fn host_and_path(base: &Url) -> String {
    let (host, path) = (base.host_str().unwrap_or_default(), base.path().trim_end_matches('/'));
    base.port().map_or_else(|| format!("{host}{path}"), |port| format!("{host}:{port}{path}"))
}

/// The gateway at one address with one key. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Reach {
    pub(crate) place: Arc<Place>,
    pub(crate) key: ApiKey,
}

impl Reach {
    /// Returns the route of its requests.
    pub(crate) fn via(&self) -> Via {
        let host = self.place.host();
        Via::new(&host, self.key.mark(&host))
    }

    /// Asks a question; the answer may have any status.
    async fn ask(
        &self,
        what: &'static str,
        request: RequestBuilder,
        most: usize,
    ) -> Result<Reply, TransportError> {
        http::call(what, request, self.place.look_timeout, most).await
    }

    /// Returns the JSON of an answer in 2xx; everything else is an error, and so is an answer that
    /// says no.
    fn answer(&self, reply: &Reply) -> Result<Value, TransportError> {
        match Body::of(reply) {
            body if !reply.is_success() || body.is_no_answer() => Err(self.refusal(reply)),
            Body::Page(_) => Err(self.refusal(reply)),
            Body::Json(answer) => Ok(answer),
            Body::Text(_) | Body::Nothing => Err(unreadable(reply)),
        }
    }

    fn refusal(&self, reply: &Reply) -> TransportError {
        reply::refusal(reply, About::Question, self.place.clock.now())
    }

    /// Logs an unknown word of the gateway, the first time that it occurs.
    fn log_strange(&self, word: &str) {
        let mut seen = self.place.strange_words.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() < STRANGE_WORDS_MOST && seen.insert(word.to_owned()) {
            tracing::warn!(
                gateway.word = word,
                "the gateway describes a message in a word that is not known; it counts as no news"
            );
        }
    }

    /// Lists the messages under every spelling of a number. "No such chat" is a valid answer for a
    /// spelling other than the number's own. Any other failure is an error.
    async fn list(
        &self,
        number: &WhatsAppNumber,
        since: DateTime<Utc>,
    ) -> Result<Listing, TransportError> {
        let mut pages = Pages::new(since, self.place.reply_offset);
        for spelling in number.spellings() {
            let mut page = Next::Page(1);
            while let Next::Page(asked) = page {
                let request =
                    self.place.writer.sent_to(&self.place.client, &self.key, &spelling, asked);
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
impl Transport for Reach {
    async fn send(&self, message: &OutgoingMessage) -> Result<Accepted, TransportError> {
        let request = self.place.writer.send(&self.place.client, &self.key, message);
        let reply = http::call("send", request, self.place.timeout, REPLY_MOST_BYTES).await?;
        let secrets = Secrets::of_message(&self.key, message);
        reply::classify(self.place.writer.dialect, &reply, &secrets, self.place.clock.now())
    }

    async fn probe(&self) -> Result<Probe, TransportError> {
        let [state, list] = self.place.writer.probes(&self.place.client, &self.key);
        let now = self.place.clock.now();
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
impl DeliveryReports for Reach {
    async fn status(&self, gateway_id: &str) -> Result<Reported, TransportError> {
        let request = self.place.writer.status(&self.place.client, &self.key, gateway_id);
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
        // Each page has its own timeout, and all of them together have this one.
        tokio::time::timeout(LONGEST_CALL, self.list(number, since)).await.unwrap_or_else(|_| {
            Err(TransportError::new(
                Disposition::Unknown,
                "The gateway did not list its messages in time",
            ))
        })
    }
}

/// Shows the target and the manner of sending, never the key.
impl fmt::Debug for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reach").field("place", &self.place).finish_non_exhaustive()
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Place")
            .field("base_url", &self.writer.base.as_str())
            .field("dialect", &self.writer.dialect)
            .finish_non_exhaustive()
    }
}

fn unreadable(reply: &Reply) -> TransportError {
    reply::doubt(reply, "The gateway's answer could not be understood")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_paths_of_a_host_are_two_gateways() {
        let name = |address: &str| host_and_path(&address.parse().unwrap());
        assert_eq!(name("https://api.360messenger.com"), "api.360messenger.com");
        assert_eq!(name("https://gate.example:8443/wa1/"), "gate.example:8443/wa1");
        assert_ne!(name("https://gate.example/wa1"), name("https://gate.example/wa2"));
    }
}
