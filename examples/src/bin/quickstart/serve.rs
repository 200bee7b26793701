//! The managers' console over the result of a run, until somebody stops it.
//!
//! The person who started the program comes in by a link that it prints: there is no password to
//! make up for a sample. A back-end of a shop has people with passwords, as `examples/backend`
//! shows.

use std::io::{BufRead as _, IsTerminal as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use async_trait::async_trait;
use axum::Router;
use chrono::TimeDelta;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use whatsapp_console::{Console, Role, SignIn, User, Users, UsersError};
use whatsapp_core::{DispatchOptions, Dispatcher, Ports, Runner, UserId};

use crate::dispatch::interrupted;

/// Name of the only person.
const YOU: &str = "you";

/// Time for which a link holds.
const HOLDS: TimeDelta = TimeDelta::hours(1);

/// Longest time that open pages may take to end.
const ENDS: Duration = Duration::from_secs(5);

/// Opens a port of this machine, or any free one for 0, before anything is done.
pub(crate) async fn listen(port: u16) -> Result<TcpListener> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    listener.with_context(|| {
        format!("--serve {port} cannot be opened; without a number any free port is")
    })
}

/// Shows the console, and sends what is due or done there, until Ctrl-C.
pub(crate) async fn serve(
    listener: TcpListener,
    ports: Ports,
    name: &str,
    options: DispatchOptions,
) -> Result<()> {
    let address = listener.local_addr()?;
    let sign_in = SignIn::new(Arc::new(You::default()));
    let console = Console::behind_sign_in(ports.clone(), sign_in).name(name).build()?;
    let link = || {
        let path = console.sign_in_link(YOU, HOLDS).unwrap_or_default();
        println!("Console   http://{address}/{path}");
    };

    let (stop, stopped) = watch::channel(false);
    let until = |mut stopped: watch::Receiver<bool>| async move {
        // An error means that the sender is gone: time to stop as well.
        let _ = stopped.wait_for(|stop| *stop).await;
    };
    let dispatcher = Dispatcher::new(ports)?.with_options(options);
    let runner = tokio::spawn(Runner::sending(dispatcher)?.run(until(stopped.clone())));
    let site = console.mount(Router::new(), "/");
    let site = site.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, site).with_graceful_shutdown(until(stopped));
    let mut server = tokio::spawn(async move { server.await });

    println!();
    link();
    let mut enter = keys();
    let more = if enter.is_some() { "Enter prints another one, " } else { "" };
    println!("The link opens it once, within an hour, on this machine alone. {more}Ctrl-C stops.");
    let interrupt = interrupted();
    tokio::pin!(interrupt);
    loop {
        tokio::select! {
            () = &mut interrupt => break,
            Some(()) = pressed(&mut enter) => link(),
            ended = &mut server => {
                ended.context("the console broke down")??;
                bail!("the console has ended by itself");
            }
        }
    }
    println!("Stopping: what is under way is finished first, 30 seconds at most.");
    stop.send_replace(true);
    console.stop().await;
    // A browser may keep a page open for ever.
    if let Ok(ended) = tokio::time::timeout(ENDS, server).await {
        ended.context("the console broke down")??;
    }
    runner.await.context("the dispatcher broke down")
}

/// Tells when Enter is pressed, if there is somebody to press it.
fn keys() -> Option<mpsc::Receiver<()>> {
    if !std::io::stdin().is_terminal() {
        return None;
    }
    let (press, pressed) = mpsc::channel(1);
    // This has a thread of its own: waiting for a key does not keep the program from ending.
    std::thread::spawn(move || {
        let mut lines = std::io::stdin().lock().lines();
        while lines.next().is_some_and(|line| line.is_ok()) && press.blocking_send(()).is_ok() {}
    });
    Some(pressed)
}

async fn pressed(enter: &mut Option<mpsc::Receiver<()>>) -> Option<()> {
    match enter {
        Some(enter) => enter.recv().await,
        None => std::future::pending().await,
    }
}

/// The person who started the program.
#[derive(Debug, Default)]
struct You {
    generation: AtomicU64,
}

#[async_trait]
impl Users for You {
    async fn find(&self, name: &str) -> Result<Option<User>, UsersError> {
        let id = UserId::new(YOU).map_err(|error| UsersError::Other(error.to_string()))?;
        let user = User::new(id, "You", Role::Admin, None);
        let generation = self.generation.load(Ordering::Relaxed);
        Ok((name == YOU).then(|| user.of_generation(generation)))
    }

    async fn end_visits(&self, _user: &UserId) -> Result<(), UsersError> {
        self.generation.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}
