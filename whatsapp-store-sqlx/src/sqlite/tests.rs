//! What can only be seen from inside: statements, plans and settings of the connections.

mod plans;
mod statements;
