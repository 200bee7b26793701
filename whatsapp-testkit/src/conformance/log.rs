//! Cases for reading the message log.

mod attention;
mod counts;
mod export;
mod filters;
mod pages;
mod turns;

use chrono::TimeDelta;
use whatsapp_core::MessageId;
use whatsapp_core::message::{Delivery, Event, Message, Reported};
use whatsapp_core::port::{Claimed, Cursor, Lane, LogFilter, LogPage, Sort, Turn};
use whatsapp_core::retry::Disposition;

pub use attention::*;
pub use counts::*;
pub use export::*;
pub use filters::*;
pub use pages::*;
pub use turns::*;

use super::trial::{Trial, WITHDRAWN, refused};

fn ids(messages: &[Message]) -> Vec<MessageId> {
    messages.iter().map(|message| message.facts.id).collect()
}

async fn turned(trial: &Trial, filter: &LogFilter, sort: Sort, turn: Turn, limit: u32) -> LogPage {
    trial.store.page(filter, sort, turn, limit).await.expect("page")
}

/// Reads all pages of the log, put together; each but the last must be full.
async fn all(trial: &Trial, filter: &LogFilter, sort: Sort, limit: u32) -> Vec<MessageId> {
    let (mut shown, mut turn) = (Vec::new(), Turn::First);
    loop {
        let page = turned(trial, filter, sort, turn, limit).await;
        let full = page.messages.len() == limit as usize;
        shown.extend(ids(&page.messages));
        assert!(shown.len() <= 1_000, "the pages never end");
        let Some(rest) = page.rest() else { return shown };
        turn = Turn::After(rest);
        if let Some(next) = page.next {
            assert!(full, "only the last page may be short");
            let last = page.messages.last().map(Cursor::of);
            assert_eq!(Some(Cursor { status: None, ..next }), last);
        }
    }
}

/// Makes a filter that differs from the empty one as `set` says.
fn filter(set: impl FnOnce(&mut LogFilter)) -> LogFilter {
    let mut filter = LogFilter::default();
    set(&mut filter);
    filter
}

/// Makes a message of each outcome, and another one that waits; returns the one that was withdrawn.
/// Messages with a known delivery are made after all others.
pub(super) async fn one_of_each(trial: &Trial) -> Claimed {
    trial.waiting(1).await;
    trial.sending(2).await;
    trial.sent(3).await;
    trial.failed(4).await;
    let retrying = trial.sending(5).await;
    trial.settle(&retrying, &refused(Disposition::Transient)).await;
    let cancelled = trial.waiting(6).await;
    let cancelled = trial.claim_one(cancelled.facts.id).await;
    trial.settle(&cancelled, &WITHDRAWN).await;
    let reports = [
        Reported::Reached(Delivery::Delivered),
        Reported::Reached(Delivery::Read),
        Reported::NotOnWhatsApp,
    ];
    for (seed, reported) in (7..).zip(reports) {
        let id = trial.sent(seed).await;
        trial.pass(TimeDelta::minutes(1));
        let claimed = trial.claim_one_in(Lane::Watch, id).await;
        trial.settle(&claimed, &Event::Reported(reported)).await;
    }
    cancelled
}
