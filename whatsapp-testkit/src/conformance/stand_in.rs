//! The bench of the 360Messenger gateway: the HTTP stand-in, and any adapter that speaks one of its
//! dialects.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use async_trait::async_trait;
use chrono::TimeDelta;
use whatsapp_core::message::{Delivery, Reported};
use whatsapp_core::port::{Clock as _, DeliveryReports, Transport};

use super::bench::{Asked, Meaning, Posted, Reply, ReportsBench, Taken, TransportBench};
use crate::ManualClock;
use crate::fixtures::START;
use crate::gateway::{
    Answer, Delivery as Gets, Fault, Look, Probed, RetryAfter, Sample, StandInGateway,
};

/// The [stand-in gateway](crate::gateway), with pages of three rows, and an adapter under test.
#[derive(Debug)]
pub struct StandInBench {
    /// `None` once it has stopped.
    gateway: RwLock<Option<StandInGateway>>,
    clock: ManualClock,
    secrets: Vec<String>,
    transport: Arc<dyn Transport>,
    stranger: Arc<dyn Transport>,
    reports: Arc<dyn DeliveryReports>,
}

impl StandInBench {
    /// Starts a gateway and opens two adapters to it, by URL and key: one with the gateway's key,
    /// one with another.
    ///
    /// # Panics
    /// Panics if no port can be bound.
    pub async fn open<A>(open: impl Fn(String, String) -> Arc<A> + Send) -> Arc<Self>
    where
        A: Transport + DeliveryReports,
    {
        let clock = ManualClock::starting_at(START);
        let shown = clock.clone();
        let builder = StandInGateway::builder().page_size(3).now(move || shown.now());
        let gateway = builder.start().await.expect("a free port on loopback");
        let adapter = open(gateway.url(), gateway.key().to_owned());
        Arc::new(Self {
            clock,
            secrets: vec![gateway.key().to_owned(), gateway.address().to_string()],
            transport: adapter.clone(),
            stranger: open(gateway.url(), "a-strange-key-7777".to_owned()),
            reports: adapter,
            gateway: RwLock::new(Some(gateway)),
        })
    }

    fn with<T>(&self, act: impl FnOnce(&StandInGateway) -> T) -> T {
        let gateway = self.gateway.read().unwrap_or_else(PoisonError::into_inner);
        act(gateway.as_ref().expect("the gateway has not stopped"))
    }
}

/// A refusal with this answer, named after it.
fn reply(answer: Answer) -> Reply {
    Reply::new(Fault::refuse(answer).to_string())
}

fn says(sample: Sample) -> Reply {
    reply(Answer::Says(sample))
}

/// The answer with this name.
fn answer(reply: &Reply) -> Answer {
    let fault: Fault = reply.name.parse().expect("the name of a fault");
    fault.answer().clone()
}

fn unclear() -> Vec<Reply> {
    let broken = [Answer::Reset, Answer::Close, Answer::Truncated, Answer::Garbage, Answer::Empty];
    let errors = [500, 502, 503, 504].map(Answer::Status);
    broken.into_iter().chain(errors).map(reply).collect()
}

fn account() -> Vec<Reply> {
    vec![
        reply(Answer::session_down()),
        says(Sample::SessionNotConnected).with_words("session_not_connected"),
        says(Sample::SessionUnexpected),
        says(Sample::SubscriptionExpired).with_words("subscription expired"),
        says(Sample::Code(401)),
        says(Sample::Code(402)),
        reply(Answer::Status(401)),
        reply(Answer::Status(402)),
    ]
}

fn too_often() -> Vec<Reply> {
    let asks = |retry_after| reply(Answer::TooManyRequests(retry_after));
    let text = |text: &str| asks(RetryAfter::Text(text.to_owned()));
    vec![
        text("120").with_wait(TimeDelta::seconds(120)),
        text("999999999").with_wait(TimeDelta::hours(1)),
        text("0"),
        text("-1"),
        text("abc"),
        asks(RetryAfter::Absent),
        asks(RetryAfter::Date(Duration::from_secs(90))),
        says(Sample::DailyLimit).with_words("Daily limit of messages reached"),
        says(Sample::Code(429)),
    ]
}

#[async_trait]
impl TransportBench for StandInBench {
    fn transport(&self) -> Arc<dyn Transport> {
        Arc::clone(&self.transport)
    }

    fn stranger(&self) -> Option<Arc<dyn Transport>> {
        Some(Arc::clone(&self.stranger))
    }

    fn secrets(&self) -> Vec<String> {
        self.secrets.clone()
    }

