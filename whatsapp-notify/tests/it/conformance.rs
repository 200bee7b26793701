//! The conformance suite for notifiers, with real mails.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::Mutex;
use whatsapp_core::port::Notifier;
use whatsapp_testkit::conformance::notifier::{Mail, MailTrap};

use crate::smtp::{Smtp, Taken};
use crate::support::{notifier, parse, text};

/// The notifier, and the server that accepts its mails.
struct Trap {
    notifier: Arc<dyn Notifier>,
    server: Mutex<(Smtp, Vec<Mail>)>,
}

impl std::fmt::Debug for Trap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.notifier.fmt(f)
    }
}

#[async_trait]
impl MailTrap for Trap {
    fn notifier(&self) -> Arc<dyn Notifier> {
        Arc::clone(&self.notifier)
    }

    async fn mails(&self) -> Vec<Mail> {
        let (smtp, mails) = &mut *self.server.lock().await;
        // A mail arrives here before its sender learns that it was accepted.
        mails.extend(smtp.taken_so_far().iter().map(decoded));
        mails.clone()
    }
}

fn decoded(taken: &Taken) -> Mail {
    let mail = parse(&taken.bytes);
    Mail {
        message_id: mail.message_id().unwrap().to_owned(),
        recipients: taken.to.clone(),
        header_names: mail.headers().iter().map(|header| header.name().to_owned()).collect(),
        subject: mail.subject().unwrap().to_owned(),
        text: text(&mail),
    }
}

async fn trap() -> Arc<dyn MailTrap> {
    let smtp = Smtp::start().await;
    let notifier = Arc::new(notifier(&smtp));
    Arc::new(Trap { notifier, server: Mutex::new((smtp, Vec::new())) })
}

whatsapp_testkit::notifier_conformance! { open = trap }
