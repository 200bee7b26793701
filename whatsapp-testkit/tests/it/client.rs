//! A small client of the gateway's v2 dialect, tested by the suites for gateways; and a careless
//! one, which they must catch.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use reqwest::{Client, Response, header, redirect, retry};
use serde_json::{Value, json};
use whatsapp_core::WhatsAppNumber;
use whatsapp_core::message::{Cause, Delivery, Reported};
use whatsapp_core::port::{
    Accepted, DeliveryReports, ListedMessage, Listing, OutgoingMessage, Probe, Transport,
    TransportError,
};
use whatsapp_core::retry::Disposition;
use whatsapp_testkit::conformance::{self, ReportsBench, StandInBench, TransportBench};

#[derive(Debug)]
struct V2 {
    http: Client,
    url: String,
    key: String,
}

/// Long enough for any answer, short enough to wait for one that never comes.
const PATIENCE: Duration = Duration::from_millis(500);

fn careful(url: String, key: String) -> Arc<V2> {
    let http = Client::builder()
        .no_proxy()
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .timeout(PATIENCE);
    Arc::new(V2 { http: http.build().unwrap(), url, key })
}

/// A client that follows redirects, as HTTP clients do unless they are told not to.
fn careless(url: String, key: String) -> Arc<V2> {
    let http = Client::builder().no_proxy().timeout(PATIENCE);
    Arc::new(V2 { http: http.build().unwrap(), url, key })
}

fn error(disposition: Disposition) -> TransportError {
    TransportError::new(disposition, "in plain words")
}

fn broken(broken: &reqwest::Error) -> TransportError {
    if broken.is_connect() {
        error(Disposition::Transient).not_reached()
    } else {
        error(Disposition::Unknown)
    }
}

/// The wait that a 429 asks for, between one second and one hour.
fn wait(response: &Response) -> TimeDelta {
    let text = response.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
    let seconds = text.and_then(|text| text.parse().ok()).unwrap_or(60);
    TimeDelta::seconds(seconds).clamp(TimeDelta::seconds(1), TimeDelta::hours(1))
}

/// Reads an answer: its JSON, unless it is a refusal.
async fn answer(response: Response) -> Result<Value, TransportError> {
    let (status, wait) = (response.status().as_u16(), wait(&response));
    let body = response.text().await.map_err(|_| error(Disposition::Unknown))?;
    let json: Value = serde_json::from_str(&body).unwrap_or_default();
    let code = json["statusCode"].as_u64().filter(|code| *code >= 400);
    let is_page = body.starts_with('<');
    let says_no = json["success"] == false;
    let (account, says) = (Disposition::Account, |words: &[&str]| {
        words.iter().any(|words| body.to_lowercase().contains(words))
    });
    let new = |disposition| TransportError::new(disposition, body.clone());
    let refused = match code.unwrap_or(status.into()) {
        301 | 307 | 308 => new(account).perhaps(Cause::Address),
        200..300 if is_page => new(Disposition::Unknown).perhaps(Cause::Between),
        429 => new(Disposition::Transient).with_cause(Cause::Account).with_retry_after(wait),
        400..500 if is_page => new(account).perhaps(Cause::Between),
        401 | 402 => new(account),
        200..500 if (says_no || status >= 400) && says(&["session", "subscription"]) => {
            new(account)
        }
        403 => new(account).perhaps(Cause::Account),
        404 => new(account).perhaps(Cause::Address),
        400 if says(&["whatsapp number"]) => {
            new(Disposition::Permanent).with_cause(Cause::Recipient)
        }
        400..500 => new(Disposition::Permanent),
        200..300 if says_no => new(Disposition::Transient),
        200..300 if !json.is_null() => return Ok(json),
        _ => error(Disposition::Unknown),
    };
    Err(refused.with_status(status))
}

