//! The command line.

use std::net::IpAddr;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::{Parser, ValueEnum};
use url::{Host, Url};
use whatsapp_360messenger::Dialect;

/// The data that ships with this example.
const SAMPLE_DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data");

const EXAMPLES: &str = "\
Examples:
  cargo quickstart
      Sends the sample data to a gateway that runs inside this program; nothing leaves the machine.
  cargo quickstart -- --data my-shop
      The same with customers.csv, invoices.csv and orders.csv of the folder my-shop.
  cargo quickstart -- --gateway http://127.0.0.1:8080 --api-key test --time-scale 600 --until-idle
      Sends to a gateway of your own and goes through all its retries, 30 minutes in 3 seconds.
  WHATSAPP_API_KEY=… cargo quickstart -- --data my-shop --gateway https://api.360messenger.com
      Sends to real customers.

Exit code: 0 when the work is done, also when some messages failed; 1 when nothing can be sent until
you mend something; 2 when the arguments or the data cannot be used.
RUST_LOG=whatsapp_core=info shows what the library logs.";

/// Sends every unpaid invoice and every delivered order of a folder to its customer on WhatsApp,
/// each once. Run it again at any time, also after a crash: what was sent is not sent again.
#[derive(Parser)]
#[command(name = "quickstart", bin_name = "cargo quickstart --", after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Folder with customers.csv, invoices.csv and orders.csv
    #[arg(long, value_name = "DIR", default_value = SAMPLE_DATA, hide_default_value = true)]
    pub(crate) data: PathBuf,

    /// SQLite database; made when it is not there
    #[arg(long, value_name = "FILE", default_value = "quickstart-out/quickstart.sqlite")]
    pub(crate) database: PathBuf,

    /// Where the report goes: every message with all its attempts, as JSON
    #[arg(long, value_name = "FILE.json", default_value = "quickstart-out/report.json")]
    pub(crate) report: PathBuf,

    /// The gateway's address; without it a stand-in runs inside this program
    #[arg(long, value_name = "URL")]
    pub(crate) gateway: Option<String>,

    /// The gateway's key; better given in the environment, where no list of processes shows it
    #[arg(long, value_name = "KEY", env = "WHATSAPP_API_KEY", hide_env_values = true)]
    pub(crate) api_key: Option<String>,

    /// Which of the gateway's interfaces to speak; v1 puts the key into each URL
    #[arg(long, value_enum, default_value_t = Speak::V2)]
    pub(crate) dialect: Speak,

    /// Mail server for failure notices
    #[arg(
        long,
        help = "Mail server for failure notices, such as smtps://user:password@mail.example.com",
        value_name = "URL",
        requires = "notify_to"
    )]
    pub(crate) smtp: Option<String>,

    /// Who gets the failure notices
    #[arg(long, value_name = "ADDRESS", requires = "smtp")]
    pub(crate) notify_to: Option<String>,

    /// Runs the clock N times as fast as time; above 1 only with a gateway on this machine
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    pub(crate) time_scale: u32,

    /// Goes on until every message is sent or has failed for good, through all retries
    #[arg(long)]
    pub(crate) until_idle: bool,
}

/// The gateway's interfaces by their short names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Speak {
    V2,
    V1,
    Rest,
}

impl From<Speak> for Dialect {
    fn from(speak: Speak) -> Self {
        match speak {
            Speak::V2 => Self::V2,
            Speak::V1 => Self::V1,
            Speak::Rest => Self::Rest,
        }
    }
}

impl Args {
    /// Checks what clap cannot: how the arguments go together.
    pub(crate) fn check(&self) -> Result<()> {
        let Some(gateway) = &self.gateway else {
            return Ok(());
        };
        if self.api_key.as_deref().is_none_or(|key| key.trim().is_empty()) {
            bail!(
                "--gateway needs a key: set the environment variable WHATSAPP_API_KEY, \
                 or give --api-key"
            );
        }
        if self.time_scale > 1 && !is_on_this_machine(gateway)? {
            bail!(
                "--time-scale is for a gateway on this machine: with {} it would send {} times as \
                 fast as a WhatsApp account may",
                "--gateway elsewhere",
                self.time_scale
            );
        }
        Ok(())
    }

    /// Whether the gateway can fetch files that are served on 127.0.0.1.
    pub(crate) fn gateway_is_here(&self) -> Result<bool> {
        self.gateway.as_deref().map_or(Ok(true), is_on_this_machine)
    }
}

fn is_on_this_machine(gateway: &str) -> Result<bool> {
    let url = Url::parse(gateway.trim())
        .ok()
        .context("--gateway needs a complete address such as https://api.360messenger.com")?;
    Ok(match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        None => false,
    })
}
