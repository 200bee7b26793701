//! Cases for campaigns themselves.

use whatsapp_core::TemplateId;
use whatsapp_core::campaign::{Audience, CampaignKind, CampaignTold};
use whatsapp_core::port::CampaignCursor;

use super::{
    Campaign, CampaignPlan, CampaignPorts, CampaignState, CampaignWritten, CustomerId, FrozenText,
    START, Table, change, day, draft, id, standing,
};

pub async fn a_campaign_reads_back_column_by_column(ports: CampaignPorts) {
    let table = Table::new(ports);
    let bare = table.add(draft(1, "2026-11-08")).await;
    assert_eq!(table.row(bare.id).await, Some(bare));
    let template = TemplateId::new(START, [3; 10]);
    let customers = ["C-1", "0190b1c2-7d3e-7f00-8a4b-5c6d7e8f9a0b"];
    let customers = customers.map(|id| CustomerId::new(id).expect("an id")).to_vec();
    let full = draft(2, "9999-12-31");
    let name = "Eid \"al-Fitr\" ₹ 🎉";
    let mut plan = CampaignPlan::new(CampaignKind::Announcement, name, full.plan.date)
        .with_time("09:05".parse().expect("a time"))
        .with_words("Line one\nline two: {customerName} \\ ' \"")
        .with_audience(Audience::Customers(customers))
        .with_estimated(true);
    plan.template = Some(template);
    let full = Campaign {
        plan,
        frozen: Some(FrozenText {
            text: "Dear {customerName}".into(),
            template: Some((template, 7)),
        }),
        entered: day("9999-12-30"),
        confirmed_on: Some(day("2026-03-18")),
        told: CampaignTold::Eve,
        ..full
    };
    let full = full.stands(CampaignState::Armed, Some("Because.".into()), START);
    let full = table.add(full).await;
    assert_eq!(table.row(full.id).await, Some(full));
    assert_eq!(table.row(id(9)).await, None);
}

pub async fn every_state_and_every_notice_reads_back(ports: CampaignPorts) {
    let table = Table::new(ports);
    let states = CampaignState::ALL.iter().copied();
    let told = CampaignTold::ALL.iter().copied().cycle();
    for (no, (state, told)) in (1..).zip(states.zip(told)) {
        let campaign = standing(draft(no, "2026-11-08"), state);
        let campaign = table.add(Campaign { told, ..campaign }).await;
        assert_eq!(table.row(campaign.id).await, Some(campaign));
    }
}

pub async fn a_campaign_whose_id_is_taken_is_stale(ports: CampaignPorts) {
    let table = Table::new(ports);
    let first = table.add(draft(1, "2026-11-08")).await;
    let other = change(draft(1, "2026-11-09"), None);
    assert_eq!(table.write(&other).await, CampaignWritten::Stale);
    assert_eq!(table.row(first.id).await, Some(first));
}

pub async fn a_campaign_that_changed_since_it_was_read_is_stale(ports: CampaignPorts) {
    let table = Table::new(ports);
    let first = table.add(draft(1, "2026-11-08")).await;
    let second = standing(first.clone(), CampaignState::Armed);
    let second = table.changed(&first, second).await;
    assert_eq!(second.revision, 1);
    let late = change(standing(first, CampaignState::Cancelled), Some(0));
    assert_eq!(table.write(&late).await, CampaignWritten::Stale);
    let gone = change(draft(2, "2026-11-08"), Some(0));
    assert_eq!(table.write(&gone).await, CampaignWritten::Stale);
    assert_eq!(table.row(second.id).await, Some(second));
}

pub async fn campaigns_come_the_latest_date_first_each_on_one_page(ports: CampaignPorts) {
    let table = Table::new(ports);
    let mut all = Vec::new();
    for (no, date) in (1..).zip([
        "2026-11-08",
        "2027-01-01",
        "2026-11-08",
        "9999-12-31",
        "2026-02-28",
        "1970-01-01",
    ]) {
        all.push(table.add(draft(no, date)).await);
    }
    all.sort_by_key(|campaign| std::cmp::Reverse(CampaignCursor::of(campaign)));
    for limit in [1, 2, 100] {
        let mut shown: Vec<Campaign> = Vec::new();
        loop {
            let after = shown.last().map(CampaignCursor::of);
            let page = table.campaigns.campaigns(after, limit).await.expect("campaigns");
            assert!(page.len() <= limit as usize);
            if page.is_empty() {
                break;
            }
            shown.extend(page);
        }
        assert_eq!(shown, all, "{limit}");
    }
}

pub async fn what_is_open_comes_the_earliest_first(ports: CampaignPorts) {
    let table = Table::new(ports);
    let mut open = Vec::new();
    for (no, (state, date)) in (1..).zip(CampaignState::ALL.iter().zip([
        "2026-11-08",
        "2027-01-01",
        "2026-11-08",
        "2026-05-01",
        "2026-02-28",
        "2026-01-28",
    ])) {
        let campaign = table.add(standing(draft(no, date), *state)).await;
        open.extend(state.is_open().then_some(campaign));
    }
    open.sort_by_key(CampaignCursor::of);
    assert_eq!(table.campaigns.open_campaigns().await.expect("open_campaigns"), open);
    assert_eq!(open.len(), 3);
}

pub async fn what_has_ended_comes_until_all_is_told_of_it(ports: CampaignPorts) {
    let table = Table::new(ports);
    let mut ending = Vec::new();
    for (no, &state) in (1..).zip(CampaignState::ALL) {
        let campaign = table.add(standing(draft(no, "2026-11-08"), state)).await;
        let has_ended = matches!(state, CampaignState::Finished | CampaignState::Cancelled);
        ending.extend(has_ended.then_some(campaign));
    }
    let early = standing(draft(9, "2026-01-28"), CampaignState::Finished);
    ending.insert(0, table.add(Campaign { told: CampaignTold::Hour, ..early }).await);
    let shown = table.campaigns.ending_campaigns().await.expect("ending_campaigns");
    assert_eq!(shown, ending);
    for campaign in ending {
        let told = Campaign { told: CampaignTold::End, ..campaign.clone() };
        table.changed(&campaign, told).await;
    }
    assert_eq!(table.campaigns.ending_campaigns().await.expect("ending_campaigns"), []);
}

pub async fn nul_in_a_campaign_refuses_nothing(ports: CampaignPorts) {
    let table = Table::new(ports);
    let mut plan = draft(1, "2026-11-08").plan.with_words("a\0b");
    "c\0d".clone_into(&mut plan.name);
    let campaign = table.add(Campaign { plan, ..draft(1, "2026-11-08") }).await;
    let row = table.row(campaign.id).await.expect("a row");
    let read = |text: &str| text.replace('\0', "\u{fffd}");
    assert_eq!(read(row.plan.words.as_str()), "a\u{fffd}b");
    assert_eq!(read(&row.plan.name), "c\u{fffd}d");
}
