//! The texts of the pages of settings and of the gateway.

use whatsapp_core::port::Count;

/// Makes the trait: a method for each text.
macro_rules! labels {
    ($($(#[$doc:meta])* $name:ident;)+) => {
        /// The texts of the pages of settings and of the gateway that are always the same.
        pub trait SettingLabels {
            $($(#[$doc])* fn $name(&self) -> &str;)+
        }
    };
}

labels! {
    /// The page of settings.
    settings;
    /// How they are saved.
    settings_lead;
    /// What a viewer can do there.
    settings_viewer_lead;
    /// What `g s` does.
    key_settings;
    /// Saves all settings of the form.
    save_settings;
    /// A switch.
    switch_on;
    /// A switch.
    switch_off;
    /// The value of a setting in which nothing stands.
    nothing_set;
    /// The value of a setting that a viewer may not see.
    setting_hidden;
    /// That it was set past the console, by nobody knows whom.
    setting_set_outside;
    /// That it was changed past the console since.
    setting_changed_outside;
    /// Beside a setting that cannot be used.
    setting_broken;
    /// That what stands there is not shown.
    setting_broken_hidden;
    /// The value of a setting that is kept elsewhere.
    setting_kept_elsewhere;
    /// Where the key is kept.
    setting_key_elsewhere;
    /// The choice of a switch that cannot be read.
    setting_choose;
    /// Before the question that a save asks.
    settings_ask_title;
    /// Its button.
    settings_ask_submit;
    /// Over the list of what cannot be saved.
    settings_refused;
    /// Over the list of what somebody else changed.
    settings_clash;
    /// What to do about it.
    settings_clash_todo;
    /// That nobody can say what a change does to reminders.
    settings_no_ledger;
    /// What was done.
    done_settings;
    /// That nothing was to be done.
    done_settings_same;
    /// What was done.
    done_address;
    /// What happens to reminders.
    settings_moves_reminders;
    /// What happens when all messages are switched on.
    settings_all_on;

    /// The page of the gateway's connection.
    connection;
    /// What that page is for.
    connection_lead;
    /// A fact: the address at work.
    address_in_use;
    /// That this process has not sent anything yet.
    address_not_in_use;
    /// Leads to the form.
    address_asks;
    /// Its title.
    address_title;
    /// The title where the deployment decides the address.
    address_fixed_title;
    /// What will happen.
    address_what;
    /// What the address of the gateway is called.
    address_card;
    /// The field of the new one.
    address_label;
    /// What it takes.
    address_hint;
    /// Its button.
    address_submit;
    /// What has to be ticked before messages go by another gateway.
    address_tick;
    /// Puts the default in the place of an address that cannot be used.
    address_mend;
    /// The key.
    gateway_key;
    /// Where the key comes from.
    key_from;
    /// That the program does not say it.
    key_not_said;
    /// How it is changed.
    key_rotate;
    /// What to do with a key in a file.
    key_rotate_file;
    /// What to do with a key that a restart alone changes.
    key_rotate_restart;
    /// What to do with a key of the host's own keeper.
    key_rotate_elsewhere;
    /// The key was given when the program started.
    key_of_program;
    /// The key comes from elsewhere.
    key_of_keeper;
    /// Asks the gateway.
    test_connection;
    /// What asking does.
    test_connection_what;
    /// What came of it.
    connection_ready;
    /// What came of it.
    connection_refused;
    /// That this process does not send.
    connection_none;
}

/// What is said of settings with their names, values and numbers.
pub trait SettingSentences {
    /// What a setting is for: by its key, or else in the words of its definition.
    fn setting_meaning(&self, key: &str, description: &str) -> String;
    /// A choice of a setting, by its word.
    fn setting_choice(&self, word: &str) -> String;
    /// What it is where nobody changed it.
    fn setting_default(&self, value: &str) -> String;
    /// What may stand there.
    fn setting_range(&self, expected: &str) -> String;
    /// Who changed it last, and when.
    fn setting_by(&self, who: &str, at: &str) -> String;
    /// Puts the default back.
    fn setting_put_back(&self, value: &str) -> String;
    /// How many values stand in a setting that a viewer may not see.
    fn setting_of_so_many(&self, values: usize) -> String;
    /// So many settings cannot be saved, and so nothing is.
    fn settings_wrong(&self, settings: usize) -> String;
    /// A number with what it counts, such as `30 minutes`.
    fn so_many(&self, number: &str, unit: &str) -> String;
    /// A setting and its two values.
    fn setting_change(&self, name: &str, before: &str, after: &str) -> String;
    /// What somebody else put there meanwhile, beside what was typed.
    fn setting_theirs(&self, name: &str, theirs: &str, yours: &str) -> String;
    /// What happens to the messages that wait when all of them are switched off.
    fn settings_all_off(&self, waiting: Count) -> String;
    /// The same of one type.
    fn settings_type_off(&self, name: &str, waiting: Count) -> String;
    /// What happens when a type is switched on.
    fn settings_type_on(&self, name: &str) -> String;
    /// What happens when messages begin to be tried out, with how many numbers.
    fn trial_begins(&self, numbers: usize) -> String;
    /// What happens to the messages that wait when the trial ends.
    fn trial_ends(&self, waiting: Count) -> String;
    /// That messages are tried out, with how many numbers.
    fn trial_is_on(&self, numbers: usize) -> String;
    /// That the hours lie in the night.
    fn hours_at_night(&self, from: &str, until: &str) -> String;
    /// What another time zone does.
    fn settings_zone(&self, before: &str, after: &str) -> String;

    /// Where the key is read from.
    fn key_of_file(&self, path: &str) -> String;
    /// Where the key is read from.
    fn key_of_environment(&self, variable: &str) -> String;
    /// The gateway gave no answer that could be used.
    fn connection_failed(&self, detail: &str) -> String;
    /// The key is another one than was shown before.
    fn key_is_new(&self, before: &str, after: &str) -> String;
    /// It is the same.
    fn key_is_same(&self, masked: &str) -> String;
}
