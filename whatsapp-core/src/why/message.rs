//! The sentence about a message's state: why it was sent, waits, failed or was cancelled.

use super::{Now, because};
use crate::account::Pause;
use crate::message::{HeldFor, Message, MessageType, Part, Phase, Status, Trigger};
use crate::private::Private;

impl Message {
    /// Explains in one sentence why the message was sent, waits, is tried again, failed or
    /// was cancelled.
    #[must_use]
    pub fn why(&self, now: &Now<'_>) -> String {
        match self.phase_while(now.at, now.paused_until()) {
            Phase::Held { by, .. } => self.held(by),
            Phase::Paused { .. } => {
                let why = now.pause.map(Pause::words).unwrap_or_default();
                because("It waits until sending goes on", &why)
            }
            Phase::Retrying { at } => {
                let clause = format!("It is tried again on {}", now.spoken(at));
                because(&clause, self.reason())
            }
            Phase::Scheduled { at } => self.scheduled(&now.spoken(at)),
            Phase::Queued if self.state.part == Part::Text => {
                "Its file is with the customer, and its text follows.".to_owned()
            }
            Phase::Queued => {
                format!("It is due and goes out in its turn, because {}.", self.asked(now))
            }
            Phase::Sending => format!("It is being sent, because {}.", self.asked(now)),
            Phase::Checking => self.in_doubt(now),
            Phase::Sent | Phase::Delivered | Phase::Read => {
                format!("It was sent because {}.", self.asked(now))
            }
            Phase::Failed(failure) => crate::visible::sentence(failure.reason.trim()),
            Phase::Cancelled(reason) => {
                let why = self.state.explanation.as_ref().map_or("", Private::as_str);
                because("It was not sent", if why.is_empty() { reason.label() } else { why })
            }
        }
    }

    fn held(&self, by: HeldFor) -> String {
        let said = self.state.explanation.as_ref().map_or("", Private::as_str);
        match by {
            // That sentence already says what the message waits for.
            HeldFor::Hours if !said.is_empty() => said.to_owned(),
            _ => because("It waits", if said.is_empty() { by.label() } else { said }),
        }
    }

    fn scheduled(&self, at: &str) -> String {
        let posts = self.state.owed.map_or(0, |owed| owed.posts);
        match self.state.part {
            Part::Text => format!("Its file is with the customer, and its text follows on {at}."),
            Part::Whole | Part::File if posts > 0 => {
                format!("It goes out again on {at}, because the account could not send it before.")
            }
            Part::Whole | Part::File => format!("It waits for its time: {at}."),
        }
    }

    fn in_doubt(&self, now: &Now<'_>) -> String {
        let again = self.state.owed.map(|owed| now.spoken(owed.due_at));
        let again = again.map(|at| format!(" on {at}")).unwrap_or_default();
        format!(
            "The gateway gave no clear answer, and is asked{again} whether it took the message."
        )
    }

    /// The reason for the last attempt's failure.
    fn reason(&self) -> &str {
        let failure = self.state.failure.as_ref();
        failure.map_or("the last attempt failed", |failure| failure.reason.as_str())
    }

    /// The trigger of the message, as words after "because".
    fn asked(&self, now: &Now<'_>) -> String {
        let facts = &self.facts;
        let who = now.author.unwrap_or("somebody");
        let reminders = [MessageType::PAYMENT_REMINDER, MessageType::PAYMENT_SUMMARY];
        let is_reminder = reminders.iter().any(|of| of.name() == facts.message_type);
        let is_greeting = MessageType::FESTIVAL.name() == facts.message_type;
        let is_sent = self.state.status == Status::Sent;
        let come = if is_sent { "had come" } else { "has come" };
        match facts.trigger {
            _ if facts.resend_of.is_some() => format!("{who} had a failed message sent again"),
            Trigger::Manual if is_sent => format!("{who} asked for it"),
            Trigger::Manual => format!("{who} asks for it"),
            Trigger::Scheduled if is_reminder => format!("the day of the reminder {come}"),
            Trigger::Scheduled if is_greeting => format!("the day of the greeting {come}"),
            Trigger::Scheduled => format!("its time {come}"),
            Trigger::Auto => "something happened of which customers are told".to_owned(),
        }
    }
}
