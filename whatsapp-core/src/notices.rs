//! Failure notices by e-mail: at once, then in digests.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use tracing::{Instrument, Span};

use crate::account::mail_due;
use crate::chore::{Chore, Next, Turn};
use crate::id::{DigestId, LeaseToken};
use crate::observe::{field, meters, spans};
use crate::port::{Collect, Collected, DigestMark, EventClaim, Notifier, StoreError, Told, random};
use crate::private::Private;
use crate::settings::Settings;
use crate::wake::Wake;
use crate::wiring::Ports;

/// Interval for looking at notices when nothing has failed here: others may have left some, and a
/// digest may have become due.
const EVERY: Duration = Duration::from_secs(30);

/// The shortest time between two looks, however much fails.
const REST: Duration = Duration::from_secs(2);

/// The lease of a digest: time that a process has to send it before another one takes it up.
const LEASE: TimeDelta = TimeDelta::minutes(2);

/// Number of the account's newest events that decide which mail is due.
const EVENTS_READ: u32 = 500;

/// The largest number of waiting messages that are counted for a mail.
const WAITING_COUNTED: u64 = 100_000;

/// Digests within this time belong to one storm of failures.
const STORM: TimeDelta = TimeDelta::minutes(60);

/// The pauses after the first, second and every later digest of a storm: a thousand failures in ten
/// minutes make three mails.
const PAUSES: [TimeDelta; 3] =
    [TimeDelta::minutes(5), TimeDelta::minutes(15), TimeDelta::minutes(30)];

/// The kinds of mails, for spans and metrics: about failures, and about the account.
const DIGEST: &str = "digest";
const ACCOUNT: &str = "account";

/// Time that a digest is retried for recipients who were refused for now while others have it: as
/// long as mail servers do (RFC 5321, 4.5.4.1).
const PATIENCE: TimeDelta = TimeDelta::days(4);

/// Sends the notices that are owed.
///
/// A [`Runner`](crate::Runner) gives it its turns. A program that ends soon calls it once:
///
/// ```
/// # use std::sync::Arc;
/// # use whatsapp_core::Ports;
/// # use whatsapp_core::notices::{NoticeReport, Notices};
/// # use whatsapp_testkit::{FixedDirectory, MemoryStore, RecordingNotifier};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (store, mail) = (MemoryStore::new(), RecordingNotifier::new());
/// let ports = Ports::new(Arc::new(store), Arc::new(FixedDirectory::default()))
///     .with_notifier(Arc::new(mail));
/// let report = Notices::new(ports.clone()).flush(ports.clock().now()).await?;
/// assert_eq!(report, NoticeReport::Idle);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Notices {
    ports: Ports,
    /// True once it was logged that there is nowhere to send notices.
    warned: AtomicBool,
}

/// Result of one pass over the notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoticeReport {
    /// Nothing is owed.
    Idle,
    /// A mail about the account went out, and no notice is owed.
    Account,
    /// This number of notices waits for the next digest.
    Waiting(u64),
    /// This number of notices waits: there is no e-mail address, or nothing that sends e-mail.
    NowhereToSend(u64),
    /// A digest with this number of notices went out.
    Sent(usize),
    /// A digest with this number of notices went out to some recipients. It stays owed to the
    /// others, whom the mail server refused for now.
    SentToSome(usize),
    /// A digest could not be sent; it stays owed.
    NotSent,
}

impl Notices {
    /// Sends by the ports' notifier to the settings' address.
    #[must_use]
    pub const fn new(ports: Ports) -> Self {
        Self { ports, warned: AtomicBool::new(false) }
    }

    /// Runs one pass: sends at most one mail about the account, and one digest. It does not sleep.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer. A notice is never lost by that.
    pub async fn tick(&self, now: DateTime<Utc>) -> Result<NoticeReport, StoreError> {
        self.pass(now, false).await
    }

    /// As [`tick`](Self::tick), but does not wait for the next digest to be due: for a program that
    /// is about to end and may not come back soon.
    ///
    /// # Errors
    /// As [`tick`](Self::tick).
    pub async fn flush(&self, now: DateTime<Utc>) -> Result<NoticeReport, StoreError> {
        self.pass(now, true).await
    }

