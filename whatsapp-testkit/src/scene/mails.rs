//! Mails to the managers of a scene, and what a test asserts of them.

use std::fmt;

use whatsapp_core::port::{AccountMail, Digest, Notice};

use super::complaint::Wanted;

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
///
/// Words choose and a number ends the sentence, as with [`Posts`](super::Posts).
#[derive(Debug, Clone)]
#[must_use = "nothing is asserted before the sentence ends in `once`, `never` or `times`"]
pub struct Mails {
    fit: Vec<Mail>,
    others: Vec<Mail>,
    wanted: Wanted,
}

impl Mails {
    pub(super) fn new(mails: Vec<Mail>) -> Self {
        let wanted = Wanted { things: ["mail", "mails"], words: String::new() };
        Self { fit: mails, others: Vec::new(), wanted }
    }

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

    /// Asserts that there is exactly one, and returns it.
    ///
    /// # Panics
    /// Panics if there is none, or more than one.
    #[track_caller]
    #[expect(clippy::must_use_candidate, reason = "the assertion alone is often enough")]
    pub fn once(self) -> Mail {
        let mut fit = self.times(1);
        fit.remove(0)
    }

    /// Asserts that there is none.
    ///
    /// # Panics
    /// Panics if there is one.
    #[track_caller]
    pub fn never(self) {
        self.times(0);
    }

    /// Asserts that there are exactly this many, and returns them.
    ///
    /// # Panics
    /// Panics if there are fewer or more.
    #[track_caller]
    #[expect(clippy::must_use_candidate, reason = "the assertion alone is often enough")]
    pub fn times(self, times: usize) -> Vec<Mail> {
        let Self { fit, others, wanted } = self;
        assert!(fit.len() == times, "{}", wanted.complaint(times, &fit, &others));
        fit
    }

    /// All that were chosen, without an assertion.
    #[must_use]
    pub fn all(self) -> Vec<Mail> {
        self.fit
    }

    fn only(self, word: &str, value: &str, fits: impl Fn(&Mail) -> bool) -> Self {
        let (fit, not) = self.fit.into_iter().partition(|mail| fits(mail));
        let mut others = self.others;
        others.extend::<Vec<_>>(not);
        Self { fit, others, wanted: self.wanted.with(word, value) }
    }
}
