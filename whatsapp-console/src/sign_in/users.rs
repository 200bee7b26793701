//! The people who may sign in.

use std::fmt::Debug;

use async_trait::async_trait;
use whatsapp_core::{Private, UserId};

use super::file::UsersFileProblem;
use super::password::PasswordHash;
use crate::gate::Role;

/// The people who may sign in. [`UsersFile`](super::UsersFile) keeps them in a file; a host with a
/// table of its own implements this over it.
///
/// # Contract
/// - [`find`](Self::find) is asked with each request, so that a change counts from the
///   next one on.
/// - A generation that [`end_visits`](Self::end_visits) raised stays raised, also over a restart,
///   for every process.
#[async_trait]
pub trait Users: Debug + Send + Sync + 'static {
    /// Finds the person who signs in with this name. It comes in small letters and without
    /// blanks round it.
    ///
    /// # Errors
    /// [`UsersError`] where it cannot be told: nobody enters then.
    async fn find(&self, name: &str) -> Result<Option<User>, UsersError>;

    /// Raises the person's [`generation`](User::generation), which ends all sign-ins until now.
    ///
    /// # Errors
    /// [`UsersError`] where that cannot be kept.
    async fn end_visits(&self, user: &UserId) -> Result<(), UsersError>;
}

/// A person who may sign in.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct User {
    /// The key under which the audit keeps what the person does.
    pub id: UserId,
    /// The name that the pages show.
    pub name: Private,
    /// The person's role. A [`Role::Viewer`] does not come in by this sign-in.
    pub role: Role,
    /// True if the person may enter at present.
    pub is_active: bool,
    /// The password's hash. Without one the person signs in by links alone.
    pub password: Option<PasswordHash>,
    /// Number of times that the person's sign-ins were ended. A sign-in that began under another
    /// number has ended.
    pub generation: u64,
}

impl User {
    /// Makes a person who may enter, with this password if there is one.
    pub fn new(
        id: UserId,
        name: impl Into<Private>,
        role: Role,
        password: Option<PasswordHash>,
    ) -> Self {
        Self { id, name: name.into(), role, is_active: true, password, generation: 0 }
    }

    /// The same person, who may not enter at present.
    #[must_use]
    pub fn switched_off(self) -> Self {
        Self { is_active: false, ..self }
    }

    /// The same person, with this generation.
    #[must_use]
    pub fn of_generation(self, generation: u64) -> Self {
        Self { generation, ..self }
    }
}

/// Reason why it cannot be told who may sign in, or a sign-out cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UsersError {
    /// The file of users cannot be used.
    #[error("the users' file {path}: {problem}")]
    File {
        /// Path of the file.
        path: String,
        /// The problem with it.
        problem: UsersFileProblem,
    },
    /// The host's own records do not answer. The text goes into the log: it names nobody.
    #[error("the host's users: {0}")]
    Other(String),
}
