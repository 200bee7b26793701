use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::time::{interval, timeout};
use whatsapp_example_backend::shop::Told;

use crate::trial::{Place, Trial, on_both};

/// Time limit of the test, enough for a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);

/// Interval at which the log is read meanwhile.
const LOOK: Duration = Duration::from_millis(50);

const INVOICES: usize = 60;

on_both! {
    two_workers_beside_the_server_send_each_message_once,
}

/// Starts a worker process, which is killed when the value is dropped.
fn worker(trial: &Trial) -> Child {
    Command::new(env!("CARGO_BIN_EXE_whatsapp-example-backend"))
        .args(["worker", "--gateway", &trial.gateway.url(), "--api-key", trial.gateway.key()])
        .args(["--public-url", &trial.files.public_url, "--files"])
        .arg(&trial.files.folder)
        .env("DATABASE_URL", trial.url())
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

async fn two_workers_beside_the_server_send_each_message_once(place: Place) {
    let trial = Trial::open(place).await;
    let workers = [worker(&trial), worker(&trial)];
    for number in 0..INVOICES {
        let invoice = trial.invoice(&format!("INV-{number}"));
        let (_, told) = trial.shop().create_invoice(invoice).await.unwrap();
        assert!(matches!(told, Told::Message(_)), "{told:?}");
    }
    timeout(PATIENCE, trial.gateway.wait_for_accepted(INVOICES)).await.unwrap();
    // Nothing is owed any more once all messages are written down as sent.
    let store = trial.shop().database().store();
    timeout(PATIENCE, async {
        let mut look = interval(LOOK);
        while store.counts(u64::MAX).await.unwrap().sent < INVOICES as u64 {
            look.tick().await;
        }
    })
    .await
    .unwrap();
    // Both workers plan, and one of them got the date.
    let day = trial.shop().today();
    timeout(PATIENCE, async {
        let mut look = interval(LOOK);
        while store.planner_runs(day, 2).await.unwrap().iter().all(|run| run.finished_at.is_none())
        {
            look.tick().await;
        }
    })
    .await
    .unwrap();
    assert_eq!(store.planner_runs(day, 2).await.unwrap().len(), 1);
    drop(workers);

    let mut times = BTreeMap::new();
    for message in trial.gateway.accepted() {
        *times.entry(message.url.unwrap()).or_insert(0) += 1;
    }
    assert_eq!(times.len(), INVOICES);
    assert!(times.values().all(|times| *times == 1), "{times:?}");
    assert_eq!(trial.gateway.posts().len(), INVOICES);
}
