//! A small client of the gateway's v2 dialect, held to the suites for gateways; and a careless one,
//! which they must catch.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use reqwest::{Client, Response, StatusCode, header, redirect, retry};
use serde_json::{Value, json};
use whatsapp_core::WhatsAppNumber;
use whatsapp_core::message::{Delivery, Reported};
use whatsapp_core::port::{
    Accepted, DeliveryReports, ListedMessage, Listing, OutgoingMessage, Probe, Transport,
    TransportError,
};
use whatsapp_core::retry::Disposition;
use whatsapp_testkit::conformance;

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

/// Follows redirects, as HTTP clients do unless they are told not to.
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

fn refusal(status: StatusCode, response: &Response) -> Option<TransportError> {
    let refused = match status.as_u16() {
        200..300 => return None,
        401 | 403 => error(Disposition::Account),
        429 => error(Disposition::Transient).with_retry_after(wait(response)),
        400..500 => error(Disposition::Permanent),
        _ => error(Disposition::Unknown),
    };
    Some(refused.with_status(status.as_u16()))
}

impl V2 {
    async fn ask(&self, path: &str, query: &[(&str, &str)]) -> Result<Value, TransportError> {
        let request = self.http.get(format!("{}/v2/{path}", self.url)).query(query);
        let response = request.bearer_auth(&self.key).send().await;
        let response = response.map_err(|error| broken(&error))?;
        if let Some(error) = refusal(response.status(), &response) {
            return Err(error);
        }
        response.json().await.map_err(|_| error(Disposition::Unknown))
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
        let status = response.status();
        if let Some(error) = refusal(status, &response) {
            return Err(error);
        }
        let reply: Value = response.json().await.map_err(|_| error(Disposition::Unknown))?;
        match reply["success"].as_bool() {
            Some(true) => {
                let id = reply["data"]["id"].as_str().map(str::to_owned);
                Ok(Accepted::new(id).with_reply(status.as_u16(), None))
            }
            Some(false) => Err(error(Disposition::Transient)),
            None => Err(error(Disposition::Unknown)),
        }
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
                    let listed = ListedMessage::new(text("id"), text("text"));
                    messages.push(listed.with_created_at(at));
                }
            }
            if data["pageCount"].as_u64().is_none_or(|count| page == count.to_string()) {
                break;
            }
        }
        Ok(Listing { messages, complete: true })
    }
}

async fn transport(url: String, key: String) -> Arc<dyn Transport> {
    careful(url, key)
}

async fn both(url: String, key: String) -> (Arc<dyn Transport>, Arc<dyn DeliveryReports>) {
    let client = careful(url, key);
    (client.clone(), client)
}

mod sending {
    use super::transport;

    whatsapp_testkit::transport_conformance! { open = transport }
}

mod asking {
    use super::both;

    whatsapp_testkit::reports_conformance! { open = both }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_follows_redirects_is_caught() {
    let open = |url, key| async move { careless(url, key) as Arc<dyn Transport> };
    let line = conformance::transport::open(open).await;
    let case = conformance::transport::a_redirect_is_not_followed_and_leaves_the_outcome_unknown;
    assert!(tokio::spawn(case(line)).await.is_err());
}
