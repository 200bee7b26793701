//! The texts of the page of who did what.

use whatsapp_core::audit::Act;
use whatsapp_core::bulk::BulkAct;

/// Makes the trait: a method for each text.
macro_rules! labels {
    ($($(#[$doc:meta])* $name:ident;)+) => {
        /// The texts of the page of who did what that are always the same.
        pub trait AuditLabels {
            $($(#[$doc])* fn $name(&self) -> &str;)+
        }
    };
}

labels! {
    /// The page of who did what.
    audit;
    /// What stands there.
    audit_lead;
    /// What `g d` does.
    key_audit;
    /// The filter by who did it.
    audit_who;
    /// No such filter.
    anybody;
    /// Whatever people did.
    audit_outside;
    /// The filter by person.
    audit_person;
    /// The filter by what was done.
    audit_what;
    /// No such filter.
    anything_done;
    /// The filter by what it was done to.
    audit_about;
    /// No such filter.
    about_anything;
    /// The key or id of what it was done to.
    audit_id;
    /// When it was done; the head of a column.
    audit_when;
    /// An entry that cannot be read.
    audit_unreadable;
    /// Over an empty page.
    no_entry;
    /// What would be here.
    no_entry_text;
    /// That this program does not read the audit.
    no_audit_here;
    /// Shows all entries.
    all_entries;
    /// Leads to what it was done to.
    audit_shows;
    /// Gives the entries as a file.
    audit_csv;
    /// The head of a column of a file.
    csv_sentence;
    /// The head of a column of a file.
    csv_before;
    /// The head of a column of a file.
    csv_after;
    /// The head of a column of a file.
    csv_entry_id;
    /// A message that is not in the log any more.
    old_message;
    /// A template that is not there any more.
    old_template;
    /// A campaign that is not known here.
    a_campaign;
    /// The list of messages, within a sentence.
    the_log;
    /// The entries, within a sentence.
    the_audit;
    /// Leads to all that was done to the same.
    all_about_this;
    /// In the place of a value that was not there, or could not be used.
    no_value;
}

/// What is said of an entry.
pub trait AuditSentences {
    /// What somebody did, and to what.
    fn did(&self, act: Act, who: &str, what: &str) -> String;
    /// Who began or stopped what, with how many messages.
    fn did_many(&self, act: Act, who: &str, with: BulkAct, messages: u32) -> String;
    /// A template by its name.
    fn the_template(&self, name: &str) -> String;
    /// A campaign by its name.
    fn the_campaign(&self, name: &str) -> String;
    /// A reminder of an invoice, so many days after its date.
    fn the_reminder(&self, invoice: &str, days: u16) -> String;
    /// A reminder of an invoice that somebody asked for.
    fn the_reminder_by_hand(&self, invoice: &str) -> String;
    /// Messages to a customer by name, or to a number of which little is shown.
    fn messages_to(&self, whom: &str) -> String;
    /// Messages about an invoice.
    fn messages_about_invoice(&self, invoice: &str) -> String;
    /// Both values.
    fn changed_from(&self, before: &str, after: &str) -> String;
    /// How many values of a private setting changed.
    fn added_removed(&self, added: u32, removed: u32) -> String;
    /// A version, and the one before.
    fn version_of(&self, before: Option<u32>, after: u32) -> String;
    /// When a message was due, and when it is.
    fn moved_to(&self, before: &str, after: &str) -> String;
    /// As which message it was sent again.
    fn resent_as(&self, other_number: bool) -> String;
    /// What was taken out.
    fn taken_out(&self, filter: &str, texts: bool) -> String;
    /// How many messages an act is about.
    fn act_on_many(&self, act: &str, messages: u32, state: &str) -> String;
    /// Leads to all that somebody did.
    fn all_by(&self, who: &str) -> String;
    /// The head of a column of instants, by whose clocks they are.
    fn csv_zoned(&self, name: &str, zone: &str) -> String;
    /// The days that a filter shows.
    fn entries_shown(&self, filters: &[&str]) -> String;
}
