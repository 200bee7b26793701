//! The texts of the page on which a message to one customer is written.

/// The texts of the page on which a message to one customer is written.
pub trait SendTexts {
    /// Title of the page for a message to one customer, and its label in the navigation.
    fn send_message(&self) -> &str;
    /// Text above the form: the purpose of the page.
    fn send_lead(&self) -> &str;
    /// Description of the keys `g n`.
    fn key_send(&self) -> &str;
    /// Label of the link from a customer's page to the page for a message.
    fn write_to_customer(&self) -> &str;
    /// Label of the field in which a customer is searched.
    fn send_to(&self) -> &str;
    /// Hint for the field of the customer: the values it takes.
    fn send_to_hint(&self) -> &str;
    /// Label of the button that searches for a customer.
    fn find_customer(&self) -> &str;
    /// Legend of the customers who were found.
    fn customers_found(&self) -> &str;
    /// Label of the choice of a text.
    fn text_of_message(&self) -> &str;
    /// Choice of a text that is written here, and label of its field.
    fn write_own_text(&self) -> &str;
    /// Legend of the part with the message's file.
    fn send_file(&self) -> &str;
    /// Label of the field for a file.
    fn upload_file(&self) -> &str;
    /// Label of the field for a link to a file.
    fn link_to_file(&self) -> &str;
    /// Label of the button that removes the file.
    fn drop_file(&self) -> &str;
    /// Legend of the choice of a time.
    fn send_when(&self) -> &str;
    /// Choice to send at once.
    fn send_now(&self) -> &str;
    /// Choice to send at a later time.
    fn send_later(&self) -> &str;
    /// Label of the field for the later time.
    fn date_and_time(&self) -> &str;
    /// Heading of the trial.
    fn send_to_me(&self) -> &str;
    /// Label of the field for the writer's own number.
    fn my_number(&self) -> &str;
    /// Sentences on the effect of a trial.
    fn send_to_me_what(&self) -> &str;
    /// Label of the button that sends the trial.
    fn send_to_me_submit(&self) -> &str;
    /// Heading above the button that sends.
    fn send_it(&self) -> &str;
    /// Label of the button that sends.
    fn send_submit(&self) -> &str;
    /// Label of the link to the problems at the top of the page.
    fn see_the_top(&self) -> &str;
    /// Label of the link to a template that cannot be used.
    fn open_template(&self) -> &str;
    /// Sentence for a form without a chosen customer.
    fn customer_missing(&self) -> &str;
    /// Sentence for a form without a text.
    fn text_missing(&self) -> &str;
    /// Sentences for a time outside the hours that was not ticked as allowed.
    fn hours_first(&self) -> &str;
    /// Sentence for a web page that was chosen in the place of a file.
    fn file_is_a_page(&self) -> &str;
    /// Sentence for two files in one form.
    fn one_file_only(&self) -> &str;
    /// Sentences for a form that was sent before it had shown a preview.
    fn look_first(&self) -> &str;
    /// Advice after somebody else sent the customer a message.
    fn sent_meanwhile_what(&self) -> &str;
    /// Sentences on what a trial means for the customer.
    fn tried_what(&self) -> &str;
    /// Sentence for a trial without a number.
    fn own_number_missing(&self) -> &str;
    /// Sentence for a type of message that has no file.
    fn no_file_goes(&self) -> &str;
    /// Sentences for a type of message that needs a file, in a program that sends none.
    fn no_file_can_go(&self) -> &str;
    /// Sentences for a program that sends no files.
    fn no_files_here(&self) -> &str;
    /// Sentence for a program that takes links and no uploads.
    fn links_only(&self) -> &str;
    /// Sentences for a time that comes twice because the clocks are set back.
    fn time_comes_twice(&self) -> &str;
    /// Name of the first of two instants.
    fn the_first(&self) -> &str;
    /// Name of the second of two instants.
    fn the_second(&self) -> &str;
    /// Note that the preview has samples in the place of missing values.
    fn samples_stand_here(&self) -> &str;
    /// Note that there is no preview.
    fn nothing_to_show(&self) -> &str;
    /// Note that a link was not read yet.
    fn link_is_read_later(&self) -> &str;
    /// Choice of the text that messages of the type are made with.
    fn text_in_use(&self, name: &str) -> String;
    /// Sentences for a file that was not kept with the form.
    fn file_lost(&self) -> &str;
    /// Sentences for a mute that keeps the message back.
    fn muted_first(&self, mute: &str) -> String;
    /// Sentences for a time that has passed.
    fn time_has_passed(&self, at: &str) -> String;
    /// Label of a type whose messages are switched off.
    fn type_is_off(&self, label: &str) -> String;
    /// Sentence for a missing value.
    fn value_missing(&self, about: &str) -> String;
    /// Sentence for a value that is no date.
    fn no_date(&self, about: &str, sample: &str) -> String;
    /// Sentence for a value that is no whole number.
    fn no_whole_number(&self, about: &str, sample: &str) -> String;
    /// Sentence for a value that is no web address.
    fn no_link(&self, about: &str, sample: &str) -> String;
    /// Sentence for a value that is no amount.
    fn no_amount(&self, about: &str, sample: &str) -> String;
    /// Sentences for an amount whose commas fit no number, with the possible meanings.
    fn odd_commas(&self, about: &str, typed: &str, meant: &[String]) -> String;
    /// Sentences for a search that more customers fit than are shown.
    fn too_many_hits(&self, most: u64) -> String;
    /// Sentence for a search that no customer fits.
    fn no_hit(&self, text: &str) -> String;
    /// Heading for a message that somebody sent the customer since the form was shown.
    fn sent_meanwhile(&self, who: &str, at: &str) -> String;
    /// Heading for a trial that was sent.
    fn tried(&self, number: &str) -> String;
    /// Heading with the number of problems that keep a message from being sent.
    fn not_sent(&self, number: u64) -> String;
    /// Sentence for a form that can be sent.
    fn ready_to_send(&self, name: &str, number: &str) -> String;
    /// Text before the list of what is missing, with its length.
    fn still_missing(&self, number: u64) -> String;
    /// Hint with a sample of a value.
    fn such_as_this(&self, sample: &str) -> String;
    /// Hint with the kinds of files that may go with a message.
    fn file_kinds(&self, kinds: &[&str], needed: bool) -> String;
    /// Note on a file that was checked.
    fn file_is_good(&self, kind: &str, size: &str) -> String;
    /// Sentence with the time at which a message goes out.
    fn goes_out_at(&self, at: &str) -> String;
    /// Sentences for a time that does not exist because the clocks are set forward.
    fn time_is_skipped(&self, at: &str) -> String;
    /// Choice of one of two instants, with its offset from UTC.
    fn one_of_two(&self, which: &str, offset: &str) -> String;
    /// Sentence for a message that waits for its time, or for something else.
    fn done_waits(&self, what: &str) -> String;
    /// Sentence for a message under way.
    fn done_on_its_way(&self, what: &str) -> String;
    /// Sentences for a message that failed or was cancelled.
    fn done_not_gone(&self, what: &str) -> String;
    /// Sentence for a message that was sent.
    fn done_sent(&self, what: &str) -> String;
    /// Sentence for a form that was sent twice.
    fn done_sent_before(&self, what: &str) -> String;
}
