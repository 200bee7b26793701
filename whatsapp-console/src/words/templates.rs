//! The texts about templates.

/// The texts about templates.
pub trait TemplateTexts {
    /// The page of templates, in the navigation and over it.
    fn templates(&self) -> &str;
    /// What templates are, and which of them is used.
    fn templates_lead(&self) -> &str;
    /// What `g t` does.
    fn key_templates(&self) -> &str;
    /// Leads to the page of a new one.
    fn new_template(&self) -> &str;
    /// Leads to a new one that begins with the built-in text.
    fn write_own(&self) -> &str;
    /// Beside a template: messages are made with it.
    fn template_used(&self) -> &str;
    /// Beside a template: it may be chosen, and another one is used.
    fn template_on(&self) -> &str;
    /// Beside a template: it is switched off.
    fn template_off(&self) -> &str;
    /// Beside a template: it is in use and cannot be.
    fn template_broken(&self) -> &str;
    /// What it means that it may be chosen.
    fn template_on_what(&self) -> &str;
    /// What it means that it is off.
    fn template_off_what(&self) -> &str;
    /// What it means that it cannot be used, and why (or nothing).
    fn template_broken_what(&self, why: &str) -> String;
    /// Since when messages are made with a text.
    fn used_since(&self, at: &str) -> String;
    /// That messages are made with the built-in text since somebody switched the last template off.
    fn built_in_since(&self, at: &str) -> String;
    /// That messages are made with the built-in text, because there is no other.
    fn built_in_always(&self) -> &str;
    /// Which version a template has, and when it changed.
    fn version_changed(&self, version: u32, at: &str) -> String;
    /// Leads to a new template with the same text.
    fn duplicate(&self) -> &str;
    /// What that is called at first.
    fn copy_of(&self, name: &str) -> String;
    /// Leads to the question before a template is switched on.
    fn switch_on_asks(&self) -> &str;
    /// Leads to the question before it is switched off.
    fn switch_off_asks(&self) -> &str;
    /// A type that this program does not know.
    fn strange_type(&self, name: &str) -> String;
    /// What that means.
    fn strange_type_what(&self) -> &str;
    /// How many templates cannot be read.
    fn unreadable_templates(&self, number: u64) -> String;

    /// Over the page that changes a template.
    fn edit_template(&self, name: &str) -> String;
    /// The field for its name.
    fn template_name(&self) -> &str;
    /// The field for its text.
    fn template_text(&self) -> &str;
    /// How texts are written.
    fn template_text_hint(&self) -> &str;
    /// The field for what those who look at the versions later should know.
    fn template_note(&self) -> &str;
    /// The values that a text may have.
    fn values(&self) -> &str;
    /// How they come into the text, where they are buttons.
    fn values_pressed(&self) -> &str;
    /// How they come into the text, where they are not.
    fn values_typed(&self) -> &str;
    /// A value by what it means and a sample.
    fn such_as(&self, about: &str, sample: &str) -> String;
    /// A tick: messages are made with the text from now on.
    fn use_it(&self) -> &str;
    /// What that means for messages of this type.
    fn use_it_what(&self, kind: &str) -> String;
    /// Saves the template.
    fn save_template(&self) -> &str;
    /// Looks a text over without saving it.
    fn check(&self) -> &str;
    /// The part of the page with what was found.
    fn findings(&self) -> &str;
    /// How much has to be mended, and how much is worth a look.
    fn findings_sum(&self, problems: u64, hints: u64) -> String;
    /// Over what has to be mended.
    fn to_mend(&self) -> &str;
    /// Over what is worth a look.
    fn worth_a_look(&self) -> &str;
    /// Something found, and where.
    fn at_place(&self, line: u32, column: u32, what: &str) -> String;
    /// That more was found than is shown.
    fn more_findings(&self, number: u64) -> String;
    /// A button: writes what would be right.
    fn mend_with(&self, text: &str) -> String;
    /// A button: takes away what is wrong.
    fn mend_away(&self) -> &str;
    /// How long a text is, with its values, of how much; and how much fits under a file (or nothing).
    fn length(&self, units: u64, filled: u64, most: u64, caption: Option<u64>) -> String;
    /// Before a value in the preview, for those who hear it.
    fn spoken_value(&self) -> &str;
    /// Whose values stand in the preview.
    fn values_of(&self) -> &str;
    /// Those of samples.
    fn sample_values(&self) -> &str;
    /// The length of a template's text, beside a field that is empty.
    fn length_of_template(&self, length: &str) -> String;
    /// What a file of this kind is called in the preview.
    fn sample_file(&self, kind: &str) -> String;
    /// That the values are those of a message that was made then.
    fn values_of_message(&self, at: &str) -> String;
    /// Leads to that message.
    fn that_message(&self) -> &str;
    /// That samples stand for values that the message does not have.
    fn samples_stand(&self, names: &str) -> String;
    /// Which text is used instead where a value is 0.
    fn text_for_zero(&self, name: &str) -> String;
    /// Over the form of a text that was not saved: how much has to be mended first.
    fn not_saved(&self, problems: u64) -> String;
    /// That somebody changed a template meanwhile: who, and when.
    fn template_clash(&self, who: &str, at: &str) -> String;
    /// What can be done then.
    fn template_clash_what(&self) -> &str;
    /// What stands there now, with what the other text changes in it.
    fn their_text(&self) -> &str;
    /// Leaves one's own text and shows theirs.
    fn take_theirs(&self) -> &str;
    /// What messages of the type that wait already will say: they are made anew.
    fn reach_again(&self) -> &str;
    /// The same where they stay as they were made.
    fn reach_fixed(&self) -> &str;

