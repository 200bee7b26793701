//! The shop's processes: the web server, and workers beside it.
#![expect(clippy::print_stdout, reason = "a program for people says what to try")]

use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;
use whatsapp_core::time::ZoneRules;
use whatsapp_example_backend::database::Database;
use whatsapp_example_backend::staff::{CONSOLE, first_manager};
use whatsapp_example_backend::wiring::{Backend, FilesAt, GatewayAt};
use whatsapp_testkit::gateway::StandInGateway;

/// A small shop back-end with WhatsApp messages. Without arguments it runs on a file in this
/// folder, with a stand-in gateway inside, and prints commands to try.
#[derive(Parser)]
#[command(name = "whatsapp-example-backend", args_conflicts_with_subcommands = true)]
struct Args {
    #[command(subcommand)]
    command: Option<Command>,

    #[command(flatten)]
    shared: Shared,

    /// Address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8360")]
    listen: SocketAddr,

    /// Dispatchers in this process; with 0, run `worker` beside it
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(0..=2))]
    workers: u8,

    /// File for the stand-in gateway's memory, so that it forgets nothing when it is started again
    #[arg(long, value_name = "FILE", default_value = "shop.gateway.jsonl")]
    gateway_memory: std::path::PathBuf,

    /// File of the people who may open the console, with the secret of their cookies beside it;
    /// made with a first person if it is not there
    #[arg(long, value_name = "FILE", default_value = "shop.users")]
    users: std::path::PathBuf,
}

#[derive(Parser)]
struct Shared {
    /// Address of the database, such as `sqlite:FILE` or `postgres://user:password@host/database`
    #[arg(long, value_name = "URL", env = "DATABASE_URL", default_value = "sqlite:shop.sqlite")]
    #[arg(hide_env_values = true)]
    database_url: String,

    /// Address of the gateway; without it a stand-in runs inside this program
    #[arg(long, value_name = "URL", env = "GATEWAY_URL")]
    gateway: Option<String>,

    /// Key of the gateway
    #[arg(long, value_name = "KEY", env = "WHATSAPP_API_KEY", hide_env_values = true)]
    api_key: Option<String>,

    /// Address at which the gateway reaches the web server, to fetch PDFs; the listening address
    /// unless given
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,

    /// Folder for the PDFs that the gateway is to fetch, with the secret of their links beside it
    #[arg(long, value_name = "DIR", default_value = "shop.files")]
    files: std::path::PathBuf,
}

