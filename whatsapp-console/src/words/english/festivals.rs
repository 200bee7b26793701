//! English texts about festival messages.

use whatsapp_core::campaign::RecipientState;

use super::English;
use super::numbers::things;
use crate::words::{FestivalTexts, Numbers as _};

/// Implements methods, with one text on each line.
macro_rules! always {
    ($($name:ident => $text:literal;)+) => {
        $(fn $name(&self) -> &'static str { $text })+
    };
}

impl FestivalTexts for English {
    always! {
        festivals => "Festivals";
        festivals_lead => "Greetings and announcements to many customers on one day. Nothing goes out until a person has armed it.";
        key_festivals => "Go to the festivals";
        festivals_ahead => "Coming";
        festivals_over => "Over or cancelled";
        no_festival => "No festival message yet";
        no_festival_yet => "Here you will see each with its day, whom it greets and what it still needs. Take a suggestion, or make one of your own.";
        new_festival => "New festival message";
        import_dates => "Import dates";
        suggestions => "Suggestions";
        suggestions_what => "The festivals of the next twelve months";
        festival_place => "Festivals of";
        nothing_suggested => "No festival of the next twelve months is known for this place. Import dates from a list.";
        make_entry => "Plan a greeting";
        entry_is_there => "In the list";
        date_is_estimated => "Estimated: it depends on the moon, and must be confirmed in the last three days.";
        to_everybody => "All customers";
        draft_is_over => "Its day is over, and nothing was sent. Copy it to the next year, or cancel it.";
        draft_needs => "Nothing is sent until somebody checks and arms it.";
        festival_paused => "It is paused: nothing goes out until somebody lets it go on. What is left at the end of its day is not sent.";
        festival_over => "It is over.";
        festival_cancelled => "It was cancelled.";
        date_is_confirmed => "Its date is confirmed.";
        date_to_confirm_now => "Confirm its date now: it depends on the moon, and nothing is sent before.";
        arm_asks => "Check and arm…";
        confirm_asks => "Confirm the date…";
        festival_pause_asks => "Pause…";
        festival_resume_asks => "Let it go on…";
        festival_cancel_asks => "Cancel…";
        trial_asks => "Send it to me first…";
        copy_asks => "Copy to next year…";
        edit_festival => "Edit";
        festival_pause_what => "Nothing of it is begun any more. What waits goes back to its recipients, and nobody gets it twice when it goes on.";
        festival_pause_submit => "Pause it";
        festival_resume_what => "It goes on with those who have not got it yet, at its pace and in the hours. What is left at the end of its day is not sent.";
        festival_resume_submit => "Let it go on";
        festival_cancel_what => "It ends for good: whoever has not got it yet gets nothing. It cannot be taken back; a new one can be made from it.";
        festival_cancel_submit => "Cancel it";
        festival_audience => "Customers";
        to_these => "Only these customers";
        festival_customers => "These customers";
        festival_customers_hint => "One a line: a name, a number, or the customer's id. Only these get it where \"Only these customers\" is chosen.";
        arm_left_out => "Left out";
        arm_estimated => "The date depends on the moon: it must still be confirmed in the last three days, or nothing is sent.";
        arm_trial => "Messages are tried out just now: only the numbers of the trial get it, and the others wait for the end of the trial.";
        arm_frozen => "Text and recipients are fixed from then on. You can pause or cancel it at any time.";
        arm_not_what => "Mend that, and check it again.";
        arm_changed => "Something has changed since this was shown. These are the figures of now: look at them again.";
        confirm_what => "The day depends on when the moon is seen. Confirm the date, or write the one that was announced.";
        confirm_submit => "Confirm this date";
        confirm_nothing => "This date does not depend on the moon: there is nothing to confirm.";
        copy_what => "A new draft with the same text and the same customers. Nothing is sent for it until somebody arms it.";
        copy_submit => "Copy it";
        trial_what => "The message goes out at once, whatever the hour, to one number alone. No recipient is touched by it.";
        trial_number => "Your WhatsApp number";
        trial_hint => "With the country's code, such as +91 98765 43210.";
        trial_submit => "Send it";
        kind_greeting => "Festival greeting";
        kind_announcement => "Announcement";
        nothing_sent_yet => "Saving sends nothing. A festival message goes out only after somebody has checked and armed it.";
        festival_name => "Name";
        festival_name_hint => "Greetings say it where the text has {festivalName}.";
        festival_date => "Date";
        festival_time => "First message at";
        name_is_missing => "Write a name, such as Diwali.";
        date_is_missing => "Choose a date.";
        time_is_missing => "Choose a time.";
        date_depends_on_the_moon => "The date depends on the moon, and must be confirmed in the last three days";
        festival_text_hint => "Leave it empty for the template's text. *bold*, _italic_ and ~struck out~; values in braces, such as {customerName}. For an announcement, write the news alone: the template stands around them.";
        fill_with_template => "Start from the template's text";
        festival_template => "Template";
        template_is_off => "A template that is switched off";
        name_is_sample => "The customer's name is a sample.";
        text_of_template => "This is the text of the template.";
        text_of_its_own => "A text of its own";
        template_of_the_day => "The template that is in use when it is armed";
        festival_clash_what => "Nothing is saved yet, and what you typed is in the form. Save it over theirs, or leave it and go on from theirs.";
        festival_facts => "About it";
        date_entered => "Date at first";
        date_confirmed_on => "Date confirmed on";
        its_messages => "Its messages in the log";
        all_recipients => "All recipients";
        no_recipients => "There is nobody.";
        import_lead => "Dates of your own: festivals of other places, anniversaries, openings. Nothing is sent for them until somebody arms a festival message.";
        import_field => "List of dates";
        import_hint => "Paste a table as your spreadsheet saves it (CSV), or a calendar (.ics). The first line names the columns: date and name; estimated, time and text may stand beside them. So the first line may be date,name and the next one 2026-11-08,Diwali.";
        import_look => "Look it over";
        import_make => "Make festival messages of the ticked ones";
        import_known => "It is in the list already.";
        import_over => "It is over.";
        done_festival_made => "The festival message is made. Nothing is sent for it until somebody arms it.";
        done_festival_known => "It is in the list already. This is it.";
        done_festival_saved => "The festival message is saved.";
        import_changed => "The list, or the day, is another one than when its lines were ticked. Look it over once more: nothing was made.";
        no_line_ticked => "Nothing was done: tick at least one line first.";
        done_festival_armed => "It is armed. It goes out by itself on its day.";
        done_festival_paused => "It is paused. Nothing of it goes out until somebody lets it go on.";
        done_festival_resumed => "It goes on.";
        done_festival_cancelled => "It is cancelled.";
        done_festival_confirmed => "The date is confirmed.";
        done_festival_tried => "The message goes out to that number now. It stands in the log like any other.";
        done_festival_changed => "It stands otherwise by now, so nothing was done. This is how it stands.";
        no_festival_title => "There is no such festival message";
        no_festival_text => "It is gone, or the address is mistyped.";
        festivals_now => "Festivals";
        all_festivals => "All festival messages";
    }

    fn festival_when(&self, day: &str, time: &str) -> String {
        format!("{day}, from {time}")
    }

    fn to_chosen_customers(&self, number: u64) -> String {
        match number {
            1 => "1 chosen customer".to_owned(),
            _ => format!("{} chosen customers", self.number(number)),
        }
    }

    fn festival_sent(&self, sent: u64, all: u64) -> String {
        format!("{} of {} got it.", self.number(sent), self.number(all))
    }

    fn festival_armed(&self, when: &str) -> String {
        format!("It goes out by itself on {when}.")
    }

    fn festival_armed_then(&self, when: &str) -> String {
        format!("Then it goes out by itself on {when}.")
    }

    fn date_to_confirm_from(&self, day: &str) -> String {
        format!("Its date depends on the moon, and must be confirmed from {day} on.")
    }

    fn festival_pause_title(&self, name: &str) -> String {
        format!("Pause {name}?")
    }

    fn festival_resume_title(&self, name: &str) -> String {
        format!("Let {name} go on?")
    }

    fn festival_cancel_title(&self, name: &str) -> String {
        format!("Cancel {name}?")
    }

    fn arm_title(&self, name: &str) -> String {
        format!("Arm {name}?")
    }

    fn arm_not_title(&self, name: &str) -> String {
        format!("{name} cannot be armed yet")
    }

    fn arm_what(&self, number: u64, day: &str, from: &str, until: &str) -> String {
        let who = things(number, "customer gets", "customers get");
        let span = match number {
            1 => format!("at {from}"),
            _ => format!("the first at {from}, the last at about {until}"),
        };
        format!("{who} this message on {day}: {span}.")
    }

    fn arm_left_over(&self, left: u64, all: u64) -> String {
        let who = things(left, "recipient is", "recipients are");
        format!(
            "Of {} recipients not all can go out in the hours of that day and at the pace of the settings: \
             {who} left out.",
            self.number(all)
        )
    }

    fn arm_others(&self, names: &str) -> String {
        format!("Armed for that day already: {names}. Whoever is in both gets two messages.")
    }

    fn arm_submit(&self, number: u64) -> String {
        format!("Arm it for {}", things(number, "customer", "customers"))
    }

    fn confirm_title(&self, name: &str) -> String {
        format!("On which day is {name}?")
    }

    fn confirm_hint(&self, day: &str) -> String {
        format!("At most two days from {day}, which was entered.")
    }

    fn copy_title(&self, name: &str) -> String {
        format!("Copy {name} to the next year?")
    }

    fn trial_title(&self, name: &str) -> String {
        format!("Send {name} to yourself first?")
    }

    fn would_begin(&self, at: &str) -> String {
        format!("It would begin on {at}.")
    }

    fn festival_is_on(&self, name: &str, place: &str, days: &str) -> String {
        format!("{name} is on {days} in {place}.")
    }

    fn template_in_use(&self, name: &str) -> String {
        format!("The one in use: {name}")
    }

    fn text_of_version(&self, name: &str, version: u32) -> String {
        format!("{name}, version {version}")
    }

    fn customer_unknown(&self, line: u64) -> String {
        format!(
            "Line {line}: nobody is found by this. Write the customer's id, or the whole number."
        )
    }

    fn customer_unclear(&self, line: u64) -> String {
        format!(
            "Line {line}: several customers are found by this. Write the customer's id, or the whole number."
        )
    }

    fn festival_clash(&self, who: &str, at: &str) -> String {
        format!("{who} changed this festival message while you wrote ({at})")
    }

    fn recipients_stand(&self, state: RecipientState) -> &'static str {
        match state {
            RecipientState::Waiting => "waiting",
            RecipientState::Queued => "on the way",
            RecipientState::Sent => "sent",
            RecipientState::Failed => "failed",
            RecipientState::LeftOut => "left out",
        }
    }

    fn its_slot(&self, at: &str) -> String {
        format!("At about {at}.")
    }

    fn import_line(&self, line: u64) -> String {
        format!("Line {line}")
    }

    fn import_sum(&self, rows: u64, fits: u64, left: u64, problems: u64) -> String {
        let rows = things(rows, "line was read", "lines were read");
        let fits = things(fits, "festival message can be made", "festival messages can be made");
        let left = (left > 0).then(|| things(left, "date is left out", "dates are left out"));
        let wrong = (problems > 0).then(|| things(problems, "line is wrong", "lines are wrong"));
        let all = [Some(rows), Some(fits), left, wrong];
        format!("{}.", all.into_iter().flatten().collect::<Vec<_>>().join(", "))
    }

    fn import_too_many(&self, most: u64) -> String {
        format!(
            "At most {} are made at once. Untick some, and import them afterwards.",
            self.number(most)
        )
    }

    fn done_festivals_imported(&self, made: u64, known: u64) -> String {
        let made = match made {
            0 => "No festival message is made.".to_owned(),
            1 => "1 festival message is made. Nothing is sent for it until somebody arms it."
                .to_owned(),
            _ => {
                let made = things(made, "festival message is", "festival messages are");
                format!("{made} made. Nothing is sent for them until somebody arms them.")
            }
        };
        match known {
            0 => made,
            _ => format!("{made} {} in the list already.", things(known, "was", "were")),
        }
    }

    fn import_broke_off(&self, why: &str, made: u64) -> String {
        let made = things(made, "festival message is", "festival messages are");
        format!(
            "{why} {made} made so far. Send the list once more: what is made is not made twice."
        )
    }
}
