//! Answers that other gateways of this kind were seen to give, by name.

use std::fmt;

use serde_json::{Value, json};

const JSON: &str = "application/json; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";

/// An answer about the account, the address or something in front of the gateway, and not about the
/// message. With a code, it is about what the code says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sample {
    /// `session-not-connected`: 404, the linked phone is offline.
    SessionNotConnected,
    /// `session-unexpected`: 422, the session is in a state in which it does not send.
    SessionUnexpected,
    /// `subscription-expired`: 402.
    SubscriptionExpired,
    /// `daily-limit`: 429 with words, and without `Retry-After`.
    DailyLimit,
    /// `code:401` and its like: 200 with `"success": false`, and the code in the body alone.
    Code(u16),
    /// `not-found-page`: 404 with a web server's page, as a wrong base address gives.
    NotFoundPage,
    /// `firewall-page`: 403 with a firewall's page.
    FirewallPage,
    /// `maintenance-page`: 200 with a page.
    MaintenancePage,
}

/// The answers that have a name of one word.
const NAMED: [(Sample, &str); 7] = [
    (Sample::SessionNotConnected, "session-not-connected"),
    (Sample::SessionUnexpected, "session-unexpected"),
    (Sample::SubscriptionExpired, "subscription-expired"),
    (Sample::DailyLimit, "daily-limit"),
    (Sample::NotFoundPage, "not-found-page"),
    (Sample::FirewallPage, "firewall-page"),
    (Sample::MaintenancePage, "maintenance-page"),
];

impl Sample {
    /// All answers that have a name of one word.
    pub fn all() -> impl Iterator<Item = Self> {
        NAMED.iter().map(|(sample, _)| *sample)
    }

    pub(super) fn named(word: &str, detail: Option<&str>) -> Option<Self> {
        if let ("code", Some(code)) = (word, detail) {
            return code.parse().ok().filter(|code| (400..600).contains(code)).map(Self::Code);
        }
        let (sample, _) = NAMED.iter().find(|(_, name)| detail.is_none() && *name == word)?;
        Some(*sample)
    }

    /// Status, type and body.
    pub(in super::super) fn answer(self) -> (u16, &'static str, String) {
        let said = |status: u16, body: Value| (status, JSON, body.to_string());
        let page = |status: u16, title: &str| {
            let head = format!("<!DOCTYPE html>\n<html><head><title>{title}</title></head>");
            (status, HTML, format!("{head}<body><h1>{title}</h1></body></html>\n"))
        };
        match self {
            Self::SessionNotConnected => {
                said(404, json!({"success": false, "error": "session_not_connected"}))
            }
            Self::SessionUnexpected => said(
                422,
                json!({
                    "error": "Session status is not as expected. Try again later",
                    "status": "STARTING",
                    "expected": ["WORKING"],
                }),
            ),
            Self::SubscriptionExpired => said(
                402,
                json!({"success": false, "statusCode": 402, "message": "subscription expired"}),
            ),
            Self::DailyLimit => {
                said(429, json!({"success": false, "message": "Daily limit of messages reached"}))
            }
            Self::Code(code) => {
                let message = match code {
                    400 => "not a valid WhatsApp number",
                    401 => "Invalid credentials",
                    429 => "Too many requests",
                    _ => "Message not sent",
                };
                said(200, json!({"success": false, "statusCode": code, "message": message}))
            }
            Self::NotFoundPage => page(404, "404 Not Found"),
            Self::FirewallPage => page(403, "Attention Required!"),
            Self::MaintenancePage => page(200, "Down for maintenance"),
        }
    }
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, NAMED.iter().find(|(sample, _)| sample == self)) {
            (Self::Code(code), _) => write!(f, "code:{code}"),
            (_, found) => f.write_str(found.map_or("", |(_, name)| name)),
        }
    }
}
