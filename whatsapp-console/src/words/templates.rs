//! The texts about templates.

/// The texts about templates.
pub trait TemplateTexts {
    /// Title of the page of templates, and its label in the navigation.
    fn templates(&self) -> &str;
    /// Text above the templates: their purpose, and which of them is used.
    fn templates_lead(&self) -> &str;
    /// Description of the keys `g t`.
    fn key_templates(&self) -> &str;
    /// Label of the link to the page of a new template, and title of that page.
    fn new_template(&self) -> &str;
    /// Label of the link to a new template that begins with the built-in text.
    fn write_own(&self) -> &str;
    /// Label of a template that messages are made with.
    fn template_used(&self) -> &str;
    /// Label of a template that may be chosen while another one is used.
    fn template_on(&self) -> &str;
    /// Label of a template that is switched off.
    fn template_off(&self) -> &str;
    /// Label of a template that is in use and cannot be used.
    fn template_broken(&self) -> &str;
    /// Sentence on the meaning of a template that may be chosen.
    fn template_on_what(&self) -> &str;
    /// Sentence on the meaning of a template that is off.
    fn template_off_what(&self) -> &str;
    /// Sentences on the meaning of a template that cannot be used, with the reason (or nothing).
    fn template_broken_what(&self, why: &str) -> String;
    /// Sentence with the time since which messages are made with a text.
    fn used_since(&self, at: &str) -> String;
    /// Sentence with the time at which the last template was switched off. Messages are made with
    /// the built-in text since then.
    fn built_in_since(&self, at: &str) -> String;
    /// Sentence for the built-in text where no other is switched on.
    fn built_in_always(&self) -> &str;
    /// Number of a template's version, and the time of its change.
    fn version_changed(&self, version: u32, at: &str) -> String;
    /// Label of the link to a new template with the same text.
    fn duplicate(&self) -> &str;
    /// Initial name of a template's copy.
    fn copy_of(&self, name: &str) -> String;
    /// Label of the link to the confirmation page before a template is switched on.
    fn switch_on_asks(&self) -> &str;
    /// Label of the link to the confirmation page before a template is switched off.
    fn switch_off_asks(&self) -> &str;
    /// Heading for a type that this program does not know.
    fn strange_type(&self, name: &str) -> String;
    /// Sentence on the meaning of a type that is not known.
    fn strange_type_what(&self) -> &str;
    /// Sentences with the number of templates that cannot be read.
    fn unreadable_templates(&self, number: u64) -> String;

    /// Title of the page on which a template is changed.
    fn edit_template(&self, name: &str) -> String;
    /// Label of the field for the name.
    fn template_name(&self) -> &str;
    /// Label of the field for the text.
    fn template_text(&self) -> &str;
    /// Hint for the field of the text: its notation.
    fn template_text_hint(&self) -> &str;
    /// Label of the field for a note to later readers of the versions.
    fn template_note(&self) -> &str;
    /// Heading of the values that a text may have.
    fn values(&self) -> &str;
    /// Sentence on how values come into the text where they are buttons.
    fn values_pressed(&self) -> &str;
    /// Sentence on how values come into the text where they are not buttons.
    fn values_typed(&self) -> &str;
    /// Meaning of a value, with a sample.
    fn such_as(&self, about: &str, sample: &str) -> String;
    /// Label of the tick for making messages with the text from now on.
    fn use_it(&self) -> &str;
    /// Sentence on the effect of making messages of this type with the text.
    fn use_it_what(&self, kind: &str) -> String;
    /// Label of the button that saves.
    fn save_template(&self) -> &str;
    /// Label of the button that checks a text without saving it.
    fn check(&self) -> &str;
    /// Heading of the findings in a text.
    fn findings(&self) -> &str;
    /// Sentence with the numbers of problems and of hints.
    fn findings_sum(&self, problems: u64, hints: u64) -> String;
    /// Heading of the problems.
    fn to_mend(&self) -> &str;
    /// Heading of the hints.
    fn worth_a_look(&self) -> &str;
    /// Finding with its place.
    fn at_place(&self, line: u32, column: u32, what: &str) -> String;
    /// Sentence saying that there are more findings than are shown.
    fn more_findings(&self, number: u64) -> String;
    /// Label of the button that writes the right text.
    fn mend_with(&self, text: &str) -> String;
    /// Label of the button that removes the wrong text.
    fn mend_away(&self) -> &str;
    /// Sentence with the length of a text, its length with values, the limit, and the limit below a
    /// file if there is one.
    fn length(&self, units: u64, filled: u64, most: u64, caption: Option<u64>) -> String;
    /// Text before a value in the preview, for screen readers.
    fn spoken_value(&self) -> &str;
    /// Label of the choice of a customer whose values the preview has.
    fn values_of(&self) -> &str;
    /// Choice of samples as the preview's values.
    fn sample_values(&self) -> &str;
    /// Sentence with the length of the template's text, beside an empty field.
    fn length_of_template(&self, length: &str) -> String;
    /// Name of a file of this kind in the preview.
    fn sample_file(&self, kind: &str) -> String;
    /// Note with the time of the message whose values the preview has.
    fn values_of_message(&self, at: &str) -> String;
    /// Label of the link to a message.
    fn that_message(&self) -> &str;
    /// Note with the values that the message lacks and that have samples.
    fn samples_stand(&self, names: &str) -> String;
    /// Note on the text that is used instead where a value is 0.
    fn text_for_zero(&self, name: &str) -> String;
    /// Sentence for a text that was not saved, with the number of its problems.
    fn not_saved(&self, problems: u64) -> String;
    /// Heading with the person who changed the template meanwhile, and the time.
    fn template_clash(&self, who: &str, at: &str) -> String;
    /// Advice for a template that somebody else changed meanwhile.
    fn template_clash_what(&self) -> &str;
    /// Heading of the present text, with what the other text changes in it.
    fn their_text(&self) -> &str;
    /// Label of the link that drops one's own text and shows theirs.
    fn take_theirs(&self) -> &str;
    /// Sentences on waiting messages of a type whose messages are made anew.
    fn reach_again(&self) -> &str;
    /// Sentences on waiting messages of a type whose messages stay as they were made.
    fn reach_fixed(&self) -> &str;

