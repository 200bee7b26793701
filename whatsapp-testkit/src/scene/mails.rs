//! Mails to the managers of a scene, and what a test asserts of them.

use std::fmt;

use whatsapp_core::port::{AccountMail, Digest, Notice};

use super::chosen::Chosen;

/// A mail as it went to the mail server.
///
/// `Display` gives the line that failing assertions show. It holds no customer's name, number or
/// text.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Mail {
    /// The addresses that took the mail, separated by commas.
    pub to: String,
    /// The failed messages that the mail tells of, in the order of their failure; none in a mail
    /// about the account.
    pub failures: Vec<Notice>,
    /// The news about the account; `None` in a mail about failures.
    pub account: Option<AccountMail>,
}

impl Mail {
    pub(super) fn of_failures(to: String, digest: Digest) -> Self {
        Self { to, failures: digest.notices, account: None }
    }

    pub(super) fn of_account(to: String, mail: AccountMail) -> Self {
        Self { to, failures: Vec::new(), account: Some(mail) }
    }

    fn goes_to(&self, address: &str) -> bool {
        self.to.split(',').any(|to| to.trim() == address)
    }

    fn is_about(&self, subject: &str) -> bool {
        self.failures.iter().any(|notice| notice.subject.as_deref() == Some(subject))
    }
}

impl fmt::Display for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "to {}:", self.to)?;
        if let Some(account) = &self.account {
            write!(f, " {}", account.kind.label())?;
        }
        for (no, notice) in self.failures.iter().enumerate() {
            let separator = if no == 0 { "" } else { ";" };
            let (name, reason) = (&notice.message_type, &notice.failure.reason);
            write!(f, "{separator} {name}")?;
            if let Some(subject) = &notice.subject {
                write!(f, " about {subject}")?;
            }
            write!(f, " failed: {reason}")?;
        }
        Ok(())
    }
}

/// Mails to the managers: given by [`RunningScene::mails`](super::RunningScene::mails). Those about
/// failures come first, each kind in the order in which it went out.
pub type Mails = Chosen<Mail>;

impl Mails {
    /// Only those to this address.
    pub fn to(self, address: &str) -> Self {
        self.only("to", address, |mail| mail.goes_to(address))
    }

    /// Only those that tell of a failed message about this invoice, order or other subject.
    pub fn about(self, subject: &str) -> Self {
        self.only("about", subject, |mail| mail.is_about(subject))
    }

    /// Only those about the account: it stopped, it sends again, it delivers nothing.
    pub fn about_the_account(self) -> Self {
        self.only("about", "the account", |mail| mail.account.is_some())
    }
}
