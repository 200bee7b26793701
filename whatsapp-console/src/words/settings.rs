//! The texts of the pages of settings and of the gateway's connection.

use whatsapp_core::port::Count;

/// Makes the trait, with a method for each text.
macro_rules! labels {
    ($($(#[$doc:meta])* $name:ident;)+) => {
        /// The fixed texts of the pages of settings and of the gateway's connection.
        pub trait SettingLabels {
            $($(#[$doc])* fn $name(&self) -> &str;)+
        }
    };
}

labels! {
    /// Title of the page of settings.
    settings;
    /// Text above the settings: how they are saved.
    settings_lead;
    /// Text above the settings for a viewer, who cannot change them.
    settings_viewer_lead;
    /// Description of the keys `g s`.
    key_settings;
    /// Label of the button that saves all settings of the form.
    save_settings;
    /// Choice of a switch that is on.
    switch_on;
    /// Choice of a switch that is off.
    switch_off;
    /// Text in the place of an empty value.
    nothing_set;
    /// Text in the place of a value that a viewer may not see.
    setting_hidden;
    /// Sentence for a setting that was set past the console, by an unknown person.
    setting_set_outside;
    /// Sentence for a setting that was changed past the console since.
    setting_changed_outside;
    /// Sentence for a setting that cannot be used.
    setting_broken;
    /// Sentence for a setting whose unusable value is not shown.
    setting_broken_hidden;
    /// Text in the place of a value that is kept elsewhere.
    setting_kept_elsewhere;
    /// Sentences on the place where the key is kept.
    setting_key_elsewhere;
    /// Choice of a switch whose value cannot be read.
    setting_choose;
    /// Heading of the confirmation page before a save.
    settings_ask_title;
    /// Label of the button that saves after confirmation.
    settings_ask_submit;
    /// Heading of the list of settings that cannot be saved.
    settings_refused;
    /// Heading of the list of settings that somebody else changed.
    settings_clash;
    /// Advice for settings that somebody else changed.
    settings_clash_todo;
    /// Sentence saying that a change's effect on reminders cannot be told at present.
    settings_no_ledger;
    /// Sentence after the settings were saved.
    done_settings;
    /// Sentence for a save without a change.
    done_settings_same;
    /// Sentences after the gateway's address was changed.
    done_address;
    /// Text before a change's effects on reminders.
    settings_moves_reminders;
    /// Sentences on the effect of switching all messages on.
    settings_all_on;

    /// Title of the page of the gateway's connection.
    connection;
    /// Text above the connection: the purpose of the page.
    connection_lead;
    /// Name of a fact: the address in use.
    address_in_use;
    /// Text in the place of the address in use while this process has not sent anything.
    address_not_in_use;
    /// Label of the link to the form of the address.
    address_asks;
    /// Heading of the form of the address.
    address_title;
    /// Heading of the form of the address where the deployment fixes it.
    address_fixed_title;
    /// Sentences on the effect of a new address.
    address_what;
    /// Name of the gateway's address.
    address_card;
    /// Label of the field for a new address.
    address_label;
    /// Hint for the field of a new address: the addresses it takes.
    address_hint;
    /// Label of the button that tries a new address and uses it.
    address_submit;
    /// Label of the tick for messages under way, before another gateway is used.
    address_tick;
    /// Label of the button that replaces an unusable address with the default.
    address_mend;
    /// Name of the API key.
    gateway_key;
    /// Name of a fact: the source of the key.
    key_from;
    /// Sentences for a program that does not tell the source of the key.
    key_not_said;
    /// Name of a fact: the way to change the key.
    key_rotate;
    /// Advice for changing a key in a file.
    key_rotate_file;
    /// Advice for changing a key that takes a restart.
    key_rotate_restart;
    /// Advice for changing a key that the host keeps in its own way.
    key_rotate_elsewhere;
    /// Sentence for a key that was given when the program started.
    key_of_program;
    /// Sentence for a key that comes from the host's own program.
    key_of_keeper;
    /// Label of the button that asks the gateway.
    test_connection;
    /// Sentences on the effect of asking the gateway.
    test_connection_what;
    /// Sentence for a gateway that answers and takes the key.
    connection_ready;
    /// Sentences for a gateway that refuses the key or the account.
    connection_refused;
    /// Sentence for a process that does not send.
    connection_none;
}

/// The sentences about settings, with their names, values and numbers.
pub trait SettingSentences {
    /// Sentence with the purpose of a setting, by its key or else by its definition's description.
    fn setting_meaning(&self, key: &str, description: &str) -> String;
    /// Label of a setting's choice, by its word.
    fn setting_choice(&self, word: &str) -> String;
    /// Sentence with the default of a setting.
    fn setting_default(&self, value: &str) -> String;
    /// Sentence with the values that a setting takes.
    fn setting_range(&self, expected: &str) -> String;
    /// Sentence with the person who changed a setting last, and the time.
    fn setting_by(&self, who: &str, at: &str) -> String;
    /// Label of the tick that restores the default.
    fn setting_put_back(&self, value: &str) -> String;
    /// Text in the place of values that a viewer may not see, with their number.
    fn setting_of_so_many(&self, values: usize) -> String;
    /// Sentence with the number of settings for which nothing is saved.
    fn settings_wrong(&self, settings: usize) -> String;
    /// Number with its unit, such as `30 minutes`.
    fn so_many(&self, number: &str, unit: &str) -> String;
    /// Sentence with a setting's value before and after a change.
    fn setting_change(&self, name: &str, before: &str, after: &str) -> String;
    /// Sentences with the value that somebody else set meanwhile, and the typed one.
    fn setting_theirs(&self, name: &str, theirs: &str, yours: &str) -> String;
    /// Sentences on the waiting messages when all messages are switched off.
    fn settings_all_off(&self, waiting: Count) -> String;
    /// Sentences on the waiting messages when messages of one type are switched off.
    fn settings_type_off(&self, name: &str, waiting: Count) -> String;
    /// Sentences on the effect of switching a type on.
    fn settings_type_on(&self, name: &str) -> String;
    /// Sentences on the beginning of a trial with this number of telephone numbers.
    fn trial_begins(&self, numbers: usize) -> String;
    /// Sentences on the waiting messages when the trial ends.
    fn trial_ends(&self, waiting: Count) -> String;
    /// Sentence saying that a trial is on, with its number of telephone numbers.
    fn trial_is_on(&self, numbers: usize) -> String;
    /// Sentence saying that some of the hours lie in the night.
    fn hours_at_night(&self, from: &str, until: &str) -> String;
    /// Sentences on the effect of another time zone.
    fn settings_zone(&self, before: &str, after: &str) -> String;

    /// Sentence for a key that is read from a file.
    fn key_of_file(&self, path: &str) -> String;
    /// Sentence for a key that is read from an environment variable.
    fn key_of_environment(&self, variable: &str) -> String;
    /// Sentence for a gateway without a usable answer.
    fn connection_failed(&self, detail: &str) -> String;
    /// Sentence for a key that is another one than was shown before.
    fn key_is_new(&self, before: &str, after: &str) -> String;
    /// Sentence for a key that is the same as before.
    fn key_is_same(&self, masked: &str) -> String;
}