#[derive(Subcommand)]
enum Command {
    /// Send the messages in the outbox, beside the web server: run as many workers as you like
    Worker {
        #[command(flatten)]
        shared: Shared,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let done = match args.command {
        Some(Command::Worker { ref shared }) => worker(shared).await,
        None => serve(&args).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("whatsapp-example-backend: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(args: &Args) -> Result<()> {
    let database = Database::open(&args.shared.database_url).await?;
    let listener = TcpListener::bind(args.listen)
        .await
        .with_context(|| format!("cannot listen on {}; give another --listen", args.listen))?;
    let here = format!("http://{}", listener.local_addr()?);
    let public_url = args.shared.public_url.clone().unwrap_or_else(|| here.clone());
    let files = args.shared.files(public_url);
    let (gateway, stand_in) = if let Some(url) = &args.shared.gateway {
        (GatewayAt { url: url.clone(), key: args.shared.key()? }, None)
    } else {
        let stand_in = StandInGateway::builder()
            .continuing(&args.gateway_memory)
            .fetching()
            .start()
            .await
            .context("the stand-in gateway cannot be started")?;
        (GatewayAt { url: stand_in.url(), key: stand_in.key().to_owned() }, Some(stand_in))
    };
    let password = first_manager(&args.users)?;
    let backend = Backend::start(database, gateway.clone(), &files, args.workers).await?;
    let console = backend.console(&args.users)?;
    introduce(&backend, &here, &gateway, &files, password, args).await?;

    let site = backend.site(&console);
    let stopped = async move {
        interrupted().await;
        // A server waits for its connections, so the open pages are told to leave.
        console.stop().await;
    };
    // The console tells guesses at a password apart by the address that they come from.
    let site = site.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, site).with_graceful_shutdown(stopped).await?;
    println!("Stopping: what is under way is finished first, 30 seconds at most.");
    backend.stop().await;
    if let Some(stand_in) = stand_in {
        stand_in.shutdown().await;
    }
    Ok(())
}

async fn worker(shared: &Shared) -> Result<()> {
    let url =
        shared.gateway.clone().context("a worker needs --gateway: the web server names it")?;
    let gateway = GatewayAt { url, key: shared.key()? };
    let database = Database::open(&shared.database_url).await?;
    let public_url = shared.public_url.clone().context(
        "a worker needs --public-url, for links that it renews: the web server names it",
    )?;
    let files = shared.files(public_url);
    let backend = Backend::start(database, gateway, &files, 1).await?;
    println!("A worker is running; Ctrl-C stops it.");
    interrupted().await;
    backend.stop().await;
    Ok(())
}

impl Shared {
    fn files(&self, public_url: String) -> FilesAt {
        FilesAt { folder: self.files.clone(), public_url }
    }

    fn key(&self) -> Result<String> {
        self.api_key.clone().context("the gateway's key is missing: give --api-key")
    }
}

/// Prints commands to try, with a customer to try them on.
async fn introduce(
    backend: &Backend,
    here: &str,
    gateway: &GatewayAt,
    files: &FilesAt,
    password: Option<String>,
    args: &Args,
) -> Result<()> {
    let shop = &backend.shop;
    let database = shop.database();
    let customer = if let Some(customer) = database.first_customer().await? {
        customer
    } else {
        let number = Some("+919876543210".to_owned());
        shop.add_customer("Asha Traders".to_owned(), number).await?
    };
    let (id, next) = (customer.id, database.documents().await? + 1);
    let (invoice, order) = (format!("INV-2026-{next:04}"), format!("SO-2026-{next:04}"));
    let password = match password {
        Some(password) => format!("with the password {password}, which is not shown again"),
        None => format!("with the password that {} has the hash of", args.users.display()),
    };
    let stand_in = if args.shared.gateway.is_none() { "a stand-in at " } else { "" };
    println!(
        "\
The shop is open at {here}. The gateway is {stand_in}{url}. Time zone rules {rules}.
Try, in another terminal:

# Another customer
curl -sw '\\n' {here}/customers -d '{{\"name\": \"Gupta & Sons\", \"whatsappNumber\": \"+919876543211\"}}'

# An invoice for {name}: the row and the message, with the PDF, in one transaction
curl -sw '\\n' {here}/invoices -d '{{\"customerId\": \"{id}\", \"number\": \"{invoice}\", \"amount\": \"123456.00\", \"dueDate\": \"2026-12-31\"}}'

# Reminders go out by themselves, 3 and 7 days after the invoice's date. One now, at any hour; a paid
# invoice is not reminded of
curl -sw '\\n' -X POST '{here}/invoices/{invoice}/reminder?anyway=true'
curl -sw '\\n' {here}/invoices/{invoice}/reminders
curl -sw '\\n' -X POST {here}/invoices/{invoice}/paid

# An order, and its delivery: told once, however often it is said
curl -sw '\\n' {here}/orders -d '{{\"customerId\": \"{id}\", \"number\": \"{order}\", \"items\": [\"20 × LED bulb 9 W\"]}}'
curl -sw '\\n' -X POST {here}/orders/{order}/delivered

# What became of it: {here}{CONSOLE} in a browser. `manager` signs in {password}
curl -sw '\\n' {here}/messages
curl -sw '\\n' {here}/health
",
        url = gateway.url,
        rules = ZoneRules::in_use(),
        name = customer.name,
    );
    if args.shared.gateway.is_none() {
        println!(
            "A worker beside it, in this folder and with the same DATABASE_URL:\n\
             cargo run -p whatsapp-example-backend -- worker --gateway {} --api-key {} --public-url {}\n",
            gateway.url, gateway.key, files.public_url
        );
    }
    println!("Ctrl-C stops the shop.");
    Ok(())
}

/// Waits for Ctrl-C, or for the polite signal of a service manager.
async fn interrupted() {
    let pressed = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut asked) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = pressed => {}
                _ = asked.recv() => {}
            }
            return;
        }
    }
    // An error means that no signal can be heard: the process then ends when it is killed.
    if pressed.await.is_err() {
        std::future::pending::<()>().await;
    }
}
