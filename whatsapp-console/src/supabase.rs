//! A gate for programs that send a Supabase project's access tokens.

mod keys;
mod members;
mod token;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use axum::http::request::Parts;
use url::Url;
use whatsapp_core::UserId;
use whatsapp_core::address::is_https_or_loopback;
use whatsapp_core::port::Clock;

use crate::gate::{Credential, Gate, Refused, Role, Visitor, bearer};
use keys::Keys;
pub use keys::SupabaseKeys;
use members::Members;
pub use members::{Member, RoleDirectory, RolesUnread};
use token::Token;

/// Lets in people who send a Supabase project's access token and are active managers or admins: for
/// front ends that use the API.
///
/// The token comes as `Authorization: Bearer …` alone. Its signature is checked by the one
/// algorithm that is configured, whatever the token says of itself. Its issuer, its audience and
/// its times are checked too, with 30 seconds of grace. It has to be a person's: the project's own
/// keys (`anon`, `service_role`) let nobody in. The person's role is asked of the host
/// ([`RoleDirectory`]) and held for 30 seconds.
///
/// A browser that opens a page sends no token. A host that wants the pages too puts a gate of its
/// own before this one. That gate asks this one where there is a token ([`bearer`]).
///
/// ```
/// use std::sync::Arc;
///
/// use async_trait::async_trait;
/// use whatsapp_console::{
///     Console, Member, Role, RoleDirectory, RolesUnread, SupabaseGate, SupabaseKeys,
/// };
/// use whatsapp_core::port::SystemClock;
/// use whatsapp_core::{Ports, UserId};
/// use whatsapp_testkit::{FixedDirectory, MemoryStore};
///
/// #[derive(Debug)]
/// struct Profiles;
///
/// #[async_trait]
/// impl RoleDirectory for Profiles {
///     async fn member(&self, _user: &UserId) -> Result<Option<Member>, RolesUnread> {
///         // In earnest: SELECT name, role, is_active FROM profiles WHERE id = $1
///         Ok(Some(Member::new("Asha Rao", Role::Manager)))
///     }
/// }
///
/// let (keys, clock) = (SupabaseKeys::Es256, Arc::new(SystemClock::new()));
/// let project = "https://abcdefghijklmnopqrst.supabase.co";
/// let gate = SupabaseGate::new(project, keys, Arc::new(Profiles), clock)?;
/// # let ports = Ports::new(Arc::new(MemoryStore::new()), Arc::new(FixedDirectory::default()));
/// let console = Console::builder(ports, Arc::new(gate)).build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct SupabaseGate {
    issuer: String,
    keys: Keys,
    members: Members,
    clock: Arc<dyn Clock>,
}

/// Error of [`SupabaseGate::new`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SupabaseError {
    /// The project's address cannot be used.
    #[error("project_url: `{0}` is no project's address; such as `https://PROJECT.supabase.co` is")]
    Address(String),
    /// The secret is so short that it can be guessed.
    #[error("the JWT secret has {0} bytes; it needs 32 or more: take the project's own")]
    WeakSecret(usize),
    /// No client can be made to fetch keys with.
    #[error("keys cannot be fetched: {0}")]
    Client(String),
}

impl SupabaseGate {
    /// The gate of a project, such as `https://PROJECT.supabase.co`. A project signs by a secret or
    /// by keys that it publishes: `keys` says which.
    ///
    /// # Errors
    /// [`SupabaseError`] for an address that cannot be used, and for a secret that is too short.
    pub fn new(
        project_url: impl AsRef<str>,
        keys: SupabaseKeys,
        roles: Arc<dyn RoleDirectory>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, SupabaseError> {
        let project_url = project_url.as_ref();
        let url = Url::parse(project_url).ok().filter(|url| {
            let has_more = url.query().is_some() || url.fragment().is_some();
            let has_user = !url.username().is_empty() || url.password().is_some();
            is_https_or_loopback(url) && !has_more && !has_user
        });
        let url = url.ok_or_else(|| SupabaseError::Address(project_url.to_owned()))?;
        let issuer = format!("{}/auth/v1", url.as_str().trim_end_matches('/'));
        let keys = Keys::new(keys, &issuer, clock.clone())?;
        let members = Members::new(roles, clock.clone());
        Ok(Self { issuer, keys, members, clock })
    }
}

#[async_trait]
impl Gate for SupabaseGate {
    async fn enter(&self, request: &Parts) -> Result<Visitor, Refused> {
        let token = bearer(request)?.ok_or(Refused::Nobody)?;
        let token = Token::read(token, self.keys.algorithm())?;
        let key = self.keys.of(token.key_id()).await?;
        let claims = token.verify(&key, &self.issuer, self.clock.now())?;
        let user = UserId::new(claims.sub).map_err(|_| token::does_not_hold())?;
        let member = self.members.member(&user).await?;
        let member = member.ok_or_else(|| not_allowed("Your account has no role here."))?;
        if !member.is_active {
            return Err(not_allowed("Your account is switched off."));
        }
        if member.role < Role::Manager {
            return Err(not_allowed("The console is for managers."));
        }
        Ok(Visitor::new(user, member.name, member.role, Credential::Bearer, claims.session))
    }
}

impl fmt::Debug for SupabaseGate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SupabaseGate").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

fn not_allowed(why: &'static str) -> Refused {
    Refused::NotAllowed(why.into())
}
