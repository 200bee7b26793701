//! The page of an act on many messages.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use whatsapp_core::bulk::{BULK_MAX, Bulk, BulkItem, BulkOutcome, BulkState};
use whatsapp_core::bulks::Bulks;
use whatsapp_core::message::Message;
use whatsapp_core::port::StoreError;
use whatsapp_core::{MessageId, Ports, Private};

use crate::page::eyes::Eyes;
use crate::page::message::back_to;
use crate::view::{BulkPage, Item, ItemGroup, Question, Shell, Sum};
use crate::words::{Texts, capital};

/// Number of messages of a kind that are shown: beside others, and by themselves.
const FEW: u32 = 10;
const MANY: u32 = 100;

/// Time without a change after which the page says what the act waits for.
const QUIET: TimeDelta = TimeDelta::seconds(10);

/// The messages that a page is about: those with this outcome, or those to which nothing
/// was done yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted(pub(super) Option<BulkOutcome>);

/// Messages with the same outcome, as the log has them now.
#[derive(Debug)]
pub(super) struct Part {
    outcome: Option<BulkOutcome>,
    items: Vec<BulkItem>,
    messages: BTreeMap<MessageId, Message>,
    /// Number of messages with this outcome, shown or not.
    all: u32,
}

impl Part {
    /// Reads the messages to show: those of one kind, or the first of each kind that matters now.
    pub(super) async fn read(
        bulk: &Bulk,
        only: Option<Wanted>,
        after: Option<u32>,
        bulks: &Bulks,
        ports: &Ports,
    ) -> Result<Vec<Self>, StoreError> {
        let (kinds, limit) = if let Some(Wanted(one)) = only {
            (vec![one], MANY)
        } else {
            let open = matches!(bulk.state, BulkState::Counted | BulkState::Stopped);
            let kinds = [BulkOutcome::Failed, BulkOutcome::LeftOut].map(Some);
            let mut kinds = Vec::from(kinds);
            kinds.extend(open.then_some(None));
            kinds.extend(bulk.is_over().then_some(Some(BulkOutcome::Done)));
            (kinds, FEW)
        };
        let mut found = Vec::new();
        for outcome in kinds {
            let items = bulks.items(bulk.id, outcome, after, limit).await?;
            if items.is_empty() {
                continue;
            }
            let ids: Vec<_> = items.iter().map(|item| item.message_id).collect();
            let messages = ports.log().messages(&ids).await?;
            let messages = messages.into_iter().map(|it| (it.facts.id, it)).collect();
            found.push(Self { outcome, items, messages, all: number(bulk, outcome) });
        }
        Ok(found)
    }
}

/// Number of messages with this outcome.
const fn number(bulk: &Bulk, outcome: Option<BulkOutcome>) -> u32 {
    match outcome {
        None => bulk.counts.open,
        Some(BulkOutcome::Done) => bulk.counts.done,
        Some(BulkOutcome::LeftOut) => bulk.counts.left_out,
        Some(BulkOutcome::Failed) => bulk.counts.failed,
    }
}

/// Title of the page: what is asked, done or was done.
pub(super) fn title(bulk: &Bulk, t: &dyn Texts) -> String {
    let counts = bulk.counts;
    match bulk.state {
        BulkState::Counted if counts.open == 0 => t.bulk_nothing(bulk.act, counts.total.into()),
        BulkState::Counted => t.bulk_asked(bulk.act, counts.open.into(), has_questions(bulk)),
        BulkState::Running => t.bulk_under_way(bulk.act, counts.total.into()),
        BulkState::Stopped | BulkState::Done => t.bulk_over(bulk.act, counts.done.into()),
    }
}

/// Returns true if some of the messages go out only with a tick.
const fn has_questions(bulk: &Bulk) -> bool {
    bulk.counts.arrived > 0 || bulk.counts.hours > 0
}

/// The parts of the page.
#[derive(Debug)]
pub(super) struct Shown<'a> {
    pub(super) bulk: &'a Bulk,
    pub(super) parts: Vec<Part>,
    /// Set if one kind of messages is shown alone.
    pub(super) is_one: bool,
}