    /// Title of the page of a template's versions, and label of the link to it.
    fn versions(&self) -> &str;
    /// Heading of the page of a template's versions.
    fn versions_of(&self, name: &str) -> String;
    /// Text above the versions: how changes are marked.
    fn versions_lead(&self) -> &str;
    /// Name of a version.
    fn version(&self, version: u32) -> String;
    /// Label of the present version.
    fn version_now(&self) -> &str;
    /// Line with the person who saved a version, and the time.
    fn version_by(&self, who: &str, at: &str) -> String;
    /// Note of the person who saved a version.
    fn noted(&self, note: &str) -> String;
    /// Sentence for a version that did not change the text.
    fn same_text(&self) -> &str;
    /// Sentence with a template's name before and after a version.
    fn renamed(&self, before: &str, after: &str) -> String;
    /// Sentence with a template's type before and after a version.
    fn retyped(&self, before: &str, after: &str) -> String;
    /// Sentence for a version that switched the template on.
    fn switched_on(&self) -> &str;
    /// Sentence for a version that switched the template off.
    fn switched_off_then(&self) -> &str;
    /// Label of the link to the confirmation page before an earlier version is restored.
    fn restore_asks(&self) -> &str;
    /// Heading of the confirmation page before a version is restored.
    fn restore_title(&self, version: u32) -> String;
    /// Sentences on the effect of restoring a version.
    fn restore_what(&self, version: u32) -> String;
    /// Sentence on restoring a version of a template that messages are made with.
    fn restore_used(&self) -> &str;
    /// Label of the button that restores a version.
    fn restore_submit(&self) -> &str;

    /// Heading of the confirmation page before a template is switched on.
    fn switch_on_title(&self, name: &str) -> String;
    /// Sentence on the effect for messages of this type, with the text that is replaced.
    fn switch_on_what(&self, kind: &str, instead: &str) -> String;
    /// Label of the button that switches a template on.
    fn switch_on_submit(&self) -> &str;
    /// Heading of the confirmation page before a template is switched off.
    fn switch_off_title(&self, name: &str) -> String;
    /// Sentence with the text that messages of this type are made with afterwards.
    fn switch_off_what(&self, kind: &str, then: &str) -> String;
    /// Sentence for a template whose switching off changes nothing for messages of this type.
    fn switch_off_nothing(&self, kind: &str) -> String;
    /// Sentence for a switch that changes nothing because the template in use cannot be used.
    fn switch_off_changes_nothing(&self, kind: &str, used: &str) -> String;
    /// Label of the button that switches a template off.
    fn switch_off_submit(&self) -> &str;

    /// Sentence after a template was saved.
    fn done_template_saved(&self) -> &str;
    /// Sentence after a template was switched on.
    fn done_template_on(&self) -> &str;
    /// Sentence after a template was switched off.
    fn done_template_off(&self) -> &str;
    /// Sentence after a version was restored.
    fn done_template_restored(&self) -> &str;
    /// Sentences for an act that was not done because somebody changed the template.
    fn done_template_changed(&self) -> &str;
    /// Heading of the page for a template that does not exist.
    fn no_template_title(&self) -> &str;
    /// Explanation for a template that does not exist.
    fn no_template_text(&self) -> &str;
}
