//! Cases for mails to the manager, given a way to read the mails that were sent.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use whatsapp_core::message::{MessageType, TypeDef, TypeName};
use whatsapp_core::port::{
    AccountEventKind, AccountMail, Digest, Notice, Notifier, PauseReason, random,
};
use whatsapp_core::template::Types;
use whatsapp_core::{AccountEventId, DigestId};

use crate::SeededEntropy;
use crate::fixtures::{self, START};

/// An e-mail as it arrived, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// `Message-ID`, with or without its brackets, but always the same way.
    pub message_id: String,
    /// The addresses of the envelope: the real recipients.
    pub recipients: Vec<String>,
    /// The names of all header fields, in any order and case.
    pub header_names: Vec<String>,
    /// `Subject`.
    pub subject: String,
    /// The plain text.
    pub text: String,
}

/// A notifier under test, and the mail server that it sends to.
#[async_trait]
pub trait MailTrap: Debug + Send + Sync {
    /// The notifier.
    fn notifier(&self) -> Arc<dyn Notifier>;

    /// Every mail that the server has taken, in order.
    async fn mails(&self) -> Vec<Mail>;
}

/// Opens a mail trap.
pub async fn open<F>(open: impl Fn() -> F + Send) -> Arc<dyn MailTrap>
where
    F: Future<Output = Arc<dyn MailTrap>> + Send,
{
    open().await
}

/// The recipient of the suite's mails.
const MANAGER: &str = "manager@example.com";

/// Names that try to inject headers or text.
const HOSTILE: [&str; 8] = [
    "Asha\r\nBcc: thief@example.net",
    "Asha\nSubject: You have won\n\nClick here",
    "<script>alert(1)</script>",
    "\"Asha\" <thief@example.net>",
    "=?utf-8?B?QmNjOiB0aGllZkBleGFtcGxlLm5ldA==?=",
    "Asha\u{202e}redart",
    "\0\u{7}\u{1b}[2J",
    "\r\n.\r\nMAIL FROM:<thief@example.net>\r\n",
];

fn digest(seed: u64, notices: Vec<Notice>) -> Digest {
    let created_at = START + TimeDelta::hours(1);
    Digest {
        id: DigestId::new(created_at, random(&SeededEntropy::new(seed))),
        created_at,
        notices,
        told: vec![],
    }
}

fn notices(count: u64) -> Vec<Notice> {
    (0..count).map(|seed| fixtures::notice(seed, START)).collect()
}

/// Sends a digest, which must work, and returns the one mail that it made.
async fn sent(trap: &dyn MailTrap, digest: &Digest) -> Mail {
    let before = trap.mails().await.len();
    trap.notifier().notify(MANAGER, digest, &Types::default()).await.expect("the server takes it");
    let mut mails = trap.mails().await.split_off(before);
    assert_eq!(mails.len(), 1, "one digest is one mail");
    mails.remove(0)
}

