//! Tests that need the inside of the store: statements, plans, and settings of the connections.

mod binds;
mod connections;
mod full;
mod items;
mod plans;
mod statements;
mod together;