    async fn pass(&self, now: DateTime<Utc>, at_once: bool) -> Result<NoticeReport, StoreError> {
        let store = &self.ports.store;
        let told = self.tell_of_account(now).await?;
        let owed = store.notices_owed().await?;
        if owed == 0 {
            return Ok(if told { NoticeReport::Account } else { NoticeReport::Idle });
        }
        let Some((recipient, notifier)) = self.way_out().await? else {
            return Ok(NoticeReport::NowhereToSend(owed));
        };
        let marks = store.digests(16).await?;
        let entropy = self.ports.entropy.as_ref();
        let collect = Collect {
            id: DigestId::new(now, random(entropy)),
            token: LeaseToken::new(now, random(entropy)),
            now,
            lease: LEASE,
            newest_known: marks.first().map(|mark| mark.id),
            may_start: at_once || may_start(&marks, now),
        };
        let Some(collected) = store.collect(&collect).await? else {
            return Ok(NoticeReport::Waiting(owed));
        };
        self.send(notifier, recipient.as_str(), &collected).await
    }

    async fn send(
        &self,
        notifier: &dyn Notifier,
        recipient: &str,
        collected: &Collected,
    ) -> Result<NoticeReport, StoreError> {
        let (store, Collected { digest, token }) = (&self.ports.store, collected);
        if digest.notices.is_empty() {
            // All of the failures were mended since.
            store.mark_sent(digest.id, *token, self.ports.clock.now()).await?;
            return Ok(NoticeReport::Idle);
        }
        let span = spans::notice(DIGEST, digest.notices.len());
        let mail = notifier.notify(recipient, digest, &self.ports.types);
        let told = mail.instrument(span.clone()).await;
        let now = self.ports.clock.now();
        let (told, report) = match told {
            Ok(Told::Only(told)) if now < digest.created_at + PATIENCE => {
                observe(&span, DIGEST, "sent_to_some");
                (told, NoticeReport::SentToSome(digest.notices.len()))
            }
            Ok(outcome) => {
                observe(&span, DIGEST, "sent");
                if let Told::Only(_) = outcome {
                    tracing::warn!(
                        "some e-mail addresses for failures were refused for days; others have the mail"
                    );
                }
                store.mark_sent(digest.id, *token, now).await?;
                return Ok(NoticeReport::Sent(digest.notices.len()));
            }
            Err(error) => {
                observe(&span, DIGEST, "not_sent");
                tracing::warn!(error = %error, "a failure notice could not be sent; it stays owed");
                (digest.told.clone(), NoticeReport::NotSent)
            }
        };
        // Where no recipient has the digest, the claim runs out instead.
        if !told.is_empty() {
            let again_at = now + again_in(now - digest.created_at);
            store.mark_told(digest.id, *token, &told, again_at).await?;
        }
        Ok(report)
    }

    /// The recipient and the notifier; other settings may be broken. A missing recipient or
    /// notifier is logged once.
    async fn way_out(&self) -> Result<Option<(Private, &dyn Notifier)>, StoreError> {
        let rows = self.ports.store.load_settings().await?;
        let recipient = Settings::failure_email_in(&rows);
        let missing = match (recipient, self.ports.notifier.as_deref()) {
            (Ok(Some(recipient)), Some(notifier)) => return Ok(Some((recipient, notifier))),
            (Err(problem), _) => problem.to_string(),
            (Ok(None), _) => "the setting whatsapp_failure_notification_email is empty".to_owned(),
            (Ok(Some(_)), None) => "there is no notifier: see `Ports::with_notifier`".to_owned(),
        };
        if !self.warned.swap(true, Ordering::SeqCst) {
            tracing::warn!(missing, "failures cannot be told, and wait");
        }
        Ok(None)
    }

