//! Cases for rows that are written together.

use std::sync::Arc;

use chrono::TimeDelta;
use whatsapp_core::message::NewMessage;
use whatsapp_core::port::{
    AccountChange, AccountEventKind, AccountStep, AuditFilter, Enqueued, SlotsTaken, StoreError,
};

use super::super::account::event_id;
use super::{
    CampaignPorts, CampaignState, CampaignWrite, CampaignWritten, DONE, Recipient, RecipientState,
    START, SeenCampaign, Table, change, draft, entry, id, of_recipients, queued, seen, standing,
    with_recipients,
};
use crate::fixtures;

impl Table {
    async fn slots(&self) -> SlotsTaken {
        self.campaigns.slots_taken(START).await.expect("slots_taken")
    }

    async fn pending(&self) -> u64 {
        self.trial.store.counts(u64::MAX).await.expect("counts").pending
    }
}

fn message(seed: u64) -> NewMessage {
    fixtures::greeting(seed, START)
}

pub async fn recipients_get_the_ids_of_their_messages(ports: CampaignPorts) {
    let table = Table::new(ports);
    let (campaign, rows) =
        with_recipients(&table, 1, "2026-11-08", CampaignState::Running, 3).await;
    let known = message(7);
    table.trial.enqueue(std::slice::from_ref(&known)).await;
    let again = message(7).with_facts(|facts| whatsapp_core::message::Facts {
        id: table.trial.message_id(),
        ..facts
    });
    let write = CampaignWrite {
        over: Some(seen(&campaign)),
        slots: Some(0),
        recipients: vec![queued(rows[1].clone(), 1), queued(rows[0].clone(), 0)],
        messages: vec![message(1), again],
        ..CampaignWrite::default()
    };
    let CampaignWritten::Done(enqueued) = table.write(&write).await else {
        panic!("it is written")
    };
    let ids = [message(1).facts.id, known.facts.id];
    assert_eq!(enqueued, [Enqueued::New(ids[0]), Enqueued::AlreadyPresent(ids[1])]);
    let after = table.rows(campaign.id).await;
    assert_eq!([after[0].message_id, after[1].message_id], ids.map(Some));
    assert_eq!([after[0].revision, after[1].revision, after[2].revision], [1, 1, 0]);
    assert_eq!((after[0].state, after[0].slot), (RecipientState::Queued, Some(START)));
    assert_eq!(after[2], rows[2]);
    assert_eq!(table.row(campaign.id).await, Some(campaign), "its revision stays");
    assert_eq!(table.slots().await, SlotsTaken { slots: vec![START, START], revision: 1 });
}

pub async fn a_recipient_that_changed_since_it_was_read_undoes_all(ports: CampaignPorts) {
    let table = Table::new(ports);
    let (campaign, rows) =
        with_recipients(&table, 1, "2026-11-08", CampaignState::Running, 2).await;
    let first = of_recipients([rows[0].clone().stands(RecipientState::LeftOut, None, START)]);
    assert_eq!(table.write(&first).await, DONE);
    let gone = Recipient { campaign: id(9), ..rows[1].clone() };
    for stale in [rows[0].clone(), gone] {
        let write = CampaignWrite {
            slots: Some(0),
            recipients: vec![queued(rows[1].clone(), 0), queued(stale, 1)],
            messages: vec![message(1), message(2)],
            audit: Some(entry(campaign.id)),
            ..CampaignWrite::default()
        };
        assert_eq!(table.write(&write).await, CampaignWritten::Stale);
    }
    assert_eq!(table.rows(campaign.id).await[1], rows[1]);
    assert_eq!((table.pending().await, table.slots().await.revision), (0, 0));
    let audit = table.audit.audit(&AuditFilter::default(), None, 9).await.expect("audit");
    assert_eq!(audit.entries, []);
}

