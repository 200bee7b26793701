//! English texts about templates.

use super::English;
use super::numbers::things;
use crate::words::{Numbers as _, TemplateTexts};

/// Implements methods, with one text on each line.
macro_rules! always {
    ($($name:ident => $text:literal;)+) => {
        $(fn $name(&self) -> &'static str { $text })+
    };
}

impl TemplateTexts for English {
    always! {
        templates => "Templates";
        templates_lead => "The texts that messages are made with. Of several that are switched on, the one that changed last is used.";
        key_templates => "Go to the templates";
        new_template => "New template";
        write_own => "Write your own";
        template_used => "Used";
        template_on => "Switched on";
        template_off => "Off";
        template_broken => "Cannot be used";
        template_on_what => "It can be chosen for a single message; all others are made with the one that is used.";
        template_off_what => "No message is made with it.";
        built_in_always => "Messages are made with it, as nobody has switched on another text.";
        duplicate => "Duplicate";
        switch_on_asks => "Use…";
        switch_off_asks => "Switch off…";
        strange_type_what => "The program that runs here does not have this type of message, so that nothing is made with these texts.";
        template_name => "Name";
        template_text => "Text";
        template_text_hint => "*bold*, _italic_ and ~struck out~. Values stand in braces, such as {customerName}.";
        template_note => "Note for the list of versions, if you like";
        values => "Values";
        values_pressed => "Press one to put it where you write.";
        values_typed => "Type a value exactly as it stands here.";
        use_it => "Make messages with this text from now on";
        save_template => "Save";
        check => "Check";
        findings => "Findings";
        to_mend => "To be mended before it can be saved";
        worth_a_look => "Worth a look";
        mend_away => "Take it away";
        spoken_value => "value:";
        values_of => "With the values of";
        sample_values => "Samples";
        that_message => "That message";
        template_clash_what => "Nothing is saved yet, and your text is in the form. Save it over theirs, or leave it and go on from theirs.";
        their_text => "What stands there now, and what your text would change";
        take_theirs => "Leave mine, go on from theirs";
        reach_again => "Reminders that wait are made anew right before they go out: with the template that they were made from, as it is then. Whatever else waits goes out as it was made.";
        reach_fixed => "Messages that wait already go out as they were made. Only reminders are made anew.";
        versions => "Versions";
        versions_lead => "Every change is kept. Crossed out is what was taken out, underlined is what was added.";
        version_now => "Now";
        same_text => "The text stayed as it was.";
        switched_on => "It was switched on.";
        switched_off_then => "It was switched off.";
        restore_asks => "Restore…";
        restore_used => "Messages are made with it from then on.";
        restore_submit => "Restore";
        switch_on_submit => "Use it";
        switch_off_submit => "Switch it off";
        done_template_saved => "The template is saved.";
        done_template_on => "The template is in use from now on.";
        done_template_off => "The template is switched off.";
        done_template_restored => "The earlier version is back, as a new one.";
        done_template_changed => "Somebody changed the template meanwhile, so nothing was done. This is how it stands now.";
        no_template_title => "There is no such template";
        no_template_text => "It was deleted, or the address is mistyped.";
    }

    fn template_broken_what(&self, why: &str) -> String {
        let what = "Messages of this type are not made until it is mended or switched off.";
        format!("{what} {why}").trim_end().to_owned()
    }

    fn used_since(&self, at: &str) -> String {
        format!("Messages are made with it since {at}.")
    }

    fn built_in_since(&self, at: &str) -> String {
        format!("Messages are made with it since {at}, when the last other text was switched off.")
    }

    fn version_changed(&self, version: u32, at: &str) -> String {
        format!("Version {version}, {at}")
    }

    fn copy_of(&self, name: &str) -> String {
        format!("Copy of {name}")
    }

    fn strange_type(&self, name: &str) -> String {
        format!("{name}: not known here")
    }

    fn unreadable_templates(&self, number: u64) -> String {
        let what = things(number, "template cannot", "templates cannot");
        format!(
            "{what} be read, because another program wrote what this one does not understand. Whoever runs \
             this program finds more in its log."
        )
    }

    fn edit_template(&self, name: &str) -> String {
        format!("Edit: {name}")
    }

    fn such_as(&self, about: &str, sample: &str) -> String {
        format!("{about}, such as {}", sample.replace('\n', "; "))
    }

    fn use_it_what(&self, kind: &str) -> String {
        format!("With this tick, messages of the type {kind} have this text once it is saved.")
    }

    fn findings_sum(&self, problems: u64, hints: u64) -> String {
        match (problems, hints) {
            (0, 0) => "Nothing to mend in the text.".to_owned(),
            (0, hints) => {
                format!(
                    "Nothing to mend in the text, {} worth a look.",
                    things(hints, "thing", "things")
                )
            }
            (problems, 0) => format!("{} to mend.", things(problems, "thing", "things")),
            (problems, hints) => format!(
                "{} to mend, {} worth a look.",
                things(problems, "thing", "things"),
                self.number(hints)
            ),
        }
    }

    fn at_place(&self, line: u32, column: u32, what: &str) -> String {
        format!("Line {line}, column {column}: {what}")
    }

    fn more_findings(&self, number: u64) -> String {
        format!("And {} more.", self.number(number))
    }

    fn mend_with(&self, text: &str) -> String {
        format!("Write {text}")
    }

    fn length(&self, units: u64, filled: u64, most: u64, caption: Option<u64>) -> String {
        let (units, filled, most) = (self.number(units), self.number(filled), self.number(most));
        let under = caption.map(|most| format!("; {} fit under a file", self.number(most)));
        let under = under.unwrap_or_default();
        format!("{units} characters, {filled} with these values, of {most}{under}.")
    }

    fn length_of_template(&self, length: &str) -> String {
        format!("Of the template's text: {length}")
    }

    fn sample_file(&self, kind: &str) -> String {
        format!("sample.{kind}")
    }

    fn values_of_message(&self, at: &str) -> String {
        format!("These are the values of the newest such message, made {at}.")
    }

    fn samples_stand(&self, names: &str) -> String {
        format!("That message has no value for {names}: a sample stands there.")
    }

    fn text_for_zero(&self, name: &str) -> String {
        format!(
            "Where {{{name}}} is 0, the built-in text for that is sent instead: \"0 days overdue\" would be false."
        )
    }

    fn not_saved(&self, problems: u64) -> String {
        let verb = if problems == 1 { "has" } else { "have" };
        format!(
            "It is not saved: {} {verb} to be mended first.",
            things(problems, "thing", "things")
        )
    }

    fn template_clash(&self, who: &str, at: &str) -> String {
        format!("{who} changed this template while you wrote ({at})")
    }

    fn versions_of(&self, name: &str) -> String {
        format!("Versions of {name}")
    }

    fn version(&self, version: u32) -> String {
        format!("Version {version}")
    }

    fn version_by(&self, who: &str, at: &str) -> String {
        format!("{who}, {at}")
    }

    fn noted(&self, note: &str) -> String {
        format!("Note: {note}")
    }

    fn renamed(&self, before: &str, after: &str) -> String {
        format!("The name was {before} and is {after}.")
    }

    fn retyped(&self, before: &str, after: &str) -> String {
        format!("It was for {before} and is for {after}.")
    }

    fn restore_title(&self, version: u32) -> String {
        format!("Restore version {version}?")
    }

    fn restore_what(&self, version: u32) -> String {
        format!(
            "Name, type and text of version {version} become the newest version. What stands there now stays \
             among the versions."
        )
    }

    fn switch_on_title(&self, name: &str) -> String {
        format!("Use {name}?")
    }

    fn switch_on_what(&self, kind: &str, instead: &str) -> String {
        format!(
            "Messages of the type {kind} are made with this text from then on, instead of {instead}."
        )
    }

    fn switch_off_title(&self, name: &str) -> String {
        format!("Switch {name} off?")
    }

    fn switch_off_what(&self, kind: &str, then: &str) -> String {
        format!("Messages of the type {kind} are then made with {then}.")
    }

    fn switch_off_nothing(&self, kind: &str) -> String {
        format!(
            "Messages of the type {kind} are already made with another text, and that stays so."
        )
    }

    fn switch_off_changes_nothing(&self, kind: &str, used: &str) -> String {
        format!(
            "It changes nothing: messages of the type {kind} wait until “{used}” is mended or switched off."
        )
    }
}
