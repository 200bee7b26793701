//! Each page in its states: empty, one, many, a row that cannot be read, gone, changed.

mod broken;
mod bulk;
mod customer;
mod hanging;
mod held;
mod list;
mod message;
mod overview;
