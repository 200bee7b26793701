//! The definitions of settings, and the documents made of them.

use whatsapp_core::settings::SETTINGS;

/// The documentation's table, made from the definitions.
fn table() -> String {
    let row = |def: &whatsapp_core::settings::SettingDef| {
        let default =
            if def.default.is_empty() { "empty".to_owned() } else { format!("`{}`", def.default) };
        let expected = def.expected();
        let expected = expected.trim_end_matches(',');
        let private = if def.is_private { " (private)" } else { "" };
        format!("| `{}`{private} | {default} | {expected} | {} |\n", def.key, def.description)
    };
    SETTINGS.iter().map(row).collect()
}

#[test]
fn the_documents_table_is_the_definitions() {
    let written = include_str!("../../../docs/settings.md");
    let rows = written.split("| --- | --- | --- | --- |\n").nth(1).expect("a table");
    assert_eq!(rows, table(), "copy the right side into docs/settings.md");
}
