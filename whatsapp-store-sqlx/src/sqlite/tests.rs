//! What can only be seen from inside: statements, plans, and settings of the connections.

mod connections;
mod full;
mod plans;
mod statements;
mod together;
