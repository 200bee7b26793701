//! Sending from end to end, with real requests: `cargo bench -p whatsapp-benches --bench http`.
//!
//! Claim, begin, POST to a gateway on this machine, settle; beside it the bare HTTP client that
//! makes the same requests with the same concurrency. Both sides and the gateway share this
//! machine. So the gateway is also measured with an answer that takes a while, as real ones do.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, ensure};
use async_trait::async_trait;
use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::json;
use whatsapp_360messenger::Gateway;
use whatsapp_benches::contest::{Contestant, at_least, contest, mark, ratio};
use whatsapp_benches::loopback::Loopback;
use whatsapp_benches::ours::postgres::OursOnPostgres;
use whatsapp_benches::ours::sqlite::OursOnSqlite;
use whatsapp_benches::ours::{self, Shape};
use whatsapp_benches::server::Server;
use whatsapp_benches::settings::Settings;
use whatsapp_core::port::{ApiKey, FixedKey, Transport};

/// The client alone.
struct Bare {
    gateway: Arc<Loopback>,
    at_once: usize,
}

#[async_trait]
impl Contestant for Bare {
    fn name(&self) -> String {
        "the HTTP client alone".to_owned()
    }

    async fn prepare(&mut self, _: u32) -> Result<()> {
        Ok(())
    }

    async fn run(&mut self, rows: u32) -> Result<Duration> {
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let url = format!("{}/v2/sendMessage", self.gateway.url());
        let start = mark();
        stream::iter(0..rows)
            .map(|n| {
                let request = client
                    .post(&url)
                    .bearer_auth("key-of-a-benchmark")
                    .json(&json!({ "phonenumber": &ours::number(n)[1..], "text": ours::text(n) }));
                async move {
                    let answer: serde_json::Value = request.send().await?.json().await?;
                    ensure!(answer["success"] == true, "the gateway takes everything");
                    Ok(())
                }
            })
            .buffer_unordered(self.at_once)
            .try_collect::<()>()
            .await?;
        Ok(start.elapsed())
    }
}

fn transport(gateway: &Loopback) -> Result<Arc<dyn Transport>> {
    let key = Arc::new(FixedKey(ApiKey::new("key-of-a-benchmark")?));
    Ok(Arc::new(Gateway::builder(key).base_url(gateway.url()).build()?))
}

#[tokio::main]
async fn main() -> Result<()> {
    let settings = Settings::read();
    let (rows, rounds) = (settings.rows(5_000), settings.rounds(5));
    let server = if settings.wants("postgres") { Some(Server::start()?) } else { None };
    for (slots, latency) in [(16, 50), (64, 50), (64, 10), (64, 0)] {
        let shape = Shape { workers: 1, slots };
        let gateway = Arc::new(Loopback::start(Duration::from_millis(latency)).await?);
        let mut contestants: Vec<Box<dyn Contestant>> =
            vec![Box::new(Bare { gateway: Arc::clone(&gateway), at_once: slots as usize })];
        if let Some(server) = &server {
            let ours = OursOnPostgres::new(server, shape).await?;
            contestants.push(Box::new(ours.over(transport(&gateway)?)));
        }
        if settings.wants("sqlite") {
            contestants.push(Box::new(OursOnSqlite::new(shape).over(transport(&gateway)?)));
        }
        let title = format!("End to end, {slots} at once, answers after about {latency} ms");
        let rates = contest(&title, &mut contestants, rows, rounds).await?;
        let bare = rates.best("alone");
        for database in ["Postgres", "SQLite"] {
            let what = format!("ours on {database} to the client alone");
            at_least(&what, ratio(rates.best(database), bare), 0.8);
        }
    }
    Ok(())
}
