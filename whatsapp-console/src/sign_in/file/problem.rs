//! Problems with a file of users.

use std::fmt;

/// A problem with a file of users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum UsersFileProblem {
    /// There is no file.
    Absent,
    /// The file cannot be opened or read.
    Unreadable,
    /// The path is a folder, a pipe or a device.
    NoFile,
    /// Others than its owner can read or write it.
    Exposed,
    /// The file is longer than any file of users.
    TooLong,
    /// This line, counted from 1, cannot be read.
    Line(usize),
    /// This line names somebody whom a line before it names.
    Twice(usize),
    /// The file cannot be written.
    Unwritable,
    /// The folder of ended sign-ins beside it cannot be used.
    Ended,
}

impl fmt::Display for UsersFileProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("there is no such file; the example `hash` makes it"),
            Self::Unreadable => {
                f.write_str("it cannot be read; give it to the user that the program runs as")
            }
            Self::NoFile => f.write_str("it is no ordinary file; put the users into one"),
            Self::Exposed => {
                f.write_str("others than its owner can read or write it; run chmod 600 on it")
            }
            Self::TooLong => f.write_str("it is longer than 256 KiB; is it another file?"),
            Self::Line(no) => write!(
                f,
                "line {no} is not `name:role:state:hash`: the role is manager or admin, the state \
                 active or off, and the example `hash` makes the whole line"
            ),
            Self::Twice(no) => write!(f, "line {no} names somebody a second time; delete one line"),
            Self::Unwritable => {
                f.write_str("it cannot be written; look at the rights of its folder")
            }
            Self::Ended => f.write_str(
                "the folder of ended sign-ins beside it cannot be used; give it to the user that \
                 the program runs as",
            ),
        }
    }
}
