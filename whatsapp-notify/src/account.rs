//! Body of a mail about the account, as text and as HTML.

use askama::Template;
use whatsapp_core::port::{AccountEventKind, AccountMail};
use whatsapp_core::time::Zone;

use crate::clean::one_line;
use crate::stamp::{local, stamp};

/// Maximum number of characters of the gateway's own words.
const WORDS_MAX: usize = 300;

/// Maximum number of characters of the reasons why recipients were left out: some sentences.
const REASONS_MAX: usize = 2_000;

/// The parts of the mail.
pub(crate) struct AccountBody {
    subject: &'static str,
    paragraphs: Vec<String>,
    /// The gateway's answer, in its own words.
    words: Option<String>,
    console_url: Option<String>,
}

#[derive(Template)]
#[template(path = "account.txt")]
struct Text<'a>(&'a AccountBody);

#[derive(Template)]
#[template(path = "account.html")]
struct Html<'a>(&'a AccountBody);

impl AccountBody {
    pub(crate) fn new(mail: &AccountMail, zone: &Zone, console_url: Option<&str>) -> Self {
        let most = if mail.kind == AccountEventKind::LeftOut { REASONS_MAX } else { WORDS_MAX };
        let words = mail.detail.as_deref().map(|words| one_line(words, most));
        let mut body = Self {
            subject: subject(mail.kind),
            paragraphs: Vec::new(),
            words: words.filter(|words| !words.is_empty()),
            console_url: console_url.map(ToOwned::to_owned),
        };
        let at = stamp(zone, mail.at);
        let reason = mail.reason.map_or("", |reason| reason.label());
        match mail.kind {
            AccountEventKind::Stopped => {
                body.say(format!("Since {at} no WhatsApp messages are sent: {reason}."));
                body.say_how_often(mail, zone);
                body.say_what_waits(mail);
                if let Some(reason) = mail.reason {
                    body.say(format!("What to do: {}", reason.advice()));
                }
                body.say(
                    "It is tried again by itself, and goes on as soon as it works.".to_owned(),
                );
            }
            AccountEventKind::Resumed => {
                body.say(format!("Since {at} WhatsApp messages are sent again."));
                body.say(format!("What had stopped them: {reason}."));
                body.say_how_often(mail, zone);
                body.say_what_waits(mail);
            }
            AccountEventKind::Undelivered => body.say_that_nothing_arrives(&at),
            AccountEventKind::StalePayments => body.say_since_when_payments_are_not_known(),
            AccountEventKind::Approvals => body.say_how_many_wait_for_approval(),
            AccountEventKind::Unconfirmed => body.say_that_a_date_is_open(),
            AccountEventKind::NotGreeted => body.say_that_a_greeting_is_not_sent(),
            AccountEventKind::LeftOut => body.say_who_was_left_out(),
            // A test finds a kind without a mail of its own.
            kind => body.say(format!("{}, since {at}.", kind.label())),
        }
        body
    }

    fn say_that_nothing_arrives(&mut self, at: &str) {
        let count = self.words.take().unwrap_or_default();
        self.say(format!(
            "The gateway accepted the last {count} messages, the newest at least half an \
             hour before {at}, and reports none of them as delivered."
        ));
        self.say(
            "What to do: see whether the account's phone is on, connected and linked to \
             the gateway, and ask a customer whether a message has come."
                .to_owned(),
        );
    }

    fn say_since_when_payments_are_not_known(&mut self) {
        let day = self.words.take().unwrap_or_default();
        self.say(format!(
            "Payments were last recorded on {day}. Payment reminders wait, so that nobody is \
             reminded who has paid since."
        ));
        self.say(
            "What to do: record the newer payments. The reminders then go on by \
             themselves, each for what is still open. This mail is not repeated for the same \
             day."
                .to_owned(),
        );
    }

    fn say_how_many_wait_for_approval(&mut self) {
        let held = self.words.take().unwrap_or_default();
        let reminders =
            if held == "1" { "payment reminder waits" } else { "payment reminders wait" };
        self.say(format!(
            "{held} {reminders} until somebody approves: it is too late for them to go out by \
             themselves, or their days lie before reminders began."
        ));
        self.say(
            "What to do: approve or drop each of them. What nobody approves within 14 days is \
             dropped. Invoices that are paid meanwhile leave the list by themselves."
                .to_owned(),
        );
    }

    fn say_that_a_date_is_open(&mut self) {
        let festival = self.words.take().unwrap_or_default();
        self.say(format!(
            "A greeting is planned: {festival}. This date depends on the moon, and nobody has \
             confirmed it yet."
        ));
        self.say(
            "What to do: look up which date was announced, and confirm it or move the \
             greeting to it. Without that nothing is sent. This mail is not repeated."
                .to_owned(),
        );
    }

