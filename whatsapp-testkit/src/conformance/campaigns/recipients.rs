//! Cases for recipients.

use whatsapp_core::MessageId;
use whatsapp_core::campaign::{CampaignKind, RecipientCounts};
use whatsapp_core::message::Status;
use whatsapp_core::port::{EndedRecipient, RecipientPoint, StepMessage};

use super::super::trial::WITHDRAWN;
use super::{
    Campaign, CampaignId, CampaignPlan, CampaignPorts, CampaignState, CampaignWritten, CustomerId,
    DONE, Private, Recipient, RecipientState, START, Table, change, day, draft, id, of_recipients,
    recipient, seen, standing, with_recipients,
};

impl Table {
    async fn begin(&self, campaign: &Campaign) -> Option<u32> {
        self.campaigns.begin_freeze(seen(campaign)).await.expect("begin_freeze")
    }

    async fn freeze(&self, campaign: &Campaign, freeze: u32, seeds: &[u64]) -> Option<u64> {
        let rows: Vec<_> = seeds.iter().map(|seed| recipient(campaign, *seed)).collect();
        self.campaigns.freeze(seen(campaign), freeze, &rows).await.expect("freeze")
    }

    async fn counts(&self, id: CampaignId) -> RecipientCounts {
        self.campaigns.recipient_counts(id).await.expect("recipient_counts")
    }

    async fn ended(&self, limit: u32) -> Vec<EndedRecipient> {
        self.campaigns.recipients_ended(limit).await.expect("recipients_ended")
    }

    /// Writes recipients over what was read, and gives all rows.
    async fn put(&self, rows: Vec<Recipient>) -> Vec<Recipient> {
        let id = rows[0].campaign;
        assert_eq!(self.write(&of_recipients(rows)).await, DONE);
        self.rows(id).await
    }
}

pub async fn each_number_is_collected_once(ports: CampaignPorts) {
    let table = Table::new(ports);
    let campaign = table.add(draft(1, "2026-11-08")).await;
    let other = table.add(draft(2, "2026-11-08")).await;
    let freeze = table.begin(&campaign).await.expect("a draft");
    assert_eq!(table.freeze(&campaign, freeze, &[1, 2, 1]).await, Some(2));
    let branch =
        Recipient { customer: CustomerId::new("B-1").expect("an id"), ..recipient(&campaign, 2) };
    let again = table.campaigns.freeze(seen(&campaign), freeze, &[branch]).await;
    assert_eq!(again.expect("freeze"), Some(0), "another customer has it");
    assert_eq!(table.freeze(&campaign, freeze, &[3]).await, Some(1));
    let others = table.begin(&other).await.expect("a draft");
    assert_eq!(table.freeze(&other, others, &[1]).await, Some(1), "of another campaign");
    let mut expected: Vec<_> = [1, 2, 3].map(|seed| recipient(&campaign, seed)).into();
    expected.sort_by(|a, b| a.number_key.cmp(&b.number_key));
    assert_eq!(table.rows(campaign.id).await, expected);
}

pub async fn collecting_anew_takes_away_what_was_collected(ports: CampaignPorts) {
    let table = Table::new(ports);
    let campaign = table.add(draft(1, "2026-11-08")).await;
    let first = table.begin(&campaign).await.expect("a draft");
    table.freeze(&campaign, first, &[1, 2]).await;
    let second = table.begin(&campaign).await.expect("a draft");
    assert_eq!(second, first + 1);
    assert_eq!(table.rows(campaign.id).await, []);
    assert_eq!(table.freeze(&campaign, first, &[1]).await, None, "it is another's now");
    assert_eq!(table.freeze(&campaign, second, &[3]).await, Some(1));
    let row = table.row(campaign.id).await.expect("a row");
    assert_eq!((row.freeze, row.revision), (second, 0), "no form that is open is disturbed");
}

pub async fn only_a_draft_as_it_was_read_is_collected(ports: CampaignPorts) {
    let table = Table::new(ports);
    let campaign = table.add(draft(1, "2026-11-08")).await;
    let freeze = table.begin(&campaign).await.expect("a draft");
    let campaign = Campaign { freeze, ..campaign };
    let edited = table.changed(&campaign, draft_of(&campaign, "2026-11-09")).await;
    assert_eq!(table.freeze(&campaign, freeze, &[1]).await, None);
    assert_eq!(table.begin(&campaign).await, None);
    assert_eq!(table.freeze(&edited, freeze, &[1]).await, Some(1));
    let armed = table.changed(&edited, standing(edited.clone(), CampaignState::Armed)).await;
    assert_eq!(table.begin(&armed).await, None);
    assert_eq!(table.freeze(&armed, freeze, &[2]).await, None);
    assert_eq!(table.rows(armed.id).await.len(), 1, "they are frozen");
    assert_eq!(table.begin(&draft(9, "2026-11-08")).await, None);
}

