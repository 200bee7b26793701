//! Cases for recipients.

use whatsapp_core::campaign::{CampaignKind, LeftOut, RecipientCounts};
use whatsapp_core::message::Status;
use whatsapp_core::port::{EndedRecipient, RecipientPoint, StepMessage};

use super::super::trial::WITHDRAWN;
use super::{
    Campaign, CampaignId, CampaignPorts, CampaignState, CampaignWritten, CustomerId, DONE, Private,
    Recipient, RecipientState, START, Table, WhatsAppNumber, change, day, draft, id, of_recipients,
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

    /// Writes recipients over the rows that were read, and returns all rows.
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
    expected.sort_by(|a, b| a.number.cmp(&b.number));
    assert_eq!(table.rows(campaign.id).await, expected);
}

pub async fn numbers_that_share_a_key_are_each_collected(ports: CampaignPorts) {
    let table = Table::new(ports);
    let campaign = table.add(draft(1, "2026-11-08")).await;
    let freeze = table.begin(&campaign).await.expect("a draft");
    let of = |id: &str, number: &str| {
        let number = WhatsAppNumber::parse(number).expect("a number");
        Recipient::new(campaign.id, &number, CustomerId::new(id).expect("an id"), START)
    };
    let [one, other] = [of("C-1", "+919876543210"), of("C-2", "+918876543210")];
    assert_eq!(one.number_key, other.number_key);
    // Two spellings of one number, as in Brazil.
    let [long, short] = [of("C-3", "+5531987654321"), of("C-4", "+553187654321")];
    let rows = [one.clone(), other.clone(), long.clone(), short];
    let added = table.campaigns.freeze(seen(&campaign), freeze, &rows).await;
    assert_eq!(added.expect("freeze"), Some(3));
    let mut expected = vec![one, other, long];
    expected.sort_by(|a, b| a.number.cmp(&b.number));
    assert_eq!(table.rows(campaign.id).await, expected);
}

