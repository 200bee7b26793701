//! The texts of the audit page, which shows who did what.

use whatsapp_core::audit::Act;
use whatsapp_core::bulk::BulkAct;

/// Makes the trait, with a method for each text.
macro_rules! labels {
    ($($(#[$doc:meta])* $name:ident;)+) => {
        /// The texts of the audit page that are always the same.
        pub trait AuditLabels {
            $($(#[$doc])* fn $name(&self) -> &str;)+
        }
    };
}

labels! {
    /// Title of the audit page.
    audit;
    /// Text above the entries: which acts the audit has.
    audit_lead;
    /// Description of the keys `g d`.
    key_audit;
    /// Label of the filter by who acted.
    audit_who;
    /// Choice without a filter by who acted.
    anybody;
    /// Name for somebody who changed something past the console.
    audit_outside;
    /// Label of the filter by person.
    audit_person;
    /// Label of the filter by act.
    audit_what;
    /// Choice without a filter by act.
    anything_done;
    /// Label of the filter by the kind of thing that was changed.
    audit_about;
    /// Choice without a filter by the kind of thing.
    about_anything;
    /// Label of the filter by the key or id of the thing, and heading of its column in a file.
    audit_id;
    /// Label of the filter by day, and heading of the column of times.
    audit_when;
    /// Sentence for an entry that cannot be read.
    audit_unreadable;
    /// Heading of an empty page.
    no_entry;
    /// Text that tells what an empty page would show.
    no_entry_text;
    /// Sentence saying that this program does not read the audit.
    no_audit_here;
    /// Label of the link to all entries.
    all_entries;
    /// Label of the link to the thing that was changed.
    audit_shows;
    /// Label of the link that saves the entries as a file.
    audit_csv;
    /// Heading of the column of sentences in a file.
    csv_sentence;
    /// Heading of the column of values before the change in a file.
    csv_before;
    /// Heading of the column of values after the change in a file.
    csv_after;
    /// Heading of the column of entry ids in a file.
    csv_entry_id;
    /// Name for a message that is not in the log any more.
    old_message;
    /// Name for a template that does not exist any more.
    old_template;
    /// Name for a campaign that is not known here.
    a_campaign;
    /// Name of the list of messages, within a sentence.
    the_log;
    /// Name of the audit, within a sentence.
    the_audit;
    /// Label of the link to all entries about the same thing.
    all_about_this;
    /// Text in the place of a value that was missing or could not be used.
    no_value;
}

/// The sentences about an entry of the audit.
pub trait AuditSentences {
    /// Sentence for an act: who did it, and to what.
    fn did(&self, act: Act, who: &str, what: &str) -> String;
    /// Sentence for a bulk act that somebody began or stopped, with the number of messages.
    fn did_many(&self, act: Act, who: &str, with: BulkAct, messages: u32) -> String;
    /// Name of a template, within a sentence.
    fn the_template(&self, name: &str) -> String;
    /// Name of a campaign, within a sentence.
    fn the_campaign(&self, name: &str) -> String;
    /// Name of a reminder of an invoice, with the number of days after its date.
    fn the_reminder(&self, invoice: &str, days: u16) -> String;
    /// Name of a reminder of an invoice that somebody asked for.
    fn the_reminder_by_hand(&self, invoice: &str) -> String;
    /// Name for messages to a customer by name, or to a masked number.
    fn messages_to(&self, whom: &str) -> String;
    /// Name for messages about an invoice.
    fn messages_about_invoice(&self, invoice: &str) -> String;
    /// Sentence with the value before and after a change.
    fn changed_from(&self, before: &str, after: &str) -> String;
    /// Sentence with the number of values added to and removed from a private setting.
    fn added_removed(&self, added: u32, removed: u32) -> String;
    /// Sentence with the version before, if any, and the version after.
    fn version_of(&self, before: Option<u32>, after: u32) -> String;
    /// Sentence with the due time of a message before and after a change.
    fn moved_to(&self, before: &str, after: &str) -> String;
    /// Sentence for a message sent again: to a typed number, or to the number in the record.
    fn resent_as(&self, other_number: bool) -> String;
    /// Sentence for an export: its filter, and whether texts went with it.
    fn taken_out(&self, filter: &str, texts: bool) -> String;
    /// Sentence for a bulk act: its name, the number of messages and its state.
    fn act_on_many(&self, act: &str, messages: u32, state: &str) -> String;
    /// Label of the link to all entries by the same person or program.
    fn all_by(&self, who: &str) -> String;
    /// Heading of a column of times in a file, with their time zone.
    fn csv_zoned(&self, name: &str, zone: &str) -> String;
    /// Sentence with the filters of the entries shown.
    fn entries_shown(&self, filters: &[&str]) -> String;
}
