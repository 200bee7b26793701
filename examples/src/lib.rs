//! Examples of wiring `whatsapp-core` into a back-end: the quickstart, its sample data, and short
//! programs to copy from.

/// Makes an item of each page, so that the code in the page is compiled as a test.
#[cfg(doctest)]
macro_rules! pages {
    ($($page:ident = $path:literal;)+) => {
        $(
            #[doc = include_str!($path)]
            #[derive(Debug)]
            pub struct $page;
        )+
    };
}

#[cfg(doctest)]
pages! {
    Readme = "../../README.md";
    Api = "../../docs/api.md";
    Attachments = "../../docs/attachments.md";
    Campaigns = "../../docs/campaigns.md";
    Console = "../../docs/console.md";
    Festivals = "../../docs/festivals.md";
    Gateway = "../../docs/gateway.md";
    GoingLive = "../../docs/going-live.md";
    Managing = "../../docs/managing.md";
    MessageTypes = "../../docs/message-types.md";
    Mounting = "../../docs/mounting.md";
    Observability = "../../docs/observability.md";
    Postgres = "../../docs/postgres.md";
    Quickstart = "../../docs/quickstart.md";
    Reminders = "../../docs/reminders.md";
    Settings = "../../docs/settings.md";
    Sqlite = "../../docs/sqlite.md";
    Stability = "../../docs/stability.md";
    Storage = "../../docs/storage.md";
    Supabase = "../../docs/supabase.md";
    Testing = "../../docs/testing.md";
    Transactions = "../../docs/transactions.md";
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    #[test]
    fn the_code_of_every_page_is_compiled_as_a_test() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
        let mut pages: Vec<_> =
            fs::read_dir(folder).unwrap().map(|page| page.unwrap().path()).collect();
        pages.retain(|page| page.extension().is_some_and(|of| of == "md"));
        assert!(pages.len() > 10, "{pages:?}");
        for page in &pages {
            let name = page.file_name().unwrap().to_str().unwrap();
            let line = format!(" = \"../../docs/{name}\";");
            assert!(include_str!("lib.rs").contains(&line), "{name}: add it to `pages!`");
            let text = fs::read_to_string(page).unwrap();
            assert!(!text.contains("```rust,ignore"), "{name}: has code that nobody compiles");
        }
    }
}
