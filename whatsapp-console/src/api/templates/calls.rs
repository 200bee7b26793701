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
            Call::new("listTemplates", "Templates, and what messages of each type are made with")
                .text("Of several that are switched on, the one that changed last is used. Texts are for managers.")
                .giving::<templates::TemplatesShape>(),
        ),
        post("/api/templates", Some(Manager), templates::create).called(
            Call::new("createTemplate", "Makes a template")
                .text("What is wrong with its text is told with line and column.")
                .taking::<templates::TemplateBody>()
                .giving::<templates::TemplateShape>()
                .tagged(),
        ),
        post("/api/templates/check", Some(Manager), templates::check).called(
            Call::new("checkTemplate", "Looks a text over without saving it")
                .text(
                    "What keeps it from being saved, and what was probably not meant: marks that WhatsApp shows \
                     as they are, a currency that stands there twice, addresses that hide where they lead.",
                )
                .taking::<templates::CheckBody>()
                .giving::<templates::CheckShape>(),
        ),
        post("/api/templates/preview", Some(Manager), templates::preview).called(
            Call::new("previewTemplate", "A text as customers will get it")
                .text("With samples, or with the values of a customer's newest such message.")
                .taking::<templates::PreviewBody>()
                .giving::<templates::PreviewShape>(),
        ),
    ]
}

/// A template, the acts on it, and its versions.
fn of_one_template() -> Vec<Entry> {
    use Role::Manager;
    const NOT_OVER: &str = "Nothing is done where somebody changed it meanwhile.";
    vec![
        get("/api/templates/{template}", Some(Manager), templates::one).called(
            Call::new("getTemplate", "A template")
                .with(parameters::template)
                .giving::<templates::TemplateShape>()
                .tagged(),
        ),
        post("/api/templates/{template}", Some(Manager), templates::change).called(
            Call::new("changeTemplate", "Changes a template, which makes its next version")
                .text(NOT_OVER)
                .with(parameters::template)
                .taking::<templates::TemplateBody>()
                .giving::<templates::TemplateShape>()
                .over(parameters::seen),
        ),
        post("/api/templates/{template}/activate", Some(Manager), templates::activate).called(
            Call::new("activateTemplate", "Makes messages of its type with a template")
                .text(NOT_OVER)
                .with(parameters::template)
                .giving::<templates::TemplateShape>()
                .over(parameters::seen),
        ),
        post("/api/templates/{template}/deactivate", Some(Manager), templates::deactivate).called(
            Call::new("deactivateTemplate", "Switches a template off")
                .text(NOT_OVER)
                .with(parameters::template)
                .giving::<templates::TemplateShape>()
                .over(parameters::seen),
        ),
        get("/api/templates/{template}/versions", Some(Manager), templates::versions).called(
            Call::new("listTemplateVersions", "The versions of a template")
                .text("The newest first. Those of a template that was deleted stay.")
                .with(parameters::of_versions)
                .giving::<templates::VersionsShape>(),
        ),
        post("/api/templates/{template}/restore", Some(Manager), templates::restore).called(
            Call::new("restoreTemplate", "Makes an earlier version of a template its newest")
                .text(NOT_OVER)
                .with(parameters::template)
                .taking::<templates::RestoreBody>()
                .giving::<templates::TemplateShape>()
                .over(parameters::seen),
        ),
    ]
}
