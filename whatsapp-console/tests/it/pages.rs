//! Each page in its states: empty, one, many, a row that cannot be read, gone, changed.

mod broken;
mod hanging;
mod list;
mod message;
mod overview;
