//! A caller that goes away at any moment leaves nothing half done.

use std::pin::pin;

use chrono::TimeDelta;
use futures_util::future::poll_immediate;
use whatsapp_core::audit::Actor;
use whatsapp_core::port::{
    AccountStore, Claim, Collect, Lane, LogFilter, MessageLog, NoticeQueue, Outbox, PlanWrite,
    PlannerStore, Reserve, SettingsSave, SettingsStore, Sort, StepWrite, TemplateStore, Turn,
    random,
};
use whatsapp_core::schedule::StepState;
use whatsapp_core::settings::SettingChange;
use whatsapp_core::{AuditId, DigestId, LeaseToken};
use whatsapp_store_sqlx::SqliteStore;
use whatsapp_testkit::SeededEntropy;
use whatsapp_testkit::fixtures::{
    START, as_new, elapsed, new_message, refused_message, step, template,
};

/// Polls a call a few times and drops it, finished or not. Returns whether it had finished.
pub(crate) async fn abandon(call: impl Future, polls: u32) -> bool {
    let mut call = pin!(call);
    for _ in 0..polls {
        if poll_immediate(&mut call).await.is_some() {
            return true;
        }
        tokio::task::yield_now().await;
    }
    false
}

async fn one_call(store: &SqliteStore, seed: u64, polls: u32, entropy: &SeededEntropy) -> bool {
    let token = LeaseToken::new(START, random(entropy));
    match seed % 10 {
        0 => abandon(store.enqueue(&[new_message(seed, START)]), polls).await,
        1 => abandon(store.enqueue(&[refused_message(seed, START)]), polls).await,
        2 => abandon(store.claim(&crate::claim(entropy, 3)), polls).await,
        3 => {
            let (interval, jitter) = (TimeDelta::seconds(1), TimeDelta::zero());
            let now = elapsed(START);
            let reserve =
                Reserve { now: START, elapsed: now, seen: None, want: 1, interval, jitter };
            abandon(store.reserve(&reserve), polls).await
        }
        4 => {
            let collect = Collect {
                id: DigestId::new(START, random(entropy)),
                token,
                now: START,
                lease: TimeDelta::minutes(2),
                newest_known: None,
                may_start: true,
            };
            abandon(store.collect(&collect), polls).await
        }
        5 => abandon(store.save_template(&template(seed, START).save()), polls).await,
        6 => {
            let rows = store.load_settings().await.unwrap();
            let value = if seed.is_multiple_of(2) { "true" } else { "false" };
            let change = SettingChange::check(&rows, "whatsapp_enabled", value).unwrap();
            let id = || AuditId::new(START, random(entropy));
            let changes = change.into_iter().collect();
            let save = SettingsSave::new(changes, &Actor::Host, START, id);
            abandon(store.save_settings(&save), polls).await
        }
        7 => {
            let filter = LogFilter::default();
            abandon(store.page(&filter, Sort::Newest, Turn::First, 20), polls).await
        }
        8 => {
            let step = step(seed, START).stands(StepState::Queued, None, None, START);
            let steps = vec![StepWrite { step, seen: None, message: Some(0) }];
            let messages = vec![new_message(seed, START)];
            let plan = PlanWrite { steps, messages, ..PlanWrite::default() };
            abandon(store.write_plan(&plan), polls).await
        }
        _ => abandon(store.counts(u64::MAX), polls).await,
    }
}

#[tokio::test]
async fn a_write_whose_caller_went_away_is_written_all_the_same() {
    let (store, _folder) = crate::on_file().await;
    let message = new_message(1, START);
    let finished = abandon(store.enqueue(std::slice::from_ref(&message)), 1).await;
    assert!(!finished);
    // The next write waits for its turn after the abandoned one.
    store.save_template(&template(1, START).save()).await.unwrap();
    let read = store.message(message.facts.id).await.unwrap();
    assert_eq!(as_new(read.unwrap()), message);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_cancelled_calls_leave_a_store_that_works() {
    let (store, folder) = crate::on_file().await;
    let entropy = SeededEntropy::new(1);
    let mut dice = fastrand::Rng::with_seed(1);
    let mut cancelled = 0;
    let mut seed = 0;
    while cancelled < 2_000 {
        seed += 1;
        let polls = dice.u32(1..12);
        cancelled += u32::from(!one_call(&store, seed, polls, &entropy).await);
    }

    // Every enqueued message is owed exactly once, and each can still be claimed.
    let later = START + TimeDelta::hours(1);
    let claimed = store
        .claim(&Claim {
            now: later,
            elapsed: whatsapp_testkit::fixtures::elapsed(later),
            limit: 100_000,
            token: LeaseToken::new(later, random(&entropy)),
            ..crate::claim(&entropy, 0)
        })
        .await
        .unwrap();
    let counts = store.counts(u64::MAX).await.unwrap();
    assert!(counts.pending > 0, "some calls were finished");
    assert_eq!(claimed.len() as u64, counts.pending);
    assert_eq!(store.next_due().await.unwrap().in_lane(Lane::Watch), None);
    assert!(store.notices_owed().await.unwrap() >= counts.failed);

    // And each reminder has its message.
    let planned =
        store.steps_by(StepState::Queued, START.date_naive(), None, 100_000).await.unwrap();
    assert!(!planned.is_empty(), "some plans were written");
    let ids: Vec<_> = planned.iter().filter_map(|step| step.message_id).collect();
    assert_eq!(store.messages(&ids).await.unwrap().len(), planned.len());

    store.close().await;
    let mut stranger = crate::stranger(folder.path()).await;
    let sound: String =
        sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut stranger).await.unwrap();
    assert_eq!(sound, "ok");
}