fn draft_of(campaign: &Campaign, date: &str) -> Campaign {
    let plan = CampaignPlan { date: day(date), ..campaign.plan.clone() };
    Campaign { plan, ..campaign.clone() }
}

pub async fn a_draft_that_is_collected_anew_is_not_armed(ports: CampaignPorts) {
    let table = Table::new(ports);
    let campaign = table.add(draft(1, "2026-11-08")).await;
    let freeze = table.begin(&campaign).await.expect("a draft");
    let armed = standing(Campaign { freeze, ..campaign.clone() }, CampaignState::Armed);
    table.begin(&campaign).await.expect("somebody else checks it");
    assert_eq!(table.write(&change(armed, Some(0))).await, CampaignWritten::Stale);
    let row = table.row(campaign.id).await.expect("a row");
    assert_eq!(row.state, CampaignState::Draft);
}

pub async fn five_hundred_recipients_are_one_page(ports: CampaignPorts) {
    let table = Table::new(ports);
    let (campaign, rows) =
        with_recipients(&table, 1, "2026-11-08", CampaignState::Running, 500).await;
    assert_eq!(rows.len(), 500);
    assert!(rows.is_sorted_by(|a, b| a.number_key < b.number_key), "by the bytes of their keys");
    let mut shown: Vec<Recipient> = Vec::new();
    loop {
        let after = shown.last().map(|row| row.number_key.clone());
        let page = table.page(campaign.id, None, after, 150).await;
        if page.is_empty() {
            break;
        }
        shown.extend(page);
    }
    assert_eq!(shown, rows);
    let changed = rows.into_iter().map(|row| row.stands(RecipientState::LeftOut, None, START));
    let rows = table.put(changed.collect()).await;
    assert!(rows.iter().all(|row| row.revision == 1));
}

pub async fn recipients_are_found_and_counted_by_their_states(ports: CampaignPorts) {
    let table = Table::new(ports);
    let (campaign, rows) =
        with_recipients(&table, 1, "2026-11-08", CampaignState::Running, 10).await;
    let message = table.trial.sent(1).await;
    let states = RecipientState::ALL.iter().copied().cycle();
    let put = rows.into_iter().zip(states).map(|(row, state)| {
        let row = Recipient { message_id: Some(message), ..row };
        row.stands(state, Some("Because.".into()), START)
    });
    let rows = table.put(put.collect()).await;
    for &state in RecipientState::ALL {
        let expected: Vec<_> = rows.iter().filter(|row| row.state == state).cloned().collect();
        assert_eq!(expected.len(), 2);
        assert_eq!(table.page(campaign.id, Some(state), None, 9).await, expected);
        let after = Some(expected[0].number_key.clone());
        assert_eq!(table.page(campaign.id, Some(state), after, 9).await, expected[1..]);
    }
    let two = RecipientCounts { waiting: 2, queued: 2, sent: 2, failed: 2, left_out: 2 };
    assert_eq!(table.counts(campaign.id).await, two);
    assert_eq!(table.counts(id(9)).await, RecipientCounts::default());
}

pub async fn a_queued_recipient_tells_how_its_message_ended(ports: CampaignPorts) {
    let table = Table::new(ports);
    let trial = &table.trial;
    let (_, rows) = with_recipients(&table, 1, "2026-11-08", CampaignState::Running, 5).await;
    let sent = trial.sent(1).await;
    let failed = trial.failed(2).await;
    let message = trial.waiting(3).await;
    let claimed = trial.claim_one(message.facts.id).await;
    trial.settle(&claimed, &WITHDRAWN).await;
    let waiting = trial.waiting(4).await.facts.id;
    let gone = trial.message_id();
    let ids = [sent, failed, message.facts.id, waiting, gone];
    let queued = rows.into_iter().zip(ids).map(|(row, id)| {
        let row = Recipient { message_id: Some(id), slot: Some(START), ..row };
        row.stands(RecipientState::Queued, None, START)
    });
    let rows = table.put(queued.collect()).await;
    let ended = |status, cancel_reason, sentence: Option<&str>| StepMessage {
        status,
        sent_at: (status == Status::Sent).then_some(START),
        cancel_reason,
        sentence: sentence.map(Private::from),
    };
    let paid = whatsapp_core::message::CancelReason::Paid;
    let expected = [
        Some(ended(Status::Sent, None, None)),
        Some(ended(Status::Failed, None, Some("The gateway refused the message."))),
        Some(ended(Status::Cancelled, Some(paid), None)),
        None,
        Some(StepMessage::deleted()),
    ];
    let both = rows.iter().cloned().zip(expected);
    let expected: Vec<_> = both
        .filter_map(|(recipient, ended)| Some(EndedRecipient { recipient, ended: ended? }))
        .collect();
    assert_eq!(table.ended(9).await, expected);
    assert_eq!(table.ended(2).await, expected[..2]);
    let noted = rows.into_iter().map(|row| row.stands(RecipientState::Sent, None, START));
    table.put(noted.collect()).await;
    assert_eq!(table.ended(9).await, [], "what was noted has not ended any more");
}

