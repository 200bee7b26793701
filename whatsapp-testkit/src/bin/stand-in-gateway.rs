//! The stand-in gateway as a process of its own, for harnesses that kill their workers.

use std::error::Error;
use std::io::{self, Write};
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use whatsapp_testkit::gateway::{Delivery, Fault, Guise, Probed, StandInGateway};

/// Runs the stand-in gateway until it is killed. Its base URL is the first line of its output.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Port on 127.0.0.1; 0 lets the system choose
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Key that is let in
    #[arg(long, default_value = "stand-in-key")]
    key: String,
    /// Faults and their weight per hundred POSTs: accept-then-reset=5,success-false=5
    #[arg(long, value_delimiter = ',', value_parser = weighted)]
    mix: Vec<(u32, Fault)>,
    /// Guises and their weight per hundred messages in lists: lid=20,escaped+shift:330=30
    #[arg(long, value_delimiter = ',', value_parser = disguised)]
    disguise: Vec<(u32, Guise)>,
    /// Seed of the mixes and of message ids
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Milliseconds until lists and status answers know of an accepted message
    #[arg(long, default_value_t = 0)]
    list_lag_ms: u64,
    /// Milliseconds that an accepted message stays PENDING
    #[arg(long, default_value_t = 0)]
    delivery_lag_ms: u64,
    /// Refuse every POST with this fault's answer: session-not-connected, subscription-expired,
    /// maintenance-page
    #[arg(long)]
    trouble: Option<Fault>,
    /// Tell the probe that all is well while there is trouble
    #[arg(long)]
    probe_says_yes: bool,
    /// Stage that messages reach: delivered, read, failed, not-on-whatsapp, status:noAccount
    #[arg(long, default_value = "delivered")]
    delivery: Delivery,
    /// Give messages ids of 21 digits
    #[arg(long)]
    long_ids: bool,
    /// Rows on a page of a sent list
    #[arg(long, default_value_t = 20)]
    page_size: usize,
    /// Fetch the links of accepted messages
    #[arg(long)]
    fetch: bool,
    /// Append every POST, every acceptance and every fetch to this file, one line of JSON each
    #[arg(long)]
    record: Option<PathBuf>,
}

/// Reads `fault=weight`.
fn weighted(text: &str) -> Result<(u32, Fault), Box<dyn Error + Send + Sync>> {
    let (fault, weight) = text.rsplit_once('=').ok_or("expected fault=weight")?;
    Ok((weight.parse()?, fault.parse()?))
}

/// Reads `guise=weight`.
fn disguised(text: &str) -> Result<(u32, Guise), Box<dyn Error + Send + Sync>> {
    let (guise, weight) = text.rsplit_once('=').ok_or("expected guise=weight")?;
    Ok((weight.parse()?, guise.parse()?))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let mut builder = StandInGateway::builder()
        .bind((Ipv4Addr::LOCALHOST, arguments.port))
        .key(arguments.key)
        .seed(arguments.seed)
        .page_size(arguments.page_size)
        .list_lag(Duration::from_millis(arguments.list_lag_ms))
        .delivery_lag(Duration::from_millis(arguments.delivery_lag_ms));
    if arguments.fetch {
        builder = builder.fetching();
    }
    if let Some(file) = arguments.record {
        builder = builder.record(file);
    }
    if arguments.long_ids {
        builder = builder.long_ids();
    }
    let gateway = builder.start().await?;
    gateway.deliveries().of_all(arguments.delivery);
    if let Some(trouble) = &arguments.trouble {
        let probed = if arguments.probe_says_yes { Probed::Yes } else { Probed::No };
        gateway.account().refuses(trouble.answer().clone(), probed);
    }
    gateway.mix(arguments.seed, &arguments.mix);
    gateway.guises().mix(arguments.seed, &arguments.disguise);
    let mut output = io::stdout();
    writeln!(output, "{}", gateway.url())?;
    output.flush()?;
    gateway.stopped().await;
    Err("the stand-in gateway stopped by itself".into())
}
