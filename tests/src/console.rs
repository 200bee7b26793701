//! A console over invented data, served on this machine: for programs that call its API.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use anyhow::Result;
use async_trait::async_trait;
use axum::Router;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use chrono::TimeDelta;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use whatsapp_console::{Console, Credential, Gate, Refused, Role, Visitor};
use whatsapp_core::attachment::{FoundFile, Place};
use whatsapp_core::audit::Actor;
use whatsapp_core::campaign::CampaignPlan;
use whatsapp_core::desk::TemplateEdit;
use whatsapp_core::dispatch::{DispatchOptions, RateLimit};
use whatsapp_core::message::{
    Cause, Delivery, Facts, Failure, FailureKind, MessageType, NewMessage, Progress, State,
    StateRow,
};
use whatsapp_core::mute::{MuteOf, MuteOn};
use whatsapp_core::port::{Customer, EveryStore, PlanWrite, StepWrite};
use whatsapp_core::schedule::{ReminderStep, StepName, StepReason, StepState};
use whatsapp_core::{Campaigns, CustomerId, Desk, Dispatcher, InvoiceId, Ports, Runner, UserId};
use whatsapp_testkit::fixtures::{START, greeting, number};
use whatsapp_testkit::{
    FixedDirectory, FixedLedger, FixedSource, ManualClock, MemoryMedia, ScriptedTransport,
};

/// Path that the console is served under.
pub const CONSOLE: &str = "/console";

/// Key of a file that the host keeps.
pub const FILE: &str = "drive-7";

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<</Type/Page>>\nendobj\n%%EOF\n";

/// A gate that lets in everybody who has one of these tokens: `manager`, `viewer`.
#[derive(Debug)]
struct Tokens;

#[async_trait]
impl Gate for Tokens {
    async fn enter(&self, request: &Parts) -> Result<Visitor, Refused> {
        let header = request.headers.get(AUTHORIZATION).ok_or(Refused::Nobody)?;
        let token = header.to_str().ok().and_then(|header| header.strip_prefix("Bearer "));
        let role = match token {
            Some("manager") => Role::Manager,
            Some("viewer") => Role::Viewer,
            _ => {
                let why = "Send the signed-in manager's access token, not the project's key.";
                return Err(Refused::BadCredential(why.into()));
            }
        };
        let user = UserId::new("U-7").map_err(|_| Refused::Unavailable)?;
        Ok(Visitor::new(user, "Asha Rao", role, Credential::Bearer, "session"))
    }
}

/// A console that is being served. Its clock stands still, and its gateway takes everything.
#[derive(Debug)]
pub struct Site {
    address: SocketAddr,
    leave: watch::Sender<bool>,
    serving: JoinHandle<()>,
    sending: JoinHandle<()>,
}

impl Site {
    /// Serves the console over a fresh database.
    ///
    /// # Errors
    /// Returns an error if the database does not answer, or no port is free.
    pub async fn serve<S: EveryStore + Clone>(store: S) -> Result<Self> {
        let (console, ports) = invented(store).await?;
        let (leave, left) = watch::channel(false);
        let stop = async |mut left: watch::Receiver<bool>| {
            let _ = left.wait_for(|left| *left).await;
        };
        let unhurried = DispatchOptions::default().with_rate_limit(RateLimit::Unlimited);
        let runner = Runner::sending(Dispatcher::new(ports)?.with_options(unhurried))?;
        let host = Router::new().nest("/functions/v1", console.functions());
        let site = console.mount(host, CONSOLE);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (sending, serving) = (stop(left.clone()), stop(left));
        let sending = tokio::spawn(runner.run(sending));
        let serving = tokio::spawn(async move {
            let served = axum::serve(listener, site).with_graceful_shutdown(serving).await;
            if let Err(error) = served {
                tracing::error!(error = %error, "the site ended");
            }
            console.stop().await;
        });
        Ok(Self { address, leave, serving, sending })
    }

    /// Address of the console: `http://127.0.0.1:40123`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Stops the console, once the work under way is done.
    ///
    /// # Errors
    /// Returns an error if a part of the console panicked.
    pub async fn stop(self) -> Result<()> {
        self.leave.send_replace(true);
        self.serving.await?;
        self.sending.await?;
        Ok(())
    }
}

/// Makes a console over a fresh database with invented data. Returns it with its ports.
///
/// # Errors
/// Returns an error if the database does not answer.
pub async fn invented<S: EveryStore + Clone>(store: S) -> Result<(Console, Ports)> {
    let ports = ports(store.clone());
    invent(&store, &ports).await?;
    let console = Console::builder(ports.clone(), Arc::new(Tokens)).name("Example shop").build()?;
    Ok((console, ports))
}

