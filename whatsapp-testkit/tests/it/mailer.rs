//! A small mailer, tested by the suite for notifiers; and careless ones, which it must catch.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use whatsapp_core::port::{AccountMail, Digest, Notifier, NotifyError, Told};
use whatsapp_core::template::Types;
use whatsapp_testkit::conformance::notifier::{self, Mail, MailTrap};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flaw {
    None,
    NewMessageIds,
    NamesInTheSubject,
    ForgetsTheLastNotice,
}

/// A mailer without a server: its mails arrive exactly as it writes them.
#[derive(Debug, Clone)]
struct Mailer {
    flaw: Flaw,
    mails: Arc<Mutex<Vec<Mail>>>,
}

/// Turns a text into one line without control characters.
fn line(text: &str) -> String {
    text.replace(|c: char| c.is_control() || c == '\u{202e}', " ")
}

#[async_trait]
impl Notifier for Mailer {
    async fn notify(
        &self,
        recipient: &str,
        digest: &Digest,
        types: &Types,
    ) -> Result<Told, NotifyError> {
        let plain = recipient.bytes().all(|b| b.is_ascii_graphic()) && recipient.contains('@');
        if !plain {
            return Err(NotifyError::new("this is no e-mail address"));
        }
        let mut mails = self.mails.lock().unwrap();
        let mut subject = format!("{} messages failed", digest.notices.len());
        let mut message_id = digest.id.to_string();
        let mut told = digest.notices.len();
        match self.flaw {
            Flaw::None => {}
            Flaw::NewMessageIds => message_id = mails.len().to_string(),
            Flaw::NamesInTheSubject => subject = digest.notices[0].customer_name.as_str().into(),
            Flaw::ForgetsTheLastNotice => told -= 1,
        }
        let mut text = subject.clone();
        for notice in &digest.notices[..told] {
            for told in [
                notice.customer_name.as_str(),
                notice.whatsapp_number.as_str(),
                &*types.label(notice.message_type),
                notice.trigger.label(),
                &*notice.failure.reason,
            ] {
                text.push('\n');
                text.push_str(&line(told));
            }
        }
        mails.push(Mail {
            message_id,
            recipients: vec![recipient.to_owned()],
            header_names: vec!["Subject".to_owned(), "Message-ID".to_owned()],
            subject,
            text,
        });
        Ok(Told::All)
    }

    async fn notify_account(&self, recipient: &str, mail: &AccountMail) -> Result<(), NotifyError> {
        let reason = mail.reason.map_or("", |reason| reason.label());
        let advice = mail.reason.map_or("", |reason| reason.advice());
        let detail = line(mail.detail.as_deref().unwrap_or_default());
        self.mails.lock().unwrap().push(Mail {
            message_id: mail.id.to_string(),
            recipients: vec![recipient.to_owned()],
            header_names: vec!["Subject".to_owned(), "Message-ID".to_owned()],
            subject: mail.kind.label().to_owned(),
            text: format!("{reason}\n{detail}\n{advice}\n{}", mail.waiting.unwrap_or_default()),
        });
        Ok(())
    }
}

#[async_trait]
impl MailTrap for Mailer {
    fn notifier(&self) -> Arc<dyn Notifier> {
        Arc::new(self.clone())
    }

    async fn mails(&self) -> Vec<Mail> {
        self.mails.lock().unwrap().clone()
    }
}

fn mailer(flaw: Flaw) -> Arc<dyn MailTrap> {
    Arc::new(Mailer { flaw, mails: Arc::default() })
}

async fn open() -> Arc<dyn MailTrap> {
    mailer(Flaw::None)
}

whatsapp_testkit::notifier_conformance! { open = open }

#[tokio::test]
async fn careless_mailers_are_caught() {
    let ids = notifier::the_same_digest_twice_has_the_same_message_id(mailer(Flaw::NewMessageIds));
    assert!(tokio::spawn(ids).await.is_err());
    let names =
        notifier::hostile_names_change_nothing_but_themselves(mailer(Flaw::NamesInTheSubject));
    assert!(tokio::spawn(names).await.is_err());
    let all = notifier::every_notice_is_accounted_for(mailer(Flaw::ForgetsTheLastNotice));
    assert!(tokio::spawn(all).await.is_err());
}