    /// The page of a template's versions, and the way there.
    fn versions(&self) -> &str;
    /// Over that page.
    fn versions_of(&self, name: &str) -> String;
    /// What is shown of each version.
    fn versions_lead(&self) -> &str;
    /// A version.
    fn version(&self, version: u32) -> String;
    /// Beside the version that stands there now.
    fn version_now(&self) -> &str;
    /// Who saved it, and when.
    fn version_by(&self, who: &str, at: &str) -> String;
    /// What whoever saved it wrote about it.
    fn noted(&self, note: &str) -> String;
    /// That a version changed nothing of the text.
    fn same_text(&self) -> &str;
    /// What a template was called before, and is called since.
    fn renamed(&self, before: &str, after: &str) -> String;
    /// What a template was for before, and is for since.
    fn retyped(&self, before: &str, after: &str) -> String;
    /// That a version switched the template on.
    fn switched_on(&self) -> &str;
    /// That a version switched it off.
    fn switched_off_then(&self) -> &str;
    /// Leads to the question before an earlier version is made the newest.
    fn restore_asks(&self) -> &str;
    /// The question.
    fn restore_title(&self, version: u32) -> String;
    /// What will happen.
    fn restore_what(&self, version: u32) -> String;
    /// The same of a template that messages are made with.
    fn restore_used(&self) -> &str;
    /// Its button.
    fn restore_submit(&self) -> &str;

    /// The question before a template is switched on.
    fn switch_on_title(&self, name: &str) -> String;
    /// What will happen to messages of this type, and what they are made with until then.
    fn switch_on_what(&self, kind: &str, instead: &str) -> String;
    /// Its button.
    fn switch_on_submit(&self) -> &str;
    /// The question before a template is switched off.
    fn switch_off_title(&self, name: &str) -> String;
    /// What messages of this type are made with then.
    fn switch_off_what(&self, kind: &str, then: &str) -> String;
    /// That it changes nothing for messages of this type.
    fn switch_off_nothing(&self, kind: &str) -> String;
    /// That it changes nothing: the template that is used cannot be used.
    fn switch_off_changes_nothing(&self, kind: &str, used: &str) -> String;
    /// Its button.
    fn switch_off_submit(&self) -> &str;

    /// What was done.
    fn done_template_saved(&self) -> &str;
    /// What was done.
    fn done_template_on(&self) -> &str;
    /// What was done.
    fn done_template_off(&self) -> &str;
    /// What was done.
    fn done_template_restored(&self) -> &str;
    /// That somebody changed it meanwhile, so that nothing was done.
    fn done_template_changed(&self) -> &str;
    /// Over the page for a template that does not exist.
    fn no_template_title(&self) -> &str;
    /// What that means.
    fn no_template_text(&self) -> &str;
}
