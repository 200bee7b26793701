//! Templates and settings, changed as somebody saw them long ago.

use whatsapp_core::AuditId;
use whatsapp_core::audit::Actor;
use whatsapp_core::message::{MessageType, TypeName};
use whatsapp_core::port::{SettingsSave, random};
use whatsapp_core::settings::SettingChange;

use super::super::call::Call;
use super::{POOL, Player};
use crate::fixtures::{self, NewTemplate, START};

pub(super) fn any_call(player: &mut Player) -> Call {
    let seed = player.rng.u64(0..POOL / 6);
    match player.rng.u8(0..6) {
        0..2 => {
            let template = fixtures::template(player.first_template.wrapping_add(seed), START);
            let message_type = template_type(player);
            // Saves over a version seen long ago, or as a new template.
            let known = player.templates.iter().find(|known| known.id == template.id);
            let over = known.map(|known| known.version);
            let new = NewTemplate {
                over,
                name: format!("Name {}", player.rng.u64(0..POOL / 6)),
                message_type,
                is_active: player.rng.bool(),
                // No two templates change at the same instant: the order of the two would be
                // open.
                at: player.unique_instant(),
                content: format!("Hello {{customerName}}, {}", player.rng.u8(0..4)),
                ..template
            };
            Call::SaveTemplate(new.save())
        }
        2 => Call::ActiveTemplate(message_type(player)),
        3 => match player.rng.choice(&player.templates).map(|known| known.id) {
            Some(known) if player.one_in(2) => Call::TemplateVersions(known),
            _ => Call::Templates,
        },
        4 => {
            // Changes the settings as they were seen, perhaps long ago.
            let change = |key: &str, value: String| {
                SettingChange::check(&player.settings, key, &value).ok().flatten()
            };
            let alert = change("whatsapp_undelivered_alert", (seed % 3).to_string());
            let hours = change("whatsapp_attachment_link_hours", (1 + seed % 2).to_string());
            let changes = alert.into_iter().chain(hours).collect();
            let (at, entropy) = (player.now(), &player.entropy);
            let id = || AuditId::new(at, random(entropy));
            Call::SaveSettings(SettingsSave::new(changes, &Actor::Host, at, id))
        }
        _ => Call::LoadSettings,
    }
}

/// A type that a template may have here.
fn template_type(player: &mut Player) -> MessageType {
    let known = MessageType::BUILT_IN;
    known[player.rng.usize(..known.len())]
}

/// A type that is always there, or one that only some hosts know.
pub(super) fn message_type(player: &mut Player) -> TypeName {
    let known = MessageType::BUILT_IN.get(player.rng.usize(..=MessageType::BUILT_IN.len()));
    known.map_or_else(|| fixtures::type_name("quotation"), |one| one.name())
}
