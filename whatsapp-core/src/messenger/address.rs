//! The gateway's address: showing it, and changing it.

use std::fmt;

use super::Messenger;
use crate::audit::Actor;
use crate::consent::Consent;
use crate::desk::{Desk, SaveSettingsError, SettingEdit};
use crate::port::{AddressError, Owed, StoreError};
use crate::settings::Settings;
use crate::wiring::Ports;

/// The setting's key.
const KEY: &str = "whatsapp_api_url";

/// The gateway's address, as a page shows it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AddressShown {
    /// The value in the settings.
    pub setting: String,
    /// The address that this process uses; `None` where it sends nothing or has sent nothing yet.
    pub in_use: Option<String>,
    /// Reason why the setting changes nothing, in a sentence; `None` where it does.
    pub fixed: Option<String>,
}

impl fmt::Debug for AddressShown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The row may hold anything, even a key.
        let mut shown = f.debug_struct("AddressShown");
        shown.field("in_use", &self.in_use).field("fixed", &self.fixed).finish_non_exhaustive()
    }
}

/// The effect of a new gateway host on the messages under way, as a question to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AddressQuestion {
    /// The current host.
    pub from: String,
    /// The host of the new address.
    pub to: String,
    /// Number of messages under way. Those that wait are sent by the new gateway. Those in doubt
    /// are looked up there; if its list does not show them, they end with an unknown outcome. The
    /// delivery of sent messages is followed no further.
    pub owed: Owed,
}

/// The gateway's address was not changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AddressChangeError {
    /// The address leads to another host, and messages are under way.
    #[error(
        "{} messages wait and {} are in doubt: confirm that they go by the gateway at {} instead of \
         {}",
        .0.owed.waiting, .0.owed.in_doubt, .0.to, .0.from
    )]
    Unconfirmed(AddressQuestion),
    /// The address cannot be used.
    #[error(transparent)]
    Address(AddressError),
    /// The text is no address, or somebody else changed the setting meanwhile.
    #[error(transparent)]
    Settings(SaveSettingsError),
    /// The database did not do what it was asked to do.
    #[error(transparent)]
    Store(StoreError),
}

impl From<SaveSettingsError> for AddressChangeError {
    fn from(error: SaveSettingsError) -> Self {
        match error {
            SaveSettingsError::Store(error) => Self::Store(error),
            error => Self::Settings(error),
        }
    }
}

impl From<StoreError> for AddressChangeError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Messenger {
    /// Returns the gateway's address, and whether the settings decide it.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn gateway_address(&self) -> Result<AddressShown, StoreError> {
        let setting = stored(&self.ports).await?;
        let address = self.ports.address.as_ref().map(|gateway| gateway.address());
        let in_use = address.as_ref().and_then(|address| address.in_use.clone());
        let fixed = address.map_or_else(|| Some(NOT_FOLLOWED.to_owned()), |address| address.fixed);
        Ok(AddressShown { setting, in_use, fixed })
    }

    /// Changes the gateway's address, once a gateway has answered there and accepted the key.
    /// Processes that send use it within a second.
    ///
    /// Call it with [`Consent::NotAsked`] first. If messages are under way and the host changes,
    /// the error gives their number, and [`Consent::Given`] is the answer.
    ///
    /// # Errors
    /// [`AddressChangeError`]: the old address stays in use.
    pub async fn change_gateway_address(
        &self,
        address: &str,
        consent: Consent,
        by: &Actor,
    ) -> Result<(), AddressChangeError> {
        let shown = self.gateway_address().await?;
        let fixed = |reason| AddressChangeError::Address(AddressError::Fixed { reason });
        if let Some(reason) = shown.fixed {
            return Err(fixed(reason));
        }
        let Some(gateway) = &self.ports.address else {
            return Err(fixed(NOT_FOLLOWED.to_owned()));
        };
        let (desk, address) = (Desk::new(self.ports.clone()), address.trim());
        let changes = desk.check_settings(&[SettingEdit::new(KEY, address)]).await?;
        let to = gateway.host_of(address).map_err(AddressChangeError::Address)?;
        // An old address that is no longer allowed counts as another host.
        let from = gateway.host_of(&shown.setting).unwrap_or_else(|_| UNUSABLE.to_owned());
        gateway.try_address(address).await.map_err(AddressChangeError::Address)?;
        if from != to && consent == Consent::NotAsked {
            let owed = self.ports.store.owed().await?;
            if owed != Owed::default() {
                return Err(AddressChangeError::Unconfirmed(AddressQuestion { from, to, owed }));
            }
        }
        // Written over the setting that was checked, or not at all.
        Ok(desk.write_settings(changes, consent, by).await?)
    }
}

/// Returns the setting as it is stored, also where it is no address.
async fn stored(ports: &Ports) -> Result<String, StoreError> {
    let rows = ports.store.load_settings().await?;
    let row = rows.into_iter().find(|row| row.key == KEY);
    Ok(row.map_or_else(|| Settings::default().api_url, |row| row.value.trim().to_owned()))
}

/// Text in place of an old address that leads nowhere: a row may hold anything, even a key.
const UNUSABLE: &str = "an address that cannot be used";

/// Reason why the setting changes nothing in a program that did not connect the two.
const NOT_FOLLOWED: &str = "this program does not take the gateway's address from the settings";