fn ports<S: EveryStore>(store: S) -> Ports {
    let (store, customers) = (Arc::new(store), Arc::new(customers()));
    let files = FixedSource::new();
    let file = FoundFile::new(PDF.to_vec()).with_name(Some("INV-7.pdf"));
    files.put(Place::Key(FILE.to_owned()), file);
    Ports::over(store, customers.clone())
        .with_search(customers)
        .with_transport(Arc::new(ScriptedTransport::new()))
        .with_media(Arc::new(MemoryMedia::new()))
        .with_sources(Arc::new(files))
        .with_invoices(Arc::new(FixedLedger::new()))
        .with_clock(Arc::new(ManualClock::starting_at(START)))
}

const NAMES: [&str; 8] = [
    "Asha Traders",
    "Ravi Stores",
    "शर्मा एंड संस",
    "Meera & Co",
    "O'Brien Exports",
    "Müller GmbH",
    "Patel Bros",
    "Zoë Café",
];

/// Returns the customers `C-1` to `C-8`, of whom the last has no number.
fn customers() -> FixedDirectory {
    let customer = |(no, name): (u64, &&str)| {
        let number = (no < 8).then(|| number(no));
        let id = CustomerId::new(format!("C-{no}")).ok()?;
        Some(Customer::new(id, *name, number.as_deref()))
    };
    FixedDirectory::new((1..).zip(&NAMES).filter_map(customer))
}

/// Puts messages of every state into the log, reminders that wait for approval, and a mute.
async fn invent<S: EveryStore>(store: &S, ports: &Ports) -> Result<()> {
    let states = |at| {
        let failed = |kind, cause| {
            State::Failed(Failure::new(kind, "The gateway did not take it.").caused_by(cause))
        };
        [
            State::Sent { at, delivery: Delivery::Read, watch: None },
            State::Sent { at, delivery: Delivery::Accepted, watch: None },
            State::Waiting { due: START + TimeDelta::hours(3) },
            failed(FailureKind::Exhausted, Cause::Gateway),
            failed(FailureKind::UnknownOutcome, Cause::Gateway),
            failed(FailureKind::Rejected, Cause::Recipient),
        ]
    };
    let mut messages = Vec::new();
    for no in 1..=60_u64 {
        let at = START - TimeDelta::minutes(i64::try_from(no * 37)?);
        let (customer, name) = (no % 8 + 1, NAMES[usize::try_from(no % 8)?]);
        let state = states(at)[usize::try_from(no % 6)?].clone();
        let customer_id = CustomerId::new(format!("C-{customer}"))?;
        let message = greeting(no, at).with_facts(|facts| Facts {
            customer_id,
            customer_name: name.into(),
            whatsapp_number: number(customer).into(),
            subject: Some(format!("SO-{no}")),
            ..facts
        });
        messages.push(NewMessage { state: StateRow::of(&Progress::ended(state)), ..message });
    }
    store.enqueue(&messages).await?;
    let mut steps = Vec::new();
    for no in 1..=30 {
        let invoice = InvoiceId::new(format!("81-{no}"))?;
        let (customer, day) = (CustomerId::new("C-1")?, "2026-01-20".parse()?);
        let about = format!("INV-{no}");
        let step = ReminderStep::new(invoice, StepName::After(7), customer, about, day, START);
        let why = Some("The day of the reminder has passed.".into());
        let step = step.stands(StepState::Held, Some(StepReason::TooLate), why, START);
        steps.push(StepWrite { step, seen: None, message: None });
    }
    store.write_plan(&PlanWrite { steps, ..PlanWrite::default() }).await?;
    let muted = MuteOn::Customer(CustomerId::new("C-2")?);
    let desk = Desk::new(ports.clone());
    desk.mute(muted, MuteOf::Reminders, &Actor::Host).await?;
    // The text that was changed last is used: these are older than any text that a call changes.
    let earlier = Arc::new(ManualClock::starting_at(START - TimeDelta::hours(1)));
    let desk = Desk::new(ports.clone().with_clock(earlier));
    for (name, of, is_active) in [
        ("Standard", MessageType::INVOICE, true),
        ("Friendly", MessageType::INVOICE, false),
        ("Diwali", MessageType::FESTIVAL, true),
    ] {
        let edit = TemplateEdit::new(name, of, of.built_in_text()).with_active(is_active);
        desk.save_template(&edit, &Actor::Host).await?;
    }
    let campaigns = Campaigns::new(ports.clone())?;
    for (name, days) in [("Diwali", 40), ("Holi", 60), ("Christmas", 90)] {
        let date = START.date_naive() + TimeDelta::days(days);
        let plan = CampaignPlan::festival(name, date);
        let draft = campaigns.create(plan, &Actor::Host).await?;
        if name == "Holi" {
            let agreed = campaigns.look(draft.id).await?.agreed();
            campaigns.arm_agreed(draft.id, &agreed, &Actor::Host).await?;
        }
    }
    Ok(())
}