pub async fn a_campaign_that_does_not_stand_as_it_was_read_undoes_all(ports: CampaignPorts) {
    let table = Table::new(ports);
    let (campaign, rows) =
        with_recipients(&table, 1, "2026-11-08", CampaignState::Running, 1).await;
    // A person pauses the campaign while it is fed.
    let paused = standing(campaign.clone(), CampaignState::Paused);
    table.changed(&campaign, paused).await;
    let write = CampaignWrite {
        over: Some(seen(&campaign)),
        slots: Some(0),
        recipients: vec![queued(rows[0].clone(), 0)],
        messages: vec![message(1)],
        ..CampaignWrite::default()
    };
    assert_eq!(table.write(&write).await, CampaignWritten::Stale);
    let gone = SeenCampaign { id: id(9), revision: 0 };
    let write = CampaignWrite { over: Some(gone), ..write };
    assert_eq!(table.write(&write).await, CampaignWritten::Stale);
    assert_eq!(table.rows(campaign.id).await, rows);
    assert_eq!((table.pending().await, table.slots().await.revision), (0, 0));
}

pub async fn slots_that_were_given_meanwhile_undo_all(ports: CampaignPorts) {
    let table = Table::new(ports);
    let (_, one) = with_recipients(&table, 1, "2026-11-08", CampaignState::Running, 1).await;
    let (_, two) = with_recipients(&table, 2, "2026-11-08", CampaignState::Running, 1).await;
    let gives = |row: &Recipient, seed| CampaignWrite {
        slots: Some(0),
        recipients: vec![queued(row.clone(), 0)],
        messages: vec![message(seed)],
        ..CampaignWrite::default()
    };
    assert!(matches!(table.write(&gives(&one[0], 1)).await, CampaignWritten::Done(_)));
    assert_eq!(table.write(&gives(&two[0], 2)).await, CampaignWritten::Stale);
    assert_eq!((table.pending().await, table.slots().await.revision), (1, 1));
    let again = CampaignWrite { slots: Some(1), ..gives(&two[0], 2) };
    assert!(matches!(table.write(&again).await, CampaignWritten::Done(_)));
}

pub async fn slots_are_those_from_an_instant_on(ports: CampaignPorts) {
    let table = Table::new(ports);
    let (_, rows) = with_recipients(&table, 1, "2026-11-08", CampaignState::Running, 4).await;
    let at = |minutes| START + TimeDelta::minutes(minutes);
    let slots = [Some(at(-1)), Some(at(0)), Some(at(1)), None];
    let put = rows.into_iter().zip(slots).map(|(row, slot)| Recipient { slot, ..row });
    assert_eq!(table.write(&of_recipients(put)).await, DONE);
    let mut taken = table.slots().await.slots;
    taken.sort_unstable();
    assert_eq!(taken, [at(0), at(1)]);
}

pub async fn the_latest_instant_at_which_a_feeder_ran_is_known(ports: CampaignPorts) {
    let table = Table::new(ports);
    let seen = async || table.campaigns.feeder_seen().await.expect("feeder_seen");
    assert_eq!(seen().await, None);
    for (minutes, latest) in [(5, 5), (0, 5), (10, 10)] {
        let at = START + TimeDelta::minutes(minutes);
        table.campaigns.note_feeder(at).await.expect("note_feeder");
        assert_eq!(seen().await, Some(START + TimeDelta::minutes(latest)));
    }
    assert_eq!(table.slots().await.revision, 0, "no slot was given");
}

pub async fn an_act_whose_entry_cannot_be_written_is_not_done(ports: CampaignPorts) {
    let table = Table::new(ports);
    let campaign = table.add(draft(1, "2026-11-08")).await;
    let entry = entry(campaign.id);
    let armed = standing(campaign.clone(), CampaignState::Armed);
    let first = CampaignWrite { audit: Some(entry.clone()), ..change(armed, Some(0)) };
    assert_eq!(table.write(&first).await, DONE);
    let armed = table.row(campaign.id).await.expect("a row");
    let paused = standing(armed.clone(), CampaignState::Paused);
    let second = CampaignWrite { audit: Some(entry), ..change(paused, Some(1)) };
    let answer = table.campaigns.write_campaign(&second).await;
    assert!(matches!(answer, Err(StoreError::Conflict { .. })), "{answer:?}");
    assert_eq!(table.row(campaign.id).await, Some(armed));
}

