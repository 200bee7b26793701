//! Roles of a project's people, which the host knows.

use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use whatsapp_core::port::Clock;
use whatsapp_core::{Private, UserId};

use crate::gate::{Refused, Role};

/// Time for which an answer is kept: a person who is dismissed is out within this time.
const HOLD: Duration = Duration::from_secs(30);

/// The most answers that are kept.
const KEPT: usize = 1_000;

/// Tells the role of a person of the project.
///
/// # Contract
/// - Reads only, and answers or fails within 2 seconds.
/// - Is asked with the token's `sub`, which is the key of `auth.users`.
#[async_trait]
pub trait RoleDirectory: Debug + Send + Sync + 'static {
    /// Finds this person; `None` for a person without a role.
    ///
    /// # Errors
    /// [`RolesUnread`] where it cannot be told: the person does not enter then.
    async fn member(&self, user: &UserId) -> Result<Option<Member>, RolesUnread>;
}

/// A person of the project.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Member {
    /// The name that the pages show.
    pub name: Private,
    /// The person's role. A [`Role::Viewer`] does not come in by this gate.
    pub role: Role,
    /// True if the person may enter at present.
    pub is_active: bool,
}

impl Member {
    /// Makes a person who may enter.
    pub fn new(name: impl Into<Private>, role: Role) -> Self {
        Self { name: name.into(), role, is_active: true }
    }

    /// The same person, who may not enter at present.
    #[must_use]
    pub fn switched_off(self) -> Self {
        Self { is_active: false, ..self }
    }
}

/// The host's records of roles do not answer. The text goes into the log: it names nobody.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the host's roles: {0}")]
pub struct RolesUnread(pub String);

/// Asks the host for roles, and keeps its answers for a while.
#[derive(Debug)]
pub(super) struct Members {
    roles: Arc<dyn RoleDirectory>,
    clock: Arc<dyn Clock>,
    known: Mutex<HashMap<UserId, (Duration, Option<Member>)>>,
}

impl Members {
    pub(super) fn new(roles: Arc<dyn RoleDirectory>, clock: Arc<dyn Clock>) -> Self {
        Self { roles, clock, known: Mutex::default() }
    }

    pub(super) async fn member(&self, user: &UserId) -> Result<Option<Member>, Refused> {
        let now = self.clock.monotonic();
        if let Some(member) = self.held(user, now) {
            return Ok(member);
        }
        let member = self.roles.member(user).await.map_err(|unread| {
            tracing::error!("{unread}");
            Refused::Unavailable
        })?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KEPT {
            known.clear();
        }
        known.insert(user.clone(), (now, member.clone()));
        Ok(member)
    }

    #[expect(clippy::option_option, reason = "nothing is held, or that nobody is a member")]
    fn held(&self, user: &UserId, now: Duration) -> Option<Option<Member>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, member) = known.get(user)?;
        (now.saturating_sub(*at) < HOLD).then(|| member.clone())
    }
}
