//! The calls about templates, and about checks of texts that are being written.

use crate::api::call::Call;
use crate::api::{parameters, templates};
use crate::gate::Role;
use crate::route::{Entry, get, post};

/// All calls about templates.
pub(crate) fn table() -> Vec<Entry> {
    let mut table = of_templates();
    table.extend(of_one_template());
    table
}

/// Templates, and checks of texts that are being written.
fn of_templates() -> Vec<Entry> {
    use Role::{Manager, Viewer};
    vec![
        get("/api/templates", Some(Viewer), templates::list).called(
            Call::new("listTemplates", "List templates")
                .text(
                    "Returns all templates, and the text in use for each message type. If several \
                     templates of a type are switched on, the template that changed last is used. \
                     Only managers see the texts.",
                )
                .giving::<templates::TemplatesShape>(),
        ),
        post("/api/templates", Some(Manager), templates::create).called(
            Call::new("createTemplate", "Create a template")
                .text(
                    "Saves a template under a name that no other template has. Faults in its text \
                     are reported with line and column.",
                )
                .taking::<templates::TemplateBody>()
                .giving::<templates::TemplateShape>()
                .tagged(),
        ),
        post("/api/templates/check", Some(Manager), templates::check).called(
            Call::new("checkTemplate", "Check a template text")
                .text(
                    "Returns faults that keep the text from being saved, and parts that were \
                     probably not meant. Examples are marks that WhatsApp shows as they are, a \
                     currency that is written twice, and addresses that hide where they lead. \
                     Nothing is saved.",
                )
                .taking::<templates::CheckBody>()
                .giving::<templates::CheckShape>(),
        ),
        post("/api/templates/preview", Some(Manager), templates::preview).called(
            Call::new("previewTemplate", "Preview a template text")
                .text(
                    "Returns the text as customers will get it: with samples, or with the values \
                     of a customer's newest message of this type.",
                )
                .taking::<templates::PreviewBody>()
                .giving::<templates::PreviewShape>(),
        ),
    ]
}

/// A template, the acts on it, and its versions.
fn of_one_template() -> Vec<Entry> {
    use Role::Manager;
    vec![
        get("/api/templates/{template}", Some(Manager), templates::one).called(
            Call::new("getTemplate", "Get a template")
                .text("Returns a template with its text, and its version in the header ETag.")
                .with(parameters::template)
                .giving::<templates::TemplateShape>()
                .tagged(),
        ),
        post("/api/templates/{template}", Some(Manager), templates::change).called(
            Call::new("changeTemplate", "Change a template")
                .text(
                    "Saves the next version of the template. Nothing is done if somebody changed \
                     the template since the caller read it. The same call made twice changes it \
                     once.",
                )
                .with(parameters::template)
                .taking::<templates::TemplateBody>()
                .giving::<templates::TemplateShape>()
                .over(parameters::seen),
        ),
        post("/api/templates/{template}/activate", Some(Manager), templates::activate).called(
            Call::new("activateTemplate", "Switch a template on")
                .text(
                    "Makes messages of its type with this template from now on. Nothing is done if \
                     somebody changed the template since the caller read it. The same call made \
                     twice switches it once.",
                )
                .with(parameters::template)
                .giving::<templates::TemplateShape>()
                .over(parameters::seen),
        ),
        post("/api/templates/{template}/deactivate", Some(Manager), templates::deactivate).called(
            Call::new("deactivateTemplate", "Switch a template off")
                .text(
                    "Makes no more messages with this template. Nothing is done if somebody \
                     changed the template since the caller read it. The same call made twice \
                     switches it once.",
                )
                .with(parameters::template)
                .giving::<templates::TemplateShape>()
                .over(parameters::seen),
        ),
        get("/api/templates/{template}/versions", Some(Manager), templates::versions).called(
            Call::new("listTemplateVersions", "List the versions of a template")
                .text(
                    "Returns a page of the versions, the newest first. The versions of a deleted \
                     template stay.",
                )
                .with(parameters::of_versions)
                .giving::<templates::VersionsShape>(),
        ),
        post("/api/templates/{template}/restore", Some(Manager), templates::restore).called(
            Call::new("restoreTemplate", "Restore an earlier version of a template")
                .text(
                    "Saves an earlier version again, as the newest. Nothing is done if somebody \
                     changed the template since the caller read it.",
                )
                .with(parameters::template)
                .taking::<templates::RestoreBody>()
                .giving::<templates::TemplateShape>()
                .over(parameters::seen),
        ),
    ]
}
