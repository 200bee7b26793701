//! The gateway: the one that was named, or a stand-in inside this program.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use whatsapp_360messenger::Gateway;
use whatsapp_core::port::{ApiKey, Clock, FixedKey};
use whatsapp_testkit::gateway::StandInGateway;

use crate::args::{Args, Speak};

/// The way to the gateway, and the gateway itself if it is the stand-in: it lives as long as this.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) stand_in: Option<StandInGateway>,
}

/// The stand-in keeps its memory beside the database, as `name.gateway.jsonl`: the real one forgets
/// nothing either when this program is killed.
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
    let key = Arc::new(FixedKey(ApiKey::new(key)?));
    let mut builder = Gateway::builder(key).base_url(url).dialect(args.dialect.into());
    if args.dialect == Speak::V1 {
        eprintln!(
            "Warning: --dialect v1 puts the key into each URL, where proxies and servers log it; \
             v2 does not."
        );
        builder = builder.allow_key_in_url();
    }
    Ok(Connection { gateway: Arc::new(builder.build()?), stand_in })
}