/// Returns the text with every run of blanks and line ends as one blank: lines may be wrapped.
fn unwrapped(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub async fn one_digest_is_one_mail_to_the_recipient(trap: Arc<dyn MailTrap>) {
    let mail = sent(&*trap, &digest(1, notices(3))).await;
    assert_eq!(mail.recipients, [MANAGER]);
    assert!(!mail.subject.is_empty());
}

pub async fn the_same_digest_twice_has_the_same_message_id(trap: Arc<dyn MailTrap>) {
    let digest = digest(1, notices(3));
    let first = sent(&*trap, &digest).await;
    assert!(!first.message_id.is_empty());
    assert_eq!(sent(&*trap, &digest).await, first);
}

pub async fn different_digests_have_different_message_ids(trap: Arc<dyn MailTrap>) {
    let mut ids = BTreeSet::new();
    for seed in 0..4 {
        ids.insert(sent(&*trap, &digest(seed, notices(1))).await.message_id);
    }
    assert_eq!(ids.len(), 4);
}

pub async fn every_notice_is_accounted_for(trap: Arc<dyn MailTrap>) {
    for count in [1, 2, 25] {
        let notices = notices(count);
        let mail = sent(&*trap, &digest(count, notices.clone())).await;
        let text = unwrapped(&mail.text);
        for notice in notices {
            for told in [
                notice.customer_name.as_str(),
                notice.whatsapp_number.as_str(),
                &*Types::default().label(notice.message_type),
                notice.trigger.label(),
                &*notice.failure.reason,
            ] {
                assert!(text.contains(told), "{told:?} is missing among {count}");
            }
        }
    }
}

pub async fn types_are_called_as_people_call_them(trap: Arc<dyn MailTrap>) {
    static QUOTATION: TypeDef = TypeDef::new("quotation", "Your quotation", &[], "It is ready.");
    const OWN: MessageType = MessageType::of(&QUOTATION);
    let types = Types::new([OWN]).expect("the definition is right");
    let unknown = fixtures::type_name("appointment");
    let of = |message_type: TypeName| Notice { message_type, ..fixtures::notice(1, START) };
    for (message_type, told) in [(OWN.name(), OWN.label()), (unknown, "appointment (unknown type)")]
    {
        let before = trap.mails().await.len();
        let digest = digest(before as u64, vec![of(message_type)]);
        trap.notifier().notify(MANAGER, &digest, &types).await.expect("the server takes it");
        let mail = trap.mails().await.split_off(before).remove(0);
        assert!(unwrapped(&mail.text).contains(told), "{told:?} is missing: {}", mail.text);
    }
}

pub async fn a_thousand_failures_are_one_mail_that_says_so(trap: Arc<dyn MailTrap>) {
    let mail = sent(&*trap, &digest(1, notices(1_000))).await;
    let told = format!("{} {}", mail.subject, unwrapped(&mail.text));
    assert!(["1000", "1,000"].iter().any(|number| told.contains(number)));
}

pub async fn hostile_names_change_nothing_but_themselves(trap: Arc<dyn MailTrap>) {
    let header_names = |mail: &Mail| {
        let names = mail.header_names.iter().map(|name| name.to_ascii_lowercase());
        names.collect::<BTreeSet<_>>()
    };
    let tame = sent(&*trap, &digest(0, notices(2))).await;
    for (seed, hostile) in (1..).zip(HOSTILE) {
        let mut notices = notices(2);
        notices[0].customer_name = hostile.into();
        notices[0].whatsapp_number = hostile.into();
        hostile.clone_into(&mut notices[0].failure.reason);
        let other = notices[1].customer_name.clone();
        let mail = sent(&*trap, &digest(seed, notices)).await;
        assert_eq!(mail.recipients, [MANAGER], "{hostile:?}");
        assert_eq!(mail.subject, tame.subject, "{hostile:?}");
        assert_eq!(header_names(&mail), header_names(&tame), "{hostile:?}");
        assert!(mail.text.contains(other.as_str()), "{hostile:?} hides the next notice");
    }
}

pub async fn a_hostile_recipient_reaches_nobody_else(trap: Arc<dyn MailTrap>) {
    for hostile in ["manager@example.com\r\nBcc: thief@example.net", "", "no address", "<>\0"] {
        // The name may be refused or cleaned.
        let _ = trap.notifier().notify(hostile, &digest(1, notices(1)), &Types::default()).await;
    }
    let mails = trap.mails().await;
    let recipients = mails.iter().flat_map(|mail| &mail.recipients);
    assert!(recipients.clone().all(|to| to == MANAGER), "{recipients:?}");
}

fn account_mail(seed: u64, reason: PauseReason, detail: &str) -> AccountMail {
    let id = AccountEventId::new(START, random(&SeededEntropy::new(seed)));
    let mut mail = AccountMail::new(id, AccountEventKind::Stopped, START);
    mail.reason = Some(reason);
    mail.detail = Some(detail.to_owned());
    mail.waiting = Some(41);
    mail
}

/// Sends a mail about the account, which must work, and returns it as it arrived.
async fn sent_about_account(trap: &dyn MailTrap, mail: &AccountMail) -> Mail {
    let before = trap.mails().await.len();
    trap.notifier().notify_account(MANAGER, mail).await.expect("the server takes it");
    let mut mails = trap.mails().await.split_off(before);
    assert_eq!(mails.len(), 1, "it is one mail");
    mails.remove(0)
}

pub async fn a_stopped_account_is_told_with_its_reason_and_what_to_do(trap: Arc<dyn MailTrap>) {
    for (seed, reason) in (1..).zip(PauseReason::ALL) {
        let mail = account_mail(seed, *reason, "the words of the gateway");
        let arrived = sent_about_account(&*trap, &mail).await;
        assert_eq!(arrived.recipients, [MANAGER]);
        let text = unwrapped(&arrived.text);
        for told in [reason.label(), reason.advice(), "the words of the gateway", "41"] {
            assert!(text.contains(told), "{told:?} is missing: {text}");
        }
        assert_eq!(sent_about_account(&*trap, &mail).await, arrived, "again it is the same mail");
    }
}

pub async fn hostile_words_of_a_gateway_change_nothing_but_themselves(trap: Arc<dyn MailTrap>) {
    let tame = sent_about_account(&*trap, &account_mail(0, PauseReason::Between, "no")).await;
    for (seed, hostile) in (1..).zip(HOSTILE) {
        let mail = account_mail(seed, PauseReason::Between, hostile);
        let arrived = sent_about_account(&*trap, &mail).await;
        assert_eq!(arrived.recipients, [MANAGER], "{hostile:?}");
        assert_eq!(arrived.subject, tame.subject, "{hostile:?}");
        assert_eq!(arrived.header_names, tame.header_names, "{hostile:?}");
    }
}