pub async fn what_managers_are_told_is_written_with_it(ports: CampaignPorts) {
    let table = Table::new(ports);
    let campaign = table.add(draft(1, "2026-11-08")).await;
    let event = |is_due| AccountChange {
        id: event_id(&table.trial),
        at: START,
        step: AccountStep::Unconfirmed { what: "Eid, 21 Mar 2026".to_owned(), is_due },
        by: None,
    };
    let stale = CampaignWrite { event: Some(event(false)), ..change(campaign.clone(), Some(7)) };
    assert_eq!(table.write(&stale).await, CampaignWritten::Stale);
    for (seen, is_due) in [(0, false), (1, true)] {
        let write =
            CampaignWrite { event: Some(event(is_due)), ..change(campaign.clone(), Some(seen)) };
        assert_eq!(table.write(&write).await, DONE);
    }
    let what = "Diwali, 8 Nov 2026. 1 recipient was left out: Late.".to_owned();
    let step = AccountStep::LeftOut { what: what.clone() };
    let ended = AccountChange { step, ..event(false) };
    let write = CampaignWrite { event: Some(ended), ..change(campaign.clone(), Some(2)) };
    assert_eq!(table.write(&write).await, DONE);
    let events = table.trial.store.account_events(9).await.expect("account_events");
    let mut told: Vec<_> =
        events.iter().map(|event| (event.kind, event.detail.as_deref().unwrap_or(""))).collect();
    told.sort_unstable();
    let eid = "Eid, 21 Mar 2026";
    let expected = [
        (AccountEventKind::Unconfirmed, eid),
        (AccountEventKind::NotGreeted, eid),
        (AccountEventKind::LeftOut, what.as_str()),
    ];
    assert_eq!(told, expected);
}

pub async fn what_no_store_can_write_is_refused(ports: CampaignPorts) {
    let table = Table::new(ports);
    let (campaign, rows) =
        with_recipients(&table, 1, "2026-11-08", CampaignState::Running, 1).await;
    let row = &rows[0];
    let with = |recipients| CampaignWrite { recipients, ..CampaignWrite::default() };
    let unsent = row.clone().stands(RecipientState::Sent, None, START);
    let both = CampaignWrite {
        over: Some(seen(&campaign)),
        ..change(campaign.clone(), Some(campaign.revision))
    };
    for write in [
        of_recipients([row.clone(), row.clone()]),
        with(vec![queued(row.clone(), 0)]),
        of_recipients([unsent]),
        both,
    ] {
        let answer = table.campaigns.write_campaign(&write).await;
        assert!(matches!(answer, Err(StoreError::Other { .. })), "{answer:?}");
    }
    assert_eq!(table.rows(campaign.id).await, rows);
}

pub async fn of_concurrent_writes_of_one_campaign_one_is_done(ports: CampaignPorts) {
    let table = Table::new(ports);
    let (campaign, rows) =
        with_recipients(&table, 1, "2026-11-08", CampaignState::Running, 20).await;
    let writes: Vec<_> = (0..10)
        .map(|call| {
            let mut recipients: Vec<_> =
                rows.iter().cloned().enumerate().map(|(no, row)| queued(row, no)).collect();
            if call % 2 == 0 {
                recipients.reverse();
            }
            let fresh = |seed: u64| {
                let id = table.trial.message_id();
                message(seed).with_facts(|facts| whatsapp_core::message::Facts { id, ..facts })
            };
            let write = CampaignWrite {
                over: Some(seen(&campaign)),
                slots: Some(0),
                recipients,
                messages: (0..20).map(fresh).collect(),
                ..CampaignWrite::default()
            };
            let campaigns = Arc::clone(&table.campaigns);
            tokio::spawn(async move { campaigns.write_campaign(&write).await })
        })
        .collect();
    let pause = standing(campaign.clone(), CampaignState::Paused);
    let pause = change(pause, Some(campaign.revision));
    let campaigns = Arc::clone(&table.campaigns);
    let pause = tokio::spawn(async move { campaigns.write_campaign(&pause).await });
    let mut done = 0;
    for write in writes {
        let answer = write.await.expect("no panic").expect("write_campaign");
        done += u64::from(answer != CampaignWritten::Stale);
    }
    assert_eq!(pause.await.expect("no panic").expect("write_campaign"), DONE);
    assert!(done <= 1, "{done}");
    assert_eq!(table.pending().await, 20 * done);
    assert_eq!(u64::from(table.slots().await.revision), done);
}
