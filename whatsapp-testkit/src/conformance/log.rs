//! Cases for reading the message log.

mod attention;
mod counts;
mod filters;
mod pages;
mod turns;

use whatsapp_core::MessageId;
use whatsapp_core::message::Message;
use whatsapp_core::port::{Cursor, LogFilter, LogPage, Sort, Turn};

pub use attention::*;
pub use counts::*;
pub use filters::*;
pub use pages::*;
pub use turns::*;

use super::trial::Trial;

fn ids(messages: &[Message]) -> Vec<MessageId> {
    messages.iter().map(|message| message.facts.id).collect()
}

async fn turned(
    trial: &Trial,
    filter: &LogFilter,
    sort: Sort,
    turn: Turn,
    limit: u32,
) -> LogPage {
    trial.store.page(filter, sort, turn, limit).await.expect("page")
}

/// All pages of the log, put together; each but the last must be full.
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

/// A filter that differs from the empty one as `set` says.
fn filter(set: impl FnOnce(&mut LogFilter)) -> LogFilter {
    let mut filter = LogFilter::default();
    set(&mut filter);
    filter
}