    fn replies(&self, meaning: Meaning) -> Vec<Reply> {
        match meaning {
            Meaning::Unclear => unclear(),
            Meaning::Silence => vec![reply(Answer::Hang)],
            Meaning::Moved => [301, 307, 308].map(|to| reply(Answer::Redirect(to))).into(),
            Meaning::Elsewhere => vec![reply(Answer::Redirect(303))],
            Meaning::Account => account(),
            Meaning::PerhapsAccount => vec![reply(Answer::Status(403))],
            Meaning::PerhapsAddress => vec![reply(Answer::Status(404))],
            Meaning::Between => vec![
                says(Sample::NotFoundPage),
                says(Sample::FirewallPage).with_words("Attention Required!"),
            ],
            Meaning::Page => {
                vec![says(Sample::MaintenancePage).with_words("Down for maintenance")]
            }
            Meaning::Recipient => {
                vec![says(Sample::Code(400)).with_words("not a valid WhatsApp number")]
            }
            Meaning::Request => {
                [400, 422].map(|code| reply(Answer::Status(code)).with_status(code)).into()
            }
            Meaning::NotNow => vec![
                reply(Answer::not_taken()),
                reply(Answer::SuccessFalse("Try again".to_owned())).with_words("Try again"),
            ],
            Meaning::TooOften => too_often(),
        }
    }

    fn next(&self, reply: &Reply, taken: bool) {
        let answer = answer(reply);
        let fault = if taken { Fault::accept_then(answer) } else { Fault::refuse(answer) };
        self.with(|gateway| gateway.next(fault));
    }

    fn trouble(&self, reply: &Reply, shows: bool) {
        let probed = if shows { Probed::No } else { Probed::Yes };
        self.with(|gateway| gateway.account().refuses(answer(reply), probed));
    }

    fn recover(&self) {
        self.with(|gateway| gateway.account().recovers());
    }

    fn posts(&self) -> Vec<Posted> {
        let posts = self.with(StandInGateway::posts).into_iter();
        posts.map(|post| Posted { number: post.number, text: post.text, link: post.url }).collect()
    }

    fn taken(&self) -> Vec<Taken> {
        let accepted = self.with(StandInGateway::accepted).into_iter();
        accepted.map(|message| Taken { id: message.id, text: message.text }).collect()
    }

    async fn stop(&self) {
        let gateway = self.gateway.write().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(gateway) = gateway {
            gateway.shutdown().await;
        }
    }
}

/// The ways in which lists and statuses can fail, by name.
fn looks(asked: Asked) -> Vec<(&'static str, Look)> {
    let mut looks = vec![
        ("500", Look::Status(500)),
        ("reset", Look::Reset),
        ("garbage", Look::Garbage),
        ("truncated", Look::Truncated),
    ];
    // A status that is not found is an answer: the gateway does not know the id.
    if asked == Asked::List {
        looks.push(("404", Look::Status(404)));
    }
    looks
}

#[async_trait]
impl ReportsBench for StandInBench {
    fn reports(&self) -> Arc<dyn DeliveryReports> {
        Arc::clone(&self.reports)
    }

    fn clock(&self) -> ManualClock {
        self.clock.clone()
    }

    fn lists(&self) -> bool {
        true
    }

    fn failures(&self, asked: Asked) -> Vec<String> {
        looks(asked).into_iter().map(|(name, _)| name.to_owned()).collect()
    }

    fn fail(&self, asked: Asked, failure: &str) {
        let look = looks(asked).into_iter().find(|(name, _)| *name == failure);
        let (_, look) = look.expect("the name of a failure");
        self.with(|gateway| match asked {
            Asked::List => gateway.lists(look),
            Asked::Status => gateway.statuses(look),
        });
    }

    fn guises(&self) -> Vec<String> {
        ["lid", "bare-lid", "no-recipient", "other-digits", "no-id", "no-time", "shift:1500"]
            .map(str::to_owned)
            .into()
    }

    fn disguise(&self, guise: &str) {
        self.with(|gateway| gateway.guises().of_all(guise.parse().expect("the name of a guise")));
    }

    fn deliver(&self, number: &str, reported: &Reported) -> bool {
        let gets = match reported {
            Reported::Nothing | Reported::Reached(Delivery::Accepted) => Gets::Pending,
            Reported::Reached(Delivery::Delivered) => Gets::Delivered,
            Reported::Reached(Delivery::Read) => Gets::Read,
            Reported::Reached(Delivery::Undelivered) => Gets::Failed,
            Reported::NotOnWhatsApp => Gets::NotOnWhatsApp,
            _ => return false,
        };
        self.with(|gateway| gateway.deliveries().of_number(number, gets));
        true
    }
}
