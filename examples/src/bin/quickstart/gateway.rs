//! The gateway: the one that was named, or a stand-in inside this program.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use url::Url;
use whatsapp_360messenger::Gateway;
use whatsapp_core::desk::SettingEdit;
use whatsapp_core::port::{ApiKey, ApiKeySource, Clock, FixedKey, Store};
use whatsapp_testkit::gateway::StandInGateway;

use crate::args::{Args, Speak};
use crate::words::number;

/// The adapter of the gateway, and the gateway itself if it is the stand-in, which lives as long as
/// this value.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) gateway: Arc<Gateway>,
    /// Source of the gateway's key, for the console.
    pub(crate) key: Arc<dyn ApiKeySource>,
    pub(crate) stand_in: Option<StandInGateway>,
}

/// Setting that says which gateway a database's messages are for.
const ADDRESS: &str = "whatsapp_api_url";

/// Address of the stand-in in this setting: its real address differs from run to run.
const STAND_IN: &str = "http://localhost/stand-in";

/// Checks that a database is for this gateway, and returns the setting that ties it to the gateway.
/// Messages that were made for one gateway are not sent by another unless that is asked for.
/// Messages that the stand-in took reached nobody, so the database cannot go on elsewhere.
pub(crate) async fn tie(store: &dyn Store, args: &Args) -> Result<SettingEdit> {
    let address = args.gateway.as_deref().unwrap_or(STAND_IN).trim().trim_end_matches('/');
    let rows = store.load_settings().await?;
    let before = rows.iter().find(|row| row.key == ADDRESS).map_or("", |row| &row.value);
    let counts = store.counts(u64::MAX).await?;
    let all = counts.pending + counts.sent + counts.failed + counts.cancelled;
    if all > 0 && host(before) != host(address) {
        let [was, is] = [before, address].map(name);
        let held = format!(
            "the database {} holds {} for {was}, {} of them still to be sent",
            args.database().display(),
            number(all, "message"),
            counts.pending + counts.retrying
        );
        if STAND_IN == before || STAND_IN == address {
            bail!("{held}: for {is} give another --database");
        }
        if !args.change_gateway {
            bail!("{held}: with --change-gateway they go to {is}");
        }
    }
    Ok(SettingEdit::new(ADDRESS, address))
}

/// Returns the host and the port, which tell gateways apart. The stand-in has a path as well.
fn host(address: &str) -> String {
    if address == STAND_IN {
        return STAND_IN.to_owned();
    }
    Url::parse(address).map_or_else(
        |_| address.to_owned(),
        |url| format!("{}:{:?}", url.host_str().unwrap_or_default(), url.port_or_known_default()),
    )
}

/// Returns the name of a gateway, as people call it.
fn name(address: &str) -> &str {
    if address == STAND_IN { "the stand-in gateway" } else { address }
}

/// Connects to the gateway. The stand-in keeps its memory beside the database, as
/// `name.gateway.jsonl`: the real one forgets nothing either when this program is killed.
pub(crate) async fn connect(
    args: &Args,
    database: &Path,
    clock: Arc<dyn Clock>,
) -> Result<Connection> {
    let (url, key, stand_in) = if let Some(url) = &args.gateway {
        (url.clone(), args.api_key.clone().unwrap_or_default(), None)
    } else {
        let stand_in = StandInGateway::builder()
            .now(move || clock.now())
            .fetching()
            .continuing(database.with_extension("gateway.jsonl"))
            .start()
            .await
            .context("the stand-in gateway cannot be started")?;
        (stand_in.url(), stand_in.key().to_owned(), Some(stand_in))
    };
    let key: Arc<dyn ApiKeySource> = Arc::new(FixedKey(ApiKey::new(key)?));
    let mut builder = Gateway::builder(key.clone()).base_url(url).dialect(args.dialect.into());
    if stand_in.is_some() {
        builder = builder.known_as(STAND_IN);
    }
    if args.dialect == Speak::V1 {
        eprintln!(
            "Warning: --dialect v1 puts the key into each URL, where proxies and servers log it; \
             v2 does not."
        );
        builder = builder.allow_key_in_url();
    }
    Ok(Connection { gateway: Arc::new(builder.build()?), key, stand_in })
}
