//! T6: connections to Postgres that break, hang and run out, and calls that are given up.

mod blows;
mod given_up;
mod starved;

use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use anyhow::Result;
use whatsapp_core::LeaseToken;
use whatsapp_core::message::{Progress, StateRow};
use whatsapp_core::port::{Lease, Settlement, random};
use whatsapp_store_sqlx::PostgresOptions;
use whatsapp_testkit::SeededEntropy;
use whatsapp_testkit::fixtures::{START, greeting};

use self::blows::Bench;
use super::proxy::Proxy;
use super::{Line, Trial};
use crate::faults::database::{Database, Kind};

/// Breaks connections in every way, and gives up calls.
///
/// # Errors
/// Returns an error if it could not be done; a finding is no error.
pub async fn play(trial: &Trial) -> Result<Line> {
    let mut line = Line::new("T6", Kind::Postgres);
    let cluster = trial.servers.postgres().await?;
    let home = trial.servers.fresh(Kind::Postgres, &trial.folder).await?;
    let Database::Postgres(url) = &home.at else { anyhow::bail!("another database") };
    let proxy = Proxy::before(cluster.port()).await?;
    let through = proxy.instead_of(url);

    let store = PostgresOptions::new(&through)?
        .acquire_timeout(Duration::from_secs(1))
        .workers(4)
        .readers(4)
        .open()
        .await?;
    given_up::cancelled(trial, &mut line, &cluster, &store, &proxy, url).await?;
    starved::starved(trial, &mut line, &store, url).await?;
    let bench = Bench { store, cluster, proxy, url: url.clone(), seed: AtomicUsize::new(1) };
    blows::survived(trial, &mut line, &bench).await?;
    blows::unanswered(&mut line, &bench).await?;
    bench.store.close().await;
    Ok(line)
}

/// Makes a settlement that nobody has the right to.
fn fenced(number: u64) -> Settlement {
    let message = greeting(number, START);
    Settlement {
        lease: Lease {
            message_id: message.facts.id,
            token: LeaseToken::new(START, random(&SeededEntropy::new(number))),
        },
        attempt: None,
        state: StateRow::of(&Progress::new(START)),
        gateway_id: None,
        api_response: None,
        at: START,
    }
}