pub async fn what_was_collected_before_is_taken_away_page_by_page(ports: CampaignPorts) {
    let table = Table::new(ports);
    let campaign = table.add(draft(1, "2026-11-08")).await;
    let other = table.add(draft(2, "2026-11-08")).await;
    let others = table.begin(&other).await.expect("a draft");
    table.freeze(&other, others, &[1, 2]).await;
    let first = table.begin(&campaign).await.expect("a draft");
    table.freeze(&campaign, first, &[1, 2, 3]).await;
    let second = table.begin(&campaign).await.expect("a draft");
    assert_eq!(second, first + 1);
    let thaw = async |freeze, limit| {
        table.campaigns.thaw(seen(&campaign), freeze, limit).await.expect("thaw")
    };
    assert_eq!(thaw(first, 9).await, None, "it is another's now");
    assert_eq!(thaw(second, 2).await, Some(2));
    assert_eq!(table.rows(campaign.id).await.len(), 1);
    assert_eq!([thaw(second, 2).await, thaw(second, 2).await], [Some(1), Some(0)]);
    assert_eq!(table.rows(other.id).await.len(), 2, "of another campaign");
    assert_eq!(table.freeze(&campaign, first, &[1]).await, None, "it is another's now");
    assert_eq!(table.freeze(&campaign, second, &[3]).await, Some(1));
    let row = table.row(campaign.id).await.expect("a row");
    assert_eq!((row.freeze, row.revision), (second, 0), "no form that is open is disturbed");
    table.changed(&row, standing(row.clone(), CampaignState::Armed)).await;
    assert_eq!(thaw(second, 9).await, None, "no draft");
    assert_eq!(table.rows(campaign.id).await.len(), 1);
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
    let mut campaign = campaign.clone();
    campaign.plan.date = day(date);
    campaign
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
    assert!(rows.is_sorted_by(|a, b| a.number < b.number), "by the bytes of their numbers");
    let mut shown: Vec<Recipient> = Vec::new();
    loop {
        let after = shown.last().map(|row| row.number.clone());
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
        let after = Some(expected[0].number.clone());
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

pub async fn the_recipients_of_messages_come_with_their_campaigns(ports: CampaignPorts) {
    let table = Table::new(ports);
    let mut expected = Vec::new();
    let mut ids = Vec::new();
    for no in 1..=2 {
        let state = CampaignState::Running;
        let (campaign, rows) = with_recipients(&table, no, "2026-11-08", state, 3).await;
        for row in &rows[..2] {
            let seed = 10 * u64::from(no) + ids.len() as u64;
            let message = table.trial.waiting(seed).await.facts.id;
            ids.push(message);
            // Includes a recipient that was given back, whose message was withdrawn.
            let row = Recipient { message_id: Some(message), ..row.clone() }.given_back(START);
            let rows = table.put(vec![row.clone()]).await;
            let row = rows.into_iter().find(|one| one.number == row.number).expect("its row");
            expected.push((message, Some(campaign.clone()), row));
        }
    }
    let of_nobody = table.trial.waiting(9).await.facts.id;
    let asked = [vec![of_nobody], ids].concat();
    let found = table.campaigns.recipients_of_messages(&asked).await;
    let mut found: Vec<_> = found
        .expect("recipients_of_messages")
        .into_iter()
        .map(|one| {
            let (campaign, recipient) = one.of.expect("rows that can be read");
            (one.message, campaign, recipient)
        })
        .collect();
    found.sort_by_key(|(message, ..)| *message);
    expected.sort_by_key(|(message, ..)| *message);
    assert_eq!(found, expected);
    let none = table.campaigns.recipients_of_messages(&[]).await;
    assert!(none.expect("recipients_of_messages").is_empty());
}

pub async fn why_recipients_were_left_out_is_counted_by_sentence(ports: CampaignPorts) {
    let table = Table::new(ports);
    let (campaign, rows) =
        with_recipients(&table, 1, "2026-11-08", CampaignState::Finished, 8).await;
    let (other, _) = with_recipients(&table, 2, "2026-11-08", CampaignState::Finished, 2).await;
    let why = [Some("Late."), Some("Muted."), Some("Late."), Some("Full."), None, Some("Late.")];
    let put = rows.into_iter().zip(why);
    let put =
        put.map(|(row, why)| row.stands(RecipientState::LeftOut, why.map(Private::from), START));
    table.put(put.collect()).await;
    let left_out = async |id, limit| {
        table.campaigns.recipients_left_out(id, limit).await.expect("recipients_left_out")
    };
    let reason = |sentence: Option<&str>, recipients| LeftOut {
        sentence: sentence.map(Private::from),
        recipients,
    };
    let expected = [
        reason(Some("Late."), 3),
        reason(None, 1),
        reason(Some("Full."), 1),
        reason(Some("Muted."), 1),
    ];
    assert_eq!(left_out(campaign.id, 9).await, expected);
    assert_eq!(left_out(campaign.id, 2).await, expected[..2]);
    assert_eq!(left_out(other.id, 9).await, [], "they wait");
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
    // Campaigns of another day, and news.
    let (_, other) = with_recipients(&table, 2, "2026-01-29", CampaignState::Running, 4).await;
    table.put(put(other).collect()).await;
    let (news, third) = with_recipients(&table, 3, "2026-01-28", CampaignState::Running, 4).await;
    table.put(put(third).collect()).await;
    let mut announced = news.clone();
    announced.plan.kind = CampaignKind::Announcement;
    table.changed(&news, announced).await;
    let (_, fourth) = with_recipients(&table, 4, "2026-01-28", CampaignState::Finished, 1).await;
    table.put(put(fourth).collect()).await;
    let mut counted = table.planner.reminders_on(on, &keys).await.expect("reminders_on");
    counted.sort_unstable();
    let mut expected = vec![(keys[0].clone(), 2), (keys[1].clone(), 1)];
    expected.sort_unstable();
    assert_eq!(counted, expected);
}
