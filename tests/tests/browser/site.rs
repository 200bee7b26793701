//! A shop's console on a port of this machine.

use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::http::request::Parts;
use tokio::net::TcpListener;
use whatsapp_console::{Console, ConsoleBuilder, Credential, Gate, Refused, Role, Visitor};
use whatsapp_core::UserId;

use crate::shop::Shop;

/// A gate that lets everybody in, with this role.
#[derive(Debug)]
struct Open(Role);

#[async_trait]
impl Gate for Open {
    async fn enter(&self, _: &Parts) -> Result<Visitor, Refused> {
        let user = UserId::new("asha").unwrap();
        Ok(Visitor::new(user, "Asha Rao", self.0, Credential::Ambient, "the session"))
    }

    fn sign_out(&self) -> Option<String> {
        Some("/sign-out".to_owned())
    }
}

/// A gate that lets nobody in, and says so.
#[derive(Debug)]
struct Closed(Refused);

#[async_trait]
impl Gate for Closed {
    async fn enter(&self, _: &Parts) -> Result<Visitor, Refused> {
        Err(self.0.clone())
    }

    fn sign_in(&self) -> Option<String> {
        Some("/sign-in".to_owned())
    }
}

/// Opens the console of a shop for a manager. Returns its address.
pub(crate) async fn open(shop: &Shop) -> String {
    open_for(shop, Role::Manager).await
}

/// Opens the console for somebody of this role.
pub(crate) async fn open_for(shop: &Shop, role: Role) -> String {
    behind(shop, Arc::new(Open(role))).await
}

/// Opens the console for somebody who is not let in.
pub(crate) async fn closed(shop: &Shop, refused: Refused) -> String {
    behind(shop, Arc::new(Closed(refused))).await
}

async fn behind(shop: &Shop, gate: Arc<dyn Gate>) -> String {
    serve(shop, Console::builder(shop.ports.clone(), gate)).await
}

/// Serves a console. Returns its address.
pub(crate) async fn serve(shop: &Shop, console: ConsoleBuilder) -> String {
    let site = console.name("Shree").build().unwrap().mount(Router::new(), "/console");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, kept) = (listener.local_addr().unwrap(), shop.kept());
    tokio::spawn(async move {
        axum::serve(listener, site).await.unwrap();
        drop(kept);
    });
    format!("http://{address}/console")
}