    /// Sends the mail about the account that is due, if there is one; returns true if it went out.
    async fn tell_of_account(&self, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let store = &self.ports.store;
        let events = store.account_events(EVENTS_READ).await?;
        let due = mail_due(&events, now);
        if due.events.is_empty() {
            return Ok(false);
        }
        let way_out = if due.mail.is_some() { self.way_out().await? } else { None };
        if due.mail.is_some() && way_out.is_none() {
            return Ok(false);
        }
        let token = LeaseToken::new(now, random(self.ports.entropy.as_ref()));
        let claim = EventClaim { ids: due.events.clone(), token, now, lease: LEASE };
        if !store.claim_account_events(&claim).await? {
            return Ok(false);
        }
        let (Some(mut mail), Some((recipient, notifier))) = (due.mail, way_out) else {
            // The events are not worth a mail: they count as told at the time they happened.
            let newest = events.iter().filter(|event| due.events.contains(&event.id));
            let at = newest.map(|event| event.at).max().unwrap_or(now);
            store.account_events_told(token, at).await?;
            return Ok(false);
        };
        let counts = store.counts(WAITING_COUNTED).await?;
        mail.waiting = Some(counts.pending.saturating_add(counts.retrying));
        let span = spans::notice(ACCOUNT, due.events.len());
        let told = notifier.notify_account(recipient.as_str(), &mail).instrument(span.clone());
        match told.await {
            Ok(()) => {
                observe(&span, ACCOUNT, "sent");
                store.account_events_told(token, self.ports.clock.now()).await?;
                Ok(true)
            }
            Err(error) => {
                observe(&span, ACCOUNT, "not_sent");
                tracing::warn!(error = %error, "a mail about the account could not be sent; it stays owed");
                Ok(false)
            }
        }
    }
}

#[async_trait]
impl Chore for Notices {
    fn name(&self) -> &'static str {
        "notices"
    }

    fn wake(&self) -> Wake {
        self.ports.wake.clone()
    }

    async fn turn(&self, now: DateTime<Utc>) -> Turn {
        if let Err(error) = self.tick(now).await {
            tracing::warn!(error = %error, "failure notices wait for the database");
        }
        Turn::next(Next::In(EVERY)).with_rest(REST)
    }

    fn stop(&self) {}

    async fn finish(&self) {}
}

/// Tells those who watch the service about a mail.
fn observe(span: &Span, kind: &'static str, outcome: &'static str) {
    span.record(field::OUTCOME, outcome);
    meters::noticed(kind, outcome);
}

/// Time that a digest of this age rests before it is retried for recipients who were refused for
/// now: as long as the next digest of a storm waits.
fn again_in(age: TimeDelta) -> TimeDelta {
    let [first, second, later] = PAUSES;
    match age {
        age if age < first => first,
        age if age < first + second => second,
        _ => later,
    }
}

/// Tells whether a new digest may be put together at `now`, after those before it (newest first).
fn may_start(marks: &[DigestMark], now: DateTime<Utc>) -> bool {
    let Some(newest) = marks.first() else {
        return true;
    };
    // A mark from the future comes from a clock that was set back; it counts as just made.
    let recent = marks.iter().filter(|mark| mark.created_at + STORM > now).count();
    match recent {
        0 => true,
        n => newest.created_at + PAUSES[n.min(PAUSES.len()) - 1] <= now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_failures_in_ten_minutes_make_three_mails() {
        let start = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        let mut marks: Vec<DigestMark> = Vec::new();
        let (mut owed, mut told) = (0, 0);
        for second in 0..3_600 {
            let now = start + TimeDelta::seconds(second);
            if second < 600 {
                owed += if second < 400 { 2 } else { 1 };
            }
            if owed > told && may_start(&marks, now) {
                told = owed;
                let id = DigestId::from_bytes([u8::try_from(marks.len()).unwrap(); 16]);
                marks.insert(0, DigestMark { id, created_at: now, sent_at: Some(now) });
            }
        }
        assert_eq!((owed, told), (1_000, 1_000));
        assert_eq!(marks.len(), 3);
    }

    #[test]
    fn a_failure_after_a_quiet_hour_is_told_at_once() {
        let start = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        let mark = |minute| DigestMark {
            id: DigestId::from_bytes([1; 16]),
            created_at: start + TimeDelta::minutes(minute),
            sent_at: None,
        };
        assert!(may_start(&[], start));
        assert!(may_start(&[mark(0)], start + TimeDelta::minutes(60)));
        assert!(!may_start(&[mark(0)], start + TimeDelta::minutes(4)));
        assert!(may_start(&[mark(0)], start + TimeDelta::minutes(5)));
        assert!(!may_start(&[mark(5), mark(0)], start + TimeDelta::minutes(19)));
    }
}
