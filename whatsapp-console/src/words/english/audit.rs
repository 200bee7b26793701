//! English texts of the audit page.

use whatsapp_core::audit::Act;
use whatsapp_core::bulk::BulkAct;

use super::English;
use crate::words::{AuditLabels, AuditSentences, Numbers as _};

/// Implements the trait, with one text on each line.
macro_rules! english {
    ($($name:ident => $text:literal;)+) => {
        impl AuditLabels for English { $(fn $name(&self) -> &str { $text })+ }
    };
}

english! {
    audit => "Who did what";
    audit_lead => "Whatever people and the shop's own program did, the newest first. Nobody can change or delete it.";
    key_audit => "Go to who did what";
    audit_who => "Who";
    anybody => "Anybody";
    audit_outside => "Somebody outside the console";
    audit_person => "Person, as the shop's program names them";
    audit_what => "What was done";
    anything_done => "Anything";
    audit_about => "To what";
    about_anything => "Anything";
    audit_id => "Its key or id";
    audit_when => "When";
    audit_unreadable => "This entry cannot be read.";
    no_entry => "No entries";
    no_entry_text => "Whatever people do in the console, and whatever the shop's program does by itself, is listed here from the moment it is done.";
    no_audit_here => "This program does not show who did what. It is written down all the same.";
    all_entries => "Show everything";
    audit_shows => "Show it";
    audit_csv => "Save as a file (CSV)";
    csv_sentence => "Sentence";
    csv_before => "Before";
    csv_after => "After";
    csv_entry_id => "Entry id";
    old_message => "a message that is not in the log any more";
    old_template => "a template that is not there any more";
    a_campaign => "a festival message";
    the_log => "messages";
    the_audit => "who did what";
    all_about_this => "All about this";
    no_value => "nothing that could be used";
}

impl AuditSentences for English {
    fn did(&self, act: Act, who: &str, what: &str) -> String {
        match act {
            Act::SettingSaved => format!("{who} changed the setting {what}."),
            Act::TemplateSaved | Act::CampaignSaved => format!("{who} saved {what}."),
            Act::TemplateRolledBack => format!("{who} put an earlier version of {what} back."),
            Act::TemplateSwitched => format!("{who} switched {what} on or off."),
            Act::ChangedOutside => format!("{who} changed {what}."),
            Act::MessageSent => format!("{who} sent {what} by hand."),
            Act::MessageRetried => format!("{who} tried {what} again."),
            Act::MessageCancelled | Act::CampaignCancelled => format!("{who} cancelled {what}."),
            Act::MessageResent => format!("{who} sent {what} again as a new message."),
            Act::MessageRescheduled => format!("{who} moved {what} to another time."),
            Act::MessagePutAside => format!("{who} put {what} aside."),
            Act::MessageTakenUp => format!("{who} took {what} up again."),
            Act::AccountPaused => format!("{who} paused all sending."),
            Act::AccountResumed => format!("{who} let sending go on."),
            Act::ReminderApproved => format!("{who} approved {what}."),
            Act::ReminderDropped => format!("{who} left {what} out instead of approving it."),
            Act::ReminderSkipped => format!("{who} left {what} out."),
            Act::ReminderHeld => format!("{who} held {what} until somebody approves it."),
            Act::RemindedNow => format!("{who} asked for {what}."),
            Act::Muted => format!("{who} kept {what} back from then on."),
            Act::Unmuted => format!("{who} let {what} go out again that were kept back."),
            Act::CampaignArmed => format!("{who} armed {what}."),
            Act::CampaignTried => format!("{who} tried out the message of {what}."),
            Act::CampaignPaused => format!("{who} paused {what}."),
            Act::CampaignResumed => format!("{who} let {what} go on."),
            Act::CampaignConfirmed => format!("{who} confirmed the date of {what}."),
            Act::Exported => format!("{who} saved {what} as a file."),
            Act::BulkConfirmed => format!("{who} began something with many messages."),
            Act::BulkStopped => format!("{who} stopped something with many messages."),
            // A test finds an act without a sentence of its own.
            _ => format!("{who}: {}.", act.label()),
        }
    }

    fn did_many(&self, act: Act, who: &str, with: BulkAct, messages: u32) -> String {
        let unit = if messages == 1 { "message" } else { "messages" };
        let messages = format!("{} {unit}", self.number(messages.into()));
        match (act, with) {
            (Act::BulkStopped, BulkAct::Retry) => format!("{who} stopped trying {messages} again."),
            (Act::BulkStopped, BulkAct::Resend) => {
                format!("{who} stopped sending {messages} again.")
            }
            (Act::BulkStopped, BulkAct::Cancel) => format!("{who} stopped cancelling {messages}."),
            (_, BulkAct::Retry) => format!("{who} began to try {messages} again."),
            (_, BulkAct::Resend) => format!("{who} began to send {messages} again."),
            (_, BulkAct::Cancel) => format!("{who} began to cancel {messages}."),
        }
    }

    fn the_template(&self, name: &str) -> String {
        format!("the template {name}")
    }

    fn the_campaign(&self, name: &str) -> String {
        format!("the festival message {name}")
    }

    fn the_reminder(&self, invoice: &str, days: u16) -> String {
        let unit = if days == 1 { "day" } else { "days" };
        format!("the reminder of invoice {invoice} after {days} {unit}")
    }

    fn the_reminder_by_hand(&self, invoice: &str) -> String {
        format!("a reminder of invoice {invoice} at once")
    }

    fn messages_to(&self, whom: &str) -> String {
        format!("messages to {whom}")
    }

    fn messages_about_invoice(&self, invoice: &str) -> String {
        format!("messages about invoice {invoice}")
    }

    fn changed_from(&self, before: &str, after: &str) -> String {
        format!("From {before} to {after}.")
    }

    fn added_removed(&self, added: u32, removed: u32) -> String {
        let values = |number: u32| if number == 1 { "value" } else { "values" };
        format!("{added} {} added, {removed} removed.", values(added))
    }

    fn version_of(&self, before: Option<u32>, after: u32) -> String {
        match before {
            Some(before) => format!("From version {before} to version {after}."),
            None => format!("Version {after}, the first one."),
        }
    }

    fn moved_to(&self, before: &str, after: &str) -> String {
        format!("From {before} to {after}.")
    }

    fn resent_as(&self, other_number: bool) -> String {
        let number =
            if other_number { "a number that was typed" } else { "the number in the record" };
        format!("To {number}.")
    }

    fn taken_out(&self, filter: &str, texts: bool) -> String {
        let texts = if texts { " With texts." } else { "" };
        format!("Which: {filter}.{texts}")
    }

    fn act_on_many(&self, act: &str, messages: u32, state: &str) -> String {
        let unit = if messages == 1 { "message" } else { "messages" };
        format!("{act}: {} {unit}, {state}.", self.number(messages.into()))
    }

    fn all_by(&self, who: &str) -> String {
        match who.strip_prefix("The ") {
            Some(who) => format!("All by the {who}"),
            None if who == self.audit_outside() => "All from outside the console".to_owned(),
            None => format!("All by {who}"),
        }
    }

    fn csv_zoned(&self, name: &str, zone: &str) -> String {
        format!("{name} ({zone})")
    }

    fn entries_shown(&self, filters: &[&str]) -> String {
        format!("{}.", filters.join(", "))
    }
}
