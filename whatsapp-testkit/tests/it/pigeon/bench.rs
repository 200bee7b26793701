//! The bench: the meanings of the loft's answers.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use whatsapp_core::message::{Delivery, Reported};
use whatsapp_core::port::{DeliveryReports, Transport};
use whatsapp_testkit::ManualClock;
use whatsapp_testkit::conformance::{
    Asked, Meaning, Posted, Reply, ReportsBench, Taken, TransportBench,
};
use whatsapp_testkit::fixtures::START;

use super::carrier::Carrier;
use super::loft::{KEY, Loft};

/// A loft, and carriers to it.
#[derive(Debug)]
pub(super) struct PigeonBench {
    loft: Arc<Loft>,
    clock: ManualClock,
    carrier: Arc<Carrier>,
    stranger: Arc<Carrier>,
    lists: bool,
}

impl PigeonBench {
    pub(super) fn new(lists: bool, open: impl Fn(Arc<Loft>, String) -> Carrier) -> Self {
        let clock = ManualClock::starting_at(START);
        let loft = Arc::new(Loft::new(clock.clone(), lists));
        let open = |key: &str| Arc::new(open(Arc::clone(&loft), key.to_owned()));
        let (carrier, stranger) = (open(KEY), open("a-passer-by"));
        Self { loft, clock, carrier, stranger, lists }
    }
}

#[async_trait]
impl TransportBench for PigeonBench {
    fn transport(&self) -> Arc<dyn Transport> {
        self.carrier.clone()
    }

    fn stranger(&self) -> Option<Arc<dyn Transport>> {
        Some(self.stranger.clone())
    }

    fn secrets(&self) -> Vec<String> {
        vec![KEY.to_owned()]
    }

    fn replies(&self, meaning: Meaning) -> Vec<Reply> {
        match meaning {
            Meaning::Unclear => ["dropped", "half", "coo"].map(Reply::new).into(),
            Meaning::Silence => vec![Reply::new("asleep")],
            Meaning::Account => vec![Reply::new("unfed").with_words("not paid for seed")],
            Meaning::PerhapsAccount => vec![Reply::new("shut").with_words("the loft is shut")],
            Meaning::Recipient => vec![Reply::new("no-nest")],
            Meaning::Request => vec![Reply::new("heavy").with_words("too heavy")],
            Meaning::NotNow => vec![Reply::new("windy")],
            Meaning::TooOften => vec![
                Reply::new("tired").with_wait(TimeDelta::seconds(120)),
                Reply::new("exhausted").with_wait(TimeDelta::hours(1)),
                Reply::new("panting"),
            ],
            // Pigeons know one address, and nothing is between them and their loft.
            _ => Vec::new(),
        }
    }

    fn next(&self, reply: &Reply, taken: bool) {
        self.loft.next(&reply.name, taken);
    }

    fn trouble(&self, reply: &Reply, shows: bool) {
        self.loft.trouble(Some((&reply.name, shows)));
    }

    fn recover(&self) {
        self.loft.trouble(None);
    }

    fn posts(&self) -> Vec<Posted> {
        self.loft.posts()
    }

    fn taken(&self) -> Vec<Taken> {
        let letters = self.loft.letters().into_iter();
        letters.map(|(id, text)| Taken { id, text }).collect()
    }

    async fn stop(&self) {
        self.loft.leave();
    }
}

#[async_trait]
impl ReportsBench for PigeonBench {
    fn reports(&self) -> Arc<dyn DeliveryReports> {
        self.carrier.clone()
    }

    fn clock(&self) -> ManualClock {
        self.clock.clone()
    }

    fn lists(&self) -> bool {
        self.lists
    }

    fn failures(&self, asked: Asked) -> Vec<String> {
        match asked {
            Asked::List if !self.lists => Vec::new(),
            Asked::List | Asked::Status => ["dropped", "half", "coo"].map(str::to_owned).into(),
        }
    }

    fn fail(&self, asked: Asked, failure: &str) {
        self.loft.fail(asked, failure);
    }

    fn guises(&self) -> Vec<String> {
        let fields = ["id", "to", "at"].map(str::to_owned);
        if self.lists { fields.into() } else { Vec::new() }
    }

    fn disguise(&self, guise: &str) {
        self.loft.leave_out(guise);
    }

    fn deliver(&self, number: &str, reported: &Reported) -> bool {
        let fate = match reported {
            Reported::Nothing | Reported::Reached(Delivery::Accepted) => "flying",
            Reported::Reached(Delivery::Delivered) => "landed",
            Reported::Reached(Delivery::Read) => "opened",
            Reported::Reached(Delivery::Undelivered) => "lost",
            Reported::NotOnWhatsApp => "no-nest",
            _ => return false,
        };
        self.loft.fate(number, fate);
        true
    }
}