impl V2 {
    async fn ask(&self, path: &str, query: &[(&str, &str)]) -> Result<Value, TransportError> {
        let request = self.http.get(format!("{}/v2/{path}", self.url)).query(query);
        let response = request.bearer_auth(&self.key).send().await;
        answer(response.map_err(|error| broken(&error))?).await
    }
}

#[async_trait]
impl Transport for V2 {
    async fn send(&self, message: &OutgoingMessage) -> Result<Accepted, TransportError> {
        let mut body = json!({
            "phonenumber": message.number.digits(),
            "text": message.text.as_str(),
        });
        if let Some(attachment) = &message.attachment {
            body["url"] = attachment.url.as_str().into();
        }
        let request = self.http.post(format!("{}/v2/sendMessage", self.url)).json(&body);
        let response = request.bearer_auth(&self.key).send().await;
        let response = response.map_err(|error| broken(&error))?;
        let status = response.status().as_u16();
        let reply = answer(response).await?;
        if reply["success"] != true {
            return Err(error(Disposition::Unknown));
        }
        let id = reply["data"]["id"].as_str().map(str::to_owned);
        Ok(Accepted::new(id).with_reply(status, None))
    }

    async fn probe(&self) -> Result<Probe, TransportError> {
        match self.ask("client/getState", &[]).await {
            Ok(_) => Ok(Probe::Ready),
            Err(error) if error.disposition() == Disposition::Account => Ok(Probe::Refused),
            Err(error) => Err(error),
        }
    }
}

#[async_trait]
impl DeliveryReports for V2 {
    async fn status(&self, gateway_id: &str) -> Result<Reported, TransportError> {
        let answer = match self.ask("message/status", &[("id", gateway_id)]).await {
            Err(error) if error.http_status() == Some(404) => return Ok(Reported::Nothing),
            answer => answer?,
        };
        Ok(match answer["data"]["delivery"].as_str() {
            Some("device") => Reported::Reached(Delivery::Delivered),
            Some("read") => Reported::Reached(Delivery::Read),
            Some("error") => Reported::Reached(Delivery::Undelivered),
            Some("not found") => Reported::NotOnWhatsApp,
            _ => Reported::Nothing,
        })
    }

    async fn sent_to(
        &self,
        number: &WhatsAppNumber,
        since: DateTime<Utc>,
    ) -> Result<Listing, TransportError> {
        let mut messages = Vec::new();
        for page in 1.. {
            let page = page.to_string();
            let query = [("phonenumber", number.digits()), ("page", &*page)];
            let answer = self.ask("message/sentMessages", &query).await?;
            let data = &answer["data"];
            let rows = data["data"].as_array().ok_or_else(|| error(Disposition::Unknown))?;
            for row in rows {
                let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
                let at = NaiveDateTime::parse_from_str(&text("createdAt"), "%Y-%m-%d %H:%M:%S");
                let at = at.ok().map(|at| at.and_utc());
                if at.is_none_or(|at| at >= since) {
                    let listed = ListedMessage::new(
                        Some(text("id")).filter(|id| !id.is_empty()),
                        text("text"),
                    )
                    .with_recipient(Some(text("phonenumber").into()));
                    messages.push(listed.with_created_at(at));
                }
            }
            if data["pageCount"].as_u64().is_none_or(|count| page == count.to_string()) {
                break;
            }
        }
        Ok(Listing::new(messages, true))
    }
}

async fn sends() -> Arc<dyn TransportBench> {
    StandInBench::open(careful).await
}

async fn asks() -> Arc<dyn ReportsBench> {
    StandInBench::open(careful).await
}

mod sending {
    use super::sends;

    whatsapp_testkit::transport_conformance! { open = sends }
}

mod asking {
    use super::asks;

    whatsapp_testkit::reports_conformance! { open = asks }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_follows_redirects_is_caught() {
    let bench: Arc<dyn TransportBench> = StandInBench::open(careless).await;
    let case = conformance::transport::a_redirect_is_not_followed_and_is_the_addresss_trouble;
    assert!(tokio::spawn(case(bench)).await.is_err());
}