pub async fn what_is_queued_where_nothing_runs_is_stranded(ports: CampaignPorts) {
    let table = Table::new(ports);
    let message = table.trial.waiting(1).await.facts.id;
    let mut stranded = Vec::new();
    for (no, &state) in (1..).zip(CampaignState::ALL) {
        let (_, rows) = with_recipients(&table, no, "2026-11-08", state, 3).await;
        let mut rows = rows.into_iter();
        let left = rows.next().expect("a row").stands(RecipientState::LeftOut, None, START);
        let queued = rows.map(|row| {
            let row = Recipient { message_id: Some(message), ..row };
            row.stands(RecipientState::Queued, None, START)
        });
        let rows = table.put(queued.chain([left]).collect()).await;
        let of_it = rows.into_iter().filter(|row| row.state == RecipientState::Queued);
        stranded.extend(of_it.filter(|_| state != CampaignState::Running));
    }
    stranded.sort_by_key(RecipientPoint::of);
    let mut shown: Vec<Recipient> = Vec::new();
    loop {
        let after = shown.last().map(RecipientPoint::of);
        let page = table.campaigns.recipients_stranded(after, 3).await;
        let page = page.expect("recipients_stranded");
        if page.is_empty() {
            break;
        }
        shown.extend(page);
    }
    assert_eq!(shown, stranded);
    assert_eq!(shown.len(), 10);
}

pub async fn the_recipient_of_a_message_comes_with_its_campaign(ports: CampaignPorts) {
    let table = Table::new(ports);
    let (campaign, rows) =
        with_recipients(&table, 1, "2026-11-08", CampaignState::Running, 2).await;
    let message = table.trial.waiting(1).await.facts.id;
    let of_message = async |id: MessageId| {
        table.campaigns.recipient_of_message(id).await.expect("recipient_of_message")
    };
    assert_eq!(of_message(message).await, None);
    let row = Recipient { message_id: Some(message), ..rows[1].clone() };
    // Also one that was given back, whose message was withdrawn.
    let rows = table.put(vec![row.given_back(START)]).await;
    assert_eq!(of_message(message).await, Some((Some(campaign), rows[1].clone())));
}

pub async fn what_greets_a_number_counts_beside_its_reminders(ports: CampaignPorts) {
    let table = Table::new(ports);
    let on = day("2026-01-28");
    let message = table.trial.waiting(1).await.facts.id;
    let (_, first) = with_recipients(&table, 1, "2026-01-28", CampaignState::Running, 4).await;
    let states = [
        RecipientState::Queued,
        RecipientState::Sent,
        RecipientState::Waiting,
        RecipientState::LeftOut,
    ];
    let keys: Vec<String> = first.iter().map(|row| row.number_key.as_str().to_owned()).collect();
    let put = |rows: Vec<Recipient>| {
        rows.into_iter().zip(states).map(|(row, state)| {
            let row = Recipient { message_id: Some(message), ..row };
            row.stands(state, None, START)
        })
    };
    table.put(put(first).collect()).await;
    // Of another day, and news.
    let (_, other) = with_recipients(&table, 2, "2026-01-29", CampaignState::Running, 4).await;
    table.put(put(other).collect()).await;
    let (news, third) = with_recipients(&table, 3, "2026-01-28", CampaignState::Running, 4).await;
    table.put(put(third).collect()).await;
    let plan = CampaignPlan { kind: CampaignKind::Announcement, ..news.plan.clone() };
    table.changed(&news, Campaign { plan, ..news.clone() }).await;
    let (_, fourth) = with_recipients(&table, 4, "2026-01-28", CampaignState::Finished, 1).await;
    table.put(put(fourth).collect()).await;
    let mut counted = table.planner.reminders_on(on, &keys).await.expect("reminders_on");
    counted.sort_unstable();
    let mut expected = vec![(keys[0].clone(), 2), (keys[1].clone(), 1)];
    expected.sort_unstable();
    assert_eq!(counted, expected);
}
