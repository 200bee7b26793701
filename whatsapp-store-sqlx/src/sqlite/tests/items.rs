//! The values of an item have the places at which the statement looks for them.

use std::collections::BTreeMap;

use crate::sqlite::statements as sql;

const MESSAGE: &str = include_str!("../items/message.rs");
const WORK: &str = include_str!("../items/work.rs");
const ATTEMPT: &str = include_str!("../items/attempt.rs");
const RECORD: &str = include_str!("../items/record.rs");

/// Statements over items with many values: each with the struct of the items, and its file.
const ITEMS: [(&str, &str, &str); 8] = [
    (sql::ENQUEUE, "NewItem", MESSAGE),
    (sql::SET_STATE, "ChangeItem", MESSAGE),
    (sql::OWE, "OwedItem", WORK),
    (sql::OPEN_ATTEMPTS, "AttemptItem", ATTEMPT),
    (sql::WRITE_STEPS, "StepItem", RECORD),
    (sql::FREEZE, "RecipientItem", RECORD),
    (sql::WRITE_RECIPIENTS, "RecipientItem", RECORD),
    (sql::ADD_BULK_ITEMS, "BulkItemItem", RECORD),
];

/// Values of a message's state that a new message cannot have.
const LATER: [&str; 2] = ["held_for", "explanation"];

#[test]
fn a_statement_finds_each_value_of_an_item_at_its_place() {
    for (statement, item, file) in ITEMS {
        let mut fields = fields(item, file);
        if statement == sql::ENQUEUE {
            fields.retain(|_, name| !LATER.contains(&name.as_str()));
        }
        assert_eq!(places(statement), fields, "{item}:\n{statement}");
    }
}

/// The fields of a struct by their places; those of the state are within its place.
fn fields(item: &str, file: &str) -> BTreeMap<String, String> {
    let (_, body) = file.split_once(&format!("struct {item}")).unwrap();
    let lines = body.lines().skip(1).take_while(|line| *line != "}");
    let fields = lines.filter(|line| !line.trim().starts_with("//"));
    let mut found = BTreeMap::new();
    for (place, field) in fields.enumerate() {
        let (name, kind) = field.trim().split_once(": ").unwrap();
        if kind.starts_with("StateItem") {
            let state = self::fields("StateItem", file);
            let within = state.into_iter().map(|(inner, name)| (format!("{place}.{inner}"), name));
            found.extend(within);
        } else {
            found.insert(place.to_string(), name.to_owned());
        }
    }
    found
}

/// The columns to which a statement takes the values of an item, by the places of these.
fn places(statement: &str) -> BTreeMap<String, String> {
    let code: String = statement
        .lines()
        .flat_map(|line| [line.split("--").next().unwrap_or_default(), "\n"])
        .collect();
    let mut found = BTreeMap::new();
    let mut is_at = |expression: &str, name: &str| {
        if let Some(place) = place(expression) {
            found.entry(place).or_insert_with(|| name.to_owned());
        }
    };
    if let Some((_, insert)) = code.split_once("INSERT INTO ") {
        let (_, insert) = insert.split_once('(').unwrap();
        let (columns, select) = insert.split_once(')').unwrap();
        let (_, values) = select.split_once("SELECT").unwrap();
        let (values, _) = values.split_once("FROM").unwrap();
        for (column, value) in columns.split(',').zip(values.split(',')) {
            is_at(value, column.trim());
        }
    } else {
        for line in code.lines() {
            if let Some((value, alias)) = line.split_once(" AS ") {
                is_at(value, alias.trim_end_matches(','));
            } else if let Some((column, value)) = line.split_once(" = ") {
                is_at(value, column.rsplit([' ', '.']).next().unwrap_or_default());
            }
        }
    }
    found
}

/// The place in `value ->> 3` or `value ->> '$[27][3]'`; `None` if an expression has no such value.
fn place(expression: &str) -> Option<String> {
    let (_, place) = expression.split_once("value ->> ")?;
    let place = place.split([',', ')', ' ', '\n']).next()?.trim_matches(['\'', '$']);
    Some(place.replace("][", ".").trim_matches(['[', ']']).to_owned())
}