impl Shown<'_> {
    pub(super) fn page<'a>(&self, s: Shell, eyes: &Eyes<'a>) -> BulkPage<'a> {
        let (bulk, t) = (self.bulk, eyes.t);
        let had_their_turn = bulk.counts.total - bulk.counts.open;
        let is_counted = bulk.state == BulkState::Counted;
        let is_asked = is_counted && bulk.counts.open > 0;
        BulkPage {
            t,
            back: back_to("messages", eyes),
            here: self.address("", eyes),
            heading: title(bulk, t),
            lines: self.lines(eyes),
            sums: if is_counted && !is_asked { Vec::new() } else { self.sums(eyes) },
            is_running: bulk.state == BulkState::Running,
            progress: t.bulk_progress(had_their_turn.into(), bulk.counts.total.into()),
            total: bulk.counts.total,
            done: had_their_turn,
            is_asked,
            questions: if is_asked { self.questions(t) } else { Vec::new() },
            submit: bulk.act.label().to_owned(),
            groups: self.parts.iter().map(|part| self.group(part, eyes)).collect(),
            s,
        }
    }

    /// This page's address, with a suffix.
    fn address(&self, behind: &str, eyes: &Eyes<'_>) -> String {
        eyes.links.page(format!("bulk/{}{behind}", self.bulk.id))
    }

    fn lines(&self, eyes: &Eyes<'_>) -> Vec<String> {
        let (bulk, t) = (self.bulk, eyes.t);
        let mut lines = Vec::new();
        match bulk.state {
            BulkState::Counted => {
                let (open, left_out) = (bulk.counts.open, bulk.counts.left_out);
                lines.push(if open == 0 {
                    t.bulk_nothing_why(bulk.act)
                } else {
                    let asks = has_questions(bulk);
                    t.bulk_will(bulk.act, open.into(), left_out.into(), asks)
                });
                lines.extend(bulk.more.then(|| t.bulk_more(BULK_MAX.into())));
            }
            BulkState::Running => {
                let is_quiet = eyes.now - bulk.changed_at >= QUIET;
                lines.extend(is_quiet.then(|| t.bulk_waits().to_owned()));
            }
            BulkState::Stopped => lines.push(t.bulk_stopped().to_owned()),
            BulkState::Done => {}
        }
        if bulk.state != BulkState::Counted {
            let at = eyes.times().short(bulk.changed_at);
            lines.push(t.bulk_by(&eyes.who(&bulk.by), &at));
        }
        lines
    }

    /// Questions that have to be agreed to: messages of a question that is not ticked are left out.
    fn questions(&self, t: &dyn Texts) -> Vec<Question> {
        let counts = self.bulk.counts;
        let mut questions = Vec::new();
        if counts.arrived > 0 {
            questions.push(Question {
                name: "arrived",
                label: t.bulk_arrived(counts.arrived.into()),
                is_required: false,
            });
        }
        if counts.hours > 0 {
            questions.push(Question {
                name: "hours",
                label: t.bulk_hours(counts.hours.into()),
                is_required: false,
            });
        }
        questions
    }

    fn sums(&self, eyes: &Eyes<'_>) -> Vec<Sum> {
        let t = eyes.t;
        let sum = |outcome| {
            let number = number(self.bulk, outcome);
            let behind = format!("?of={}", word(outcome));
            Sum {
                href: if number == 0 { String::new() } else { self.address(&behind, eyes) },
                number: t.number(number.into()),
                label: label(outcome, self.bulk, t).to_owned(),
            }
        };
        // Before somebody agreed, nothing was done and nothing went wrong: kinds without messages
        // are left out.
        let is_told = |outcome: &Option<BulkOutcome>| {
            self.bulk.state != BulkState::Counted || number(self.bulk, *outcome) > 0
        };
        [None, Some(BulkOutcome::Done), Some(BulkOutcome::LeftOut), Some(BulkOutcome::Failed)]
            .into_iter()
            .filter(is_told)
            .map(sum)
            .collect()
    }

    fn group(&self, part: &Part, eyes: &Eyes<'_>) -> ItemGroup {
        let t = eyes.t;
        let word = word(part.outcome);
        let is_more = part.items.len() < part.all as usize;
        let last = part.items.last().map(|item| item.no).filter(|_| self.is_one);
        let behind = match last {
            Some(last) => format!("?of={word}&after={last}"),
            None => format!("?of={word}"),
        };
        let is_full = part.items.len() == MANY as usize;
        ItemGroup {
            id: word,
            title: capital(label(part.outcome, self.bulk, t)),
            note: t.number(part.all.into()),
            items: part.items.iter().map(|item| told(item, part, self.bulk, eyes)).collect(),
            more: match (self.is_one, is_more) {
                (true, _) if is_full => t.bulk_next().to_owned(),
                (false, true) => t.bulk_all(part.all.into()),
                _ => String::new(),
            },
            href: self.address(&behind, eyes),
        }
    }
}

/// The word of a kind of messages in an address.
const fn word(outcome: Option<BulkOutcome>) -> &'static str {
    match outcome {
        None => "open",
        Some(outcome) => outcome.as_str(),
    }
}

fn label<'a>(outcome: Option<BulkOutcome>, bulk: &Bulk, t: &'a dyn Texts) -> &'a str {
    match outcome {
        None if bulk.state == BulkState::Counted => t.bulk_open(),
        None => t.bulk_not_begun(),
        Some(BulkOutcome::Done) => t.bulk_done(),
        Some(BulkOutcome::LeftOut) => t.bulk_left_out(),
        Some(BulkOutcome::Failed) => t.bulk_failed(),
    }
}

/// A message, and its outcome.
fn told(item: &BulkItem, part: &Part, bulk: &Bulk, eyes: &Eyes<'_>) -> Item {
    let message = part.messages.get(&item.message_id);
    let why = item.sentence.as_ref().map(Private::as_str).map(str::to_owned);
    Item {
        href: eyes.links.message(item.message_id),
        customer: message.map_or_else(|| item.message_id.to_string(), |it| eyes.customer(it)),
        about: message
            .map(|it| it.facts.subject.clone().unwrap_or_else(|| eyes.kind(it.facts.message_type)))
            .unwrap_or_default(),
        text: why.or_else(|| message.map(|it| stands(it, bulk, eyes))).unwrap_or_default(),
        fresh: item.fresh.map(|id| eyes.links.message(id)).unwrap_or_default(),
    }
}

/// State of a message in words: before the act it is told as the state until now.
fn stands(message: &Message, bulk: &Bulk, eyes: &Eyes<'_>) -> String {
    let why = message.why(&eyes.told());
    if bulk.state == BulkState::Counted { eyes.t.bulk_until_now(&why) } else { why }
}
