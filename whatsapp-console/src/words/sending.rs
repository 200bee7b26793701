//! The texts of the page on which a message to one customer is written.

/// The texts of that page.
pub trait SendTexts {
    /// The page on which a message to one customer is written, and its entry in the navigation.
    fn send_message(&self) -> &str;
    /// What that page does.
    fn send_lead(&self) -> &str;
    /// What `g n` does.
    fn key_send(&self) -> &str;
    /// Leads from a customer's page to that page.
    fn write_to_customer(&self) -> &str;
    /// The field in which a customer is looked for.
    fn send_to(&self) -> &str;
    /// What may be typed there.
    fn send_to_hint(&self) -> &str;
    /// Looks for a customer.
    fn find_customer(&self) -> &str;
    /// Over the customers who were found.
    fn customers_found(&self) -> &str;
    /// The choice of a text.
    fn text_of_message(&self) -> &str;
    /// A text that somebody writes.
    fn write_own_text(&self) -> &str;
    /// Over the file of a message.
    fn send_file(&self) -> &str;
    /// The field for a file.
    fn upload_file(&self) -> &str;
    /// The field for a link to a file.
    fn link_to_file(&self) -> &str;
    /// Takes the file away.
    fn drop_file(&self) -> &str;
    /// Over the choice of a time.
    fn send_when(&self) -> &str;
    /// At once.
    fn send_now(&self) -> &str;
    /// At a time that is chosen.
    fn send_later(&self) -> &str;
    /// The field for that time.
    fn date_and_time(&self) -> &str;
    /// Over the trial.
    fn send_to_me(&self) -> &str;
    /// The field for the number of whoever writes.
    fn my_number(&self) -> &str;
    /// What a trial is.
    fn send_to_me_what(&self) -> &str;
    /// Sends the trial.
    fn send_to_me_submit(&self) -> &str;
    /// Over the button that sends.
    fn send_it(&self) -> &str;
    /// Sends the message.
    fn send_submit(&self) -> &str;
    /// Leads to the list of what keeps a message back.
    fn see_the_top(&self) -> &str;
    /// Leads to a template that cannot be used.
    fn open_template(&self) -> &str;
    /// No customer is chosen.
    fn customer_missing(&self) -> &str;
    /// No text is written.
    fn text_missing(&self) -> &str;
    /// The question about the hours is not answered.
    fn hours_first(&self) -> &str;
    /// A web page was chosen in the place of a file.
    fn file_is_a_page(&self) -> &str;
    /// Two files were given.
    fn one_file_only(&self) -> &str;
    /// The form had not shown yet how the message looks.
    fn look_first(&self) -> &str;
    /// What may be done about another message.
    fn sent_meanwhile_what(&self) -> &str;
    /// What a trial means for the customer.
    fn tried_what(&self) -> &str;
    /// No number for the trial.
    fn own_number_missing(&self) -> &str;
    /// No file goes with messages of this type.
    fn no_file_goes(&self) -> &str;
    /// This program sends no files, and messages of this type need one.
    fn no_file_can_go(&self) -> &str;
    /// This program sends no files.
    fn no_files_here(&self) -> &str;
    /// Files cannot be uploaded.
    fn links_only(&self) -> &str;
    /// The clocks are set back over the time.
    fn time_comes_twice(&self) -> &str;
    /// The first of two instants.
    fn the_first(&self) -> &str;
    /// The second of two instants.
    fn the_second(&self) -> &str;
    /// Samples stand in the preview.
    fn samples_stand_here(&self) -> &str;
    /// There is no preview.
    fn nothing_to_show(&self) -> &str;
    /// A link was not read yet.
    fn link_is_read_later(&self) -> &str;
    /// The text that messages of the type are made with.
    fn text_in_use(&self, name: &str) -> String;
    /// A file that was not kept with the form.
    fn file_lost(&self) -> &str;
    /// A mute keeps the message back.
    fn muted_first(&self, mute: &str) -> String;
    /// A time that has passed.
    fn time_has_passed(&self, at: &str) -> String;
    /// A type of which nothing is sent.
    fn type_is_off(&self, label: &str) -> String;
    /// A value that is missing.
    fn value_missing(&self, about: &str) -> String;
    /// A value that is no date.
    fn no_date(&self, about: &str, sample: &str) -> String;
    /// A value that is no whole number.
    fn no_whole_number(&self, about: &str, sample: &str) -> String;
    /// A value that is no address.
    fn no_link(&self, about: &str, sample: &str) -> String;
    /// A value that is no amount.
    fn no_amount(&self, about: &str, sample: &str) -> String;
    /// An amount whose commas fit no number, and what may be meant.
    fn odd_commas(&self, about: &str, typed: &str, meant: &[String]) -> String;
    /// More customers fit than are shown.
    fn too_many_hits(&self, most: u64) -> String;
    /// No customer fits.
    fn no_hit(&self, text: &str) -> String;
    /// Somebody sent the customer a message since the form was shown.
    fn sent_meanwhile(&self, who: &str, at: &str) -> String;
    /// A trial went out.
    fn tried(&self, number: &str) -> String;
    /// Over what keeps a message from being sent.
    fn not_sent(&self, number: u64) -> String;
    /// Nothing is missing.
    fn ready_to_send(&self, name: &str, number: &str) -> String;
    /// Something is missing.
    fn still_missing(&self, number: u64) -> String;
    /// A sample of a value.
    fn such_as_this(&self, sample: &str) -> String;
    /// Which files may go with a message.
    fn file_kinds(&self, kinds: &[&str], needed: bool) -> String;
    /// A file that was checked.
    fn file_is_good(&self, kind: &str, size: &str) -> String;
    /// When a message goes out.
    fn goes_out_at(&self, at: &str) -> String;
    /// The clocks are set forward over the time.
    fn time_is_skipped(&self, at: &str) -> String;
    /// One of two instants.
    fn one_of_two(&self, which: &str, offset: &str) -> String;
    /// A message waits for its time, or for something else.
    fn done_waits(&self, what: &str) -> String;
    /// A message is under way.
    fn done_on_its_way(&self, what: &str) -> String;
    /// A message did not go.
    fn done_not_gone(&self, what: &str) -> String;
    /// A message was sent.
    fn done_sent(&self, what: &str) -> String;
    /// A form was sent twice.
    fn done_sent_before(&self, what: &str) -> String;
}
