//! English texts of the page on which a message to one customer is written.

use super::English;
use super::numbers::things;
use crate::words::{Numbers as _, SendTexts};

/// Implements methods, with one text on each line.
macro_rules! always {
    ($($name:ident => $text:literal;)+) => {
        $(fn $name(&self) -> &'static str { $text })+
    };
}

/// Writes the kinds of files, such as `It may have a PDF or a JPG, of up to 10 MB.`
fn english_kinds(kinds: &[&str], needed: bool) -> String {
    let kinds: Vec<_> = kinds.iter().map(|kind| format!("a {kind}")).collect();
    let kinds = match kinds.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        _ => kinds.join(""),
    };
    let need = if needed { "This type of message needs" } else { "It may have" };
    format!("{need} {kinds}, of up to 10 MB.")
}

impl SendTexts for English {
    always! {
        send_message => "Send";
        send_lead => "One message to one customer. It goes out once, however often the button is pressed.";
        key_send => "Go to sending a message";
        write_to_customer => "Send a message";
        send_to => "To";
        send_to_hint => "Name, number or customer id.";
        find_customer => "Find";
        customers_found => "Customers who were found";
        text_of_message => "Text";
        write_own_text => "My own text";
        send_file => "File";
        upload_file => "A file from this device";
        link_to_file => "Or a link to a file";
        drop_file => "Leave the file out";
        send_when => "When";
        send_now => "Now";
        send_later => "Later";
        date_and_time => "Date and time";
        send_to_me => "Send it to me first";
        my_number => "My WhatsApp number";
        send_to_me_what => "The same message, with the customer's name, goes to this number at once. The customer gets nothing.";
        send_to_me_submit => "Send it to me";
        send_it => "Send it to the customer";
        send_submit => "Send";
        see_the_top => "See the top of the page.";
        open_template => "Open the template";
        customer_missing => "Choose a customer.";
        text_missing => "Write a text.";
        hours_first => "It would go out outside the hours in which customers are written to. Tick that it may, or choose another time.";
        file_is_a_page => "The file is a web page, not a PDF, JPG or PNG.";
        one_file_only => "There is a file already: leave that one out, or empty the link.";
            look_first => "Nothing is sent yet. This is how it will look: press \"Send\" if it is right.";
        sent_meanwhile_what => "Yours is not sent. Look whether the customer still needs it, and press \"Send\" to send it as well.";
        tried_what => "The customer got nothing. Look at your telephone, and send it if it is right.";
        own_number_missing => "Type the number that it is to go to.";
        no_file_goes => "No file goes with messages of this type.";
        no_file_can_go => "They need a file, and this program sends none: choose another type. It is for whoever runs it to set that up.";
        no_files_here => "This program sends no files. It is for whoever runs it to set that up.";
        links_only => "Files cannot be kept here: give a link to one.";
        time_comes_twice => "On that night the clocks are set back, so that this time comes twice. Which one is meant?";
        the_first => "The first one";
        the_second => "The second one";
        samples_stand_here => "Samples stand where values are still missing.";
        nothing_to_show => "There is nothing to show yet.";
        link_is_read_later => "The link is read when you press \"Check\" or \"Send\".";
    }

    fn text_in_use(&self, name: &str) -> String {
        format!("The text in use: {name}")
    }

    fn file_lost(&self) -> &'static str {
        "The file was not kept. Choose it once more."
    }

    fn muted_first(&self, mute: &str) -> String {
        format!("{mute} Let them go out again on the customer's page first.")
    }

    fn time_has_passed(&self, at: &str) -> String {
        format!("{at} has passed. Choose a later time, or send it now.")
    }

    fn value_missing(&self, about: &str) -> String {
        format!("{about}: this is still missing.")
    }

    fn no_date(&self, about: &str, sample: &str) -> String {
        format!("{about}: a date is expected, such as {sample}.")
    }

    fn no_whole_number(&self, about: &str, sample: &str) -> String {
        format!("{about}: a whole number is expected, such as {sample}.")
    }

    fn no_link(&self, about: &str, sample: &str) -> String {
        format!("{about}: an address is expected, such as {sample}.")
    }

    fn no_amount(&self, about: &str, sample: &str) -> String {
        format!("{about}: an amount is expected, such as {sample}.")
    }

    fn type_is_off(&self, label: &str) -> String {
        format!("{label} (switched off in the settings)")
    }

    fn odd_commas(&self, about: &str, typed: &str, meant: &[String]) -> String {
        format!("{about}: the commas in {typed} fit no number. Is it {}?", meant.join(" or "))
    }

    fn too_many_hits(&self, most: u64) -> String {
        format!("More than {} customers fit. Type more of the name.", self.number(most))
    }

    fn no_hit(&self, text: &str) -> String {
        format!("No customer fits “{text}”.")
    }

    fn sent_meanwhile(&self, who: &str, at: &str) -> String {
        format!("{who} sent this customer a message while you wrote: {at}")
            .trim_end_matches([':', ' '])
            .to_owned()
    }

    fn tried(&self, number: &str) -> String {
        format!("It is on its way to {number}.")
    }

    fn not_sent(&self, number: u64) -> String {
        format!("Nothing is sent yet: {} to put right.", things(number, "thing", "things"))
    }

    fn ready_to_send(&self, name: &str, number: &str) -> String {
        format!("Ready to be sent to {name}, {number}.")
    }

    fn still_missing(&self, number: u64) -> String {
        format!("{} still to be done:", things(number, "thing is", "things are"))
    }

    fn such_as_this(&self, sample: &str) -> String {
        format!("Such as {}", sample.replace('\n', "; "))
    }

    fn file_kinds(&self, kinds: &[&str], needed: bool) -> String {
        english_kinds(kinds, needed)
    }

    fn file_is_good(&self, kind: &str, size: &str) -> String {
        format!("{kind}, {size}: it can be sent.")
    }

    fn goes_out_at(&self, at: &str) -> String {
        format!("It goes out on {at}.")
    }

    fn time_is_skipped(&self, at: &str) -> String {
        format!("On that night the clocks are set forward over this time. It goes out on {at}.")
    }

    fn one_of_two(&self, which: &str, offset: &str) -> String {
        format!("{which} (UTC{offset})")
    }

    fn done_sent(&self, what: &str) -> String {
        format!("Sent once: {what}.")
    }

    fn done_waits(&self, what: &str) -> String {
        format!("It waits, and goes out once: {what}.")
    }

    fn done_on_its_way(&self, what: &str) -> String {
        format!("On its way, once: {what}.")
    }

    fn done_not_gone(&self, what: &str) -> String {
        format!("It did not go: {what}. Why stands below.")
    }

    fn done_sent_before(&self, what: &str) -> String {
        format!("This was sent before, and only once: {what}.")
    }
}