    fn say_that_a_greeting_is_not_sent(&mut self) {
        let festival = self.words.take().unwrap_or_default();
        self.say(format!(
            "The hour of a greeting has come: {festival}. It is not sent, because nobody has \
             confirmed its date, which depends on the moon."
        ));
        self.say(
            "What to do: confirm the date, and the greeting goes out as long as the hours of \
             its day last; or move it to the date that was announced."
                .to_owned(),
        );
    }

    fn say_who_was_left_out(&mut self) {
        let campaign = self.words.take().unwrap_or_default();
        self.say(format!("Messages to many customers have ended: {campaign}"));
        self.say(
            "What to do: nothing goes out later by itself. The list of its recipients says of each why. \
             Where they should hear of it all the same, plan it anew for them."
                .to_owned(),
        );
    }

    fn say(&mut self, sentence: String) {
        self.paragraphs.push(sentence);
    }

    fn say_how_often(&mut self, mail: &AccountMail, zone: &Zone) {
        if let (2.., Some(first)) = (mail.stops, mail.first_stop) {
            self.say(format!(
                "Sending stopped {} times between {} and {}.",
                mail.stops,
                local(zone, first),
                stamp(zone, mail.at)
            ));
        }
    }

    fn say_what_waits(&mut self, mail: &AccountMail) {
        match mail.waiting {
            None => {}
            Some(0) => self.say("No message waits.".to_owned()),
            Some(1) => self.say("1 message waits.".to_owned()),
            Some(count) => self.say(format!("{count} messages wait.")),
        }
    }

    pub(crate) const fn subject(&self) -> &str {
        self.subject
    }

    /// Renders the text and the HTML.
    pub(crate) fn render(&self) -> Result<(String, String), askama::Error> {
        Ok((Text(self).render()?, Html(self).render()?))
    }
}

/// The subject of a mail about this kind of event.
const fn subject(kind: AccountEventKind) -> &'static str {
    match kind {
        AccountEventKind::Stopped => "WhatsApp Sending Stopped",
        AccountEventKind::Resumed => "WhatsApp Sending Goes On",
        AccountEventKind::Undelivered => "WhatsApp Messages Are Not Delivered",
        AccountEventKind::StalePayments => "WhatsApp Payment Reminders Wait",
        AccountEventKind::Approvals => "WhatsApp Payment Reminders Wait for You",
        AccountEventKind::Unconfirmed => "WhatsApp Greeting: Confirm Its Date",
        AccountEventKind::NotGreeted => "WhatsApp Greeting Is Not Sent",
        AccountEventKind::LeftOut => "WhatsApp Messages Did Not Go to Everybody",
        kind => kind.label(),
    }
}

#[cfg(test)]
mod tests {
    use whatsapp_core::AccountEventId;

    use super::*;

    #[test]
    fn every_kind_of_event_has_a_mail_of_its_own() {
        let at = "2027-03-09T04:30:00Z".parse().unwrap();
        let zone = "Asia/Kolkata".parse().unwrap();
        for kind in AccountEventKind::ALL.iter().copied() {
            let mail = AccountMail::new(AccountEventId::new(at, [7; 10]), kind, at);
            let body = AccountBody::new(&mail, &zone, None);
            assert!(body.subject.starts_with("WhatsApp "), "{kind}: {}", body.subject);
            let first = body.paragraphs.join(" ");
            assert!(!first.starts_with(kind.label()), "{kind}: {first}");
        }
    }

    #[test]
    fn a_date_that_is_not_confirmed_is_told_with_its_festival_and_what_to_do() {
        let at = "2027-03-09T04:30:00Z".parse().unwrap();
        let id = AccountEventId::new(at, [7; 10]);
        let zone = "Asia/Kolkata".parse().unwrap();
        for (kind, subject, told) in [
            (
                AccountEventKind::Unconfirmed,
                "WhatsApp Greeting: Confirm Its Date",
                "nobody has confirmed it yet",
            ),
            (AccountEventKind::NotGreeted, "WhatsApp Greeting Is Not Sent", "It is not sent"),
            (
                AccountEventKind::LeftOut,
                "WhatsApp Messages Did Not Go to Everybody",
                "nothing goes out later by itself",
            ),
        ] {
            let mut mail = AccountMail::new(id, kind, at);
            mail.detail = Some("Eid al-Fitr, 10 Mar 2027".to_owned());
            let body = AccountBody::new(&mail, &zone, None);
            assert_eq!(body.subject, subject);
            let text = body.paragraphs.join("\n");
            assert!(text.contains("Eid al-Fitr, 10 Mar 2027") && text.contains(told), "{text}");
            assert!(text.contains("What to do: "), "{text}");
            assert_eq!(body.words, None, "the gateway said nothing");
        }
    }
}
