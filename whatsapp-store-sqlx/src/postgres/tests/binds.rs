//! Parameters are bound by the names and with the types that the statements give them.

use sqlx::{AssertSqlSafe, Row};

use crate::binds::names::{BY_PLACE_MOST, Table, count, wrong};
use crate::postgres::outbox::{begin, claim, enqueue, settle};
use crate::postgres::statements::ALL;
use crate::postgres::{account, audit, bulk, campaigns, log, planner, templates};

/// The tables that bind a statement, in their order; none if it is bound by place.
fn tables(name: &str) -> Vec<Table> {
    let claimed = |what| vec![claim::CLAIM, what];
    match name {
        "ENQUEUE" | "ENQUEUE_REFUSED" => vec![enqueue::NEW_MESSAGES],
        "LONGEST_DUE" | "LOOKS" | "SENDS" => vec![claim::CLAIM],
        "LONGEST_DUE_BUT" | "LOOKS_BUT" | "SENDS_BUT" => claimed(claim::EXCLUDING),
        "ONLY_ONE" | "ONLY_LOOK" | "ONLY_SEND" => claimed(claim::ONLY),
        "OPEN_ATTEMPTS" => vec![begin::ATTEMPTS],
        "SET_STATE" => vec![settle::STATES],
        "OWE" => vec![settle::OWED],
        "SET_ACCOUNT" => vec![account::ACCOUNT],
        "AUDIT" | "AUDIT_OF" => vec![audit::PAGE],
        "ADD_BULK" => vec![bulk::BULK],
        "ADD_BULK_ITEMS" => vec![bulk::ITEMS],
        "ADD_CAMPAIGN" | "CHANGE_CAMPAIGN" => vec![campaigns::CAMPAIGN],
        "FREEZE" | "WRITE_RECIPIENTS" => vec![campaigns::RECIPIENTS],
        "WRITE_STEPS" => vec![planner::STEPS],
        "ADD_TEMPLATE" => vec![templates::TEMPLATE, templates::CREATOR],
        _ if name.starts_with("WALK_") || name.starts_with("GATHER_") => {
            vec![log::PAGE, log::WALK]
        }
        _ if name.starts_with("OUT_") => vec![log::PAGE, log::TEXTS],
        _ if name.starts_with("COUNT_") || name.ends_with("EST") => vec![log::PAGE],
        _ => Vec::new(),
    }
}

/// The statements that have more parameters than may be bound by place, each with its tables.
fn bound() -> impl Iterator<Item = (&'static str, &'static str, Vec<Table>)> {
    let long = ALL.iter().filter(|(_, _, text)| count(text, '$') > BY_PLACE_MOST);
    long.map(|&(name, _, text)| (name, text, tables(name)))
}

#[test]
fn parameters_are_bound_by_the_names_that_the_statement_gives_them() {
    let wrong: Vec<_> =
        bound().flat_map(|(name, text, tables)| wrong(name, text, '$', &tables)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn parameters_are_bound_with_the_types_that_the_server_finds() {
    let (store, _database) = super::store().await;
    let mut connection = store.workers.acquire().await.unwrap();
    let mut run = async |query: String| {
        sqlx::raw_sql(AssertSqlSafe(query)).fetch_all(&mut *connection).await.unwrap()
    };
    for (name, text, tables) in bound() {
        run(format!("PREPARE bound AS {text}")).await;
        let types: Vec<_> = tables.concat().iter().map(|(_, kind)| format!("'{kind}'")).collect();
        let types = types.join(", ");
        let asked = format!(
            "SELECT parameter_types::text AS found, ARRAY[{types}]::regtype[]::text AS bound \
            FROM pg_prepared_statements WHERE name = 'bound'"
        );
        let rows = run(asked).await;
        let [row] = rows.as_slice() else { panic!("{name} is not prepared") };
        let (found, bound): (String, String) = (row.get("found"), row.get("bound"));
        assert_eq!(found, bound, "{name}");
        run("DEALLOCATE bound".to_owned()).await;
    }
}
