//! The people who may open the console: those in a file, by name and password. A back-end that has
//! people and sessions of its own implements `Gate` over them instead.

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use secrecy::SecretString;
use uuid::Uuid;
use whatsapp_console::{Console, ConsoleSecret, Role, SignIn, UsersFile};
use whatsapp_core::port::{SystemEntropy, random};
use whatsapp_core::{Planner, Ports};

/// Path of the console.
pub const CONSOLE: &str = "/console";

/// Path at which a Supabase front end looks for the functions that send messages.
pub const FUNCTIONS: &str = "/functions/v1";

/// Makes the console for the people in this file. The secret beside it seals their cookies, so that
/// signed-in people stay signed in over a restart.
pub(crate) fn console(ports: Ports, users: &Path, planner: Arc<Planner>) -> Result<Console> {
    let secret = ConsoleSecret::kept_in(users.with_extension("users-secret"), &SystemEntropy)?;
    let sign_in = SignIn::new(Arc::new(UsersFile::new(users)));
    let console = Console::behind_sign_in(ports, sign_in).name("Example shop");
    Ok(console.secret(secret).planner(planner).build()?)
}

/// Makes the file with its first person, `manager`, and returns the password, which is kept
/// nowhere. If there is a file already, it returns nothing. The example `hash` of whatsapp-console
/// adds people and sets passwords.
///
/// # Errors
/// Returns an error if the file cannot be written.
pub fn first_manager(users: &Path) -> Result<Option<String>> {
    if users.exists() {
        return Ok(None);
    }
    let password = Uuid::from_bytes(random(&SystemEntropy)).simple().to_string();
    let secret = SecretString::from(password.clone());
    UsersFile::new(users).set("manager", Role::Manager, &secret, &SystemEntropy)?;
    Ok(Some(password))
}
