//! T15: SIGTERM with POSTs under way.

use std::time::Duration;

use anyhow::{Context as _, Result};
use rustix::process::Signal;
use whatsapp_core::port::{Clock as _, SystemClock};
use whatsapp_testkit::fixtures::{AT_ALL_HOURS, greeting, save_settings};
use whatsapp_testkit::gateway::{Fault, StandInGateway};

use super::child::{Address, Role, Run, Running, Spec};
use super::crash::Away;
use super::{Line, Trial, nap, number, seen};
use crate::faults::database::{Home, Kind};

/// Number of POSTs under way when the signal comes.
const UNDER_WAY: usize = 8;

/// Number of messages that become due in a round: more than are under way at once.
const DUE: u64 = 12;

/// Longest time that a worker may take to stop.
const STOPPED_WITHIN: Duration = Duration::from_secs(35);

/// Time that the database is away, in seconds. It is longer than the store waits for a connection
/// or a lock, which is 2 seconds here. The second value is for the long form.
const OUTAGE: [u64; 2] = [3, 12];

const OPEN: &str = "SELECT count(*) FROM whatsapp_message_attempts WHERE outcome IS NULL";
const LEASED: &str = "SELECT count(*) FROM whatsapp_outbox WHERE lease_token IS NOT NULL";
const SENT: &str = "SELECT count(*) FROM whatsapp_message_logs WHERE status = 'sent'";

/// Course of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Round {
    Once,
    Twice,
    Outage,
}

/// Stops workers again and again.
///
/// # Errors
/// Returns an error if it could not be done; a finding is no error.
pub async fn play(trial: &Trial, kind: Kind) -> Result<Line> {
    let mut line = Line::new("T15", kind);
    let home = trial.servers.fresh(kind, &trial.folder(&format!("T15-{kind}"))?).await?;
    let opened = home.at.open().await?;
    save_settings(&*opened.ports(), &AT_ALL_HOURS, SystemClock::new().now()).await;
    let gateway = StandInGateway::start().await?;
    let slow = Duration::from_millis(if trial.short { 500 } else { 1_000 });
    gateway.always(Fault::ordinary().slowly(slow));
    let (mut longest, mut unknown, mut leased, mut failed) = (Duration::ZERO, 0, 0, 0);
    let (mut outages, mut unknown_after_outage, mut seed) = (0, 0, 0);
    let rounds = trial.rounds(20, 4);
    let [short, long] = OUTAGE;
    let outage = Duration::from_secs(if trial.short { short } else { long });
    for number_of_round in 0..rounds {
        let round = match number_of_round % 4 {
            1 => Round::Twice,
            3 => Round::Outage,
            _ => Round::Once,
        };
        let now = SystemClock::new().now();
        let messages: Vec<_> = (seed..seed + DUE).map(|seed| greeting(seed, now)).collect();
        seed += DUE;
        opened.ports().enqueue(&messages).await.context("messages for a round")?;
        let before = gateway.posts().len();
        let run =
            Run { gateway: Address::of(&gateway), slots: u32::try_from(UNDER_WAY)?, paced: false };
        let mut worker = Running::start(trial, &Spec::new(home.at.clone(), Role::Run(run)))?;
        seen("POSTs under way", gateway.wait_for_posts(before + UNDER_WAY)).await?;
        let (status, took) = stop(&mut worker, round, &home, outage).await?;
        longest = longest.max(took);
        failed += usize::from(!status.success());
        let open = usize::try_from(number(&home.at, OPEN).await?)?;
        if round == Round::Outage {
            outages += 1;
            unknown_after_outage += open;
        } else {
            unknown += open;
            leased += usize::try_from(number(&home.at, LEASED).await?)?;
        }
        if open > 0 {
            // The dispatcher would look them up; here the next round begins with a clean table.
            forget(&home).await?;
        }
        opened.ports().next_due().await.ok();
    }
    let sent = usize::try_from(number(&home.at, SENT).await?)?;
    line.count("sigterms", rounds);
    line.count("under_way", rounds * UNDER_WAY);
    line.figure("longest_ms", u64::try_from(longest.as_millis())?);
    line.none("failed_exits", failed);
    line.none("unknown_outcomes", unknown);
    line.none("claims_kept", leased);
    line.count("outages", outages);
    line.figure("outage_seconds", outage.as_secs());
    line.none("unknown_after_outage", unknown_after_outage);
    line.count("posts", gateway.posts().len());
    line.count("sent", sent);
    opened.close().await;
    gateway.shutdown().await;
    Ok(line)
}

/// Sends the signal, and does what else happens in the round. Returns the worker's exit status, and
/// the time that it took.
async fn stop(
    worker: &mut Running,
    round: Round,
    home: &Home,
    outage: Duration,
) -> Result<(std::process::ExitStatus, Duration)> {
    match round {
        Round::Once => {
            worker.signal(Signal::TERM)?;
            worker.ends_within(STOPPED_WITHIN).await
        }
        Round::Twice => {
            worker.signal(Signal::TERM)?;
            nap(Duration::from_millis(100)).await;
            worker.signal(Signal::TERM)?;
            worker.ends_within(STOPPED_WITHIN).await
        }
        Round::Outage => {
            let away = Away::take(home).await?;
            worker.signal(Signal::TERM)?;
            let (ended, back) = tokio::join!(worker.ends_within(STOPPED_WITHIN), async {
                nap(outage).await;
                away.give_back().await
            });
            back?;
            ended
        }
    }
}

/// Closes the attempts that a worker left open.
async fn forget(home: &Home) -> Result<()> {
    const CLOSE: &str = "INSERT INTO whatsapp_attempts_ended \
         (message_id, no, account_id, gateway_host, finished_at, outcome) \
         SELECT message_id, no, account_id, gateway_host, started_at, 'unknown_held' \
         FROM whatsapp_message_attempts WHERE outcome IS NULL";
    const DROP: &str = "DELETE FROM whatsapp_outbox WHERE open_since IS NOT NULL";
    use crate::faults::database::Database;
    use sqlx::{Connection as _, Executor as _};
    for statement in [CLOSE, DROP] {
        match &home.at {
            Database::Sqlite(file) => {
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
                let mut connection = sqlx::SqliteConnection::connect_with(&options).await?;
                connection.execute(statement).await?;
            }
            Database::Postgres(url) => {
                let mut connection = sqlx::PgConnection::connect(url).await?;
                connection.execute(statement).await?;
            }
        }
    }
    Ok(())
}
