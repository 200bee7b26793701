//! The people who may sign in, in a file.

mod line;
mod problem;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use secrecy::{ExposeSecret as _, SecretString};
use whatsapp_core::UserId;
use whatsapp_core::port::{Entropy, random};

use super::password::PasswordHash;
use super::users::{User, Users, UsersError};
use crate::gate::Role;
use line::{name_of, parsed};
pub use problem::UsersFileProblem;

/// The most bytes of a file of users.
const SIZE_MAX: u64 = 256 * 1024;

/// The people who may sign in, in a file with a line for each: `name:role:state:hash`.
///
/// ```text
/// # The managers of the shop
/// asha:manager:active:$argon2id$v=19$m=19456,t=2,p=1$…$…
/// vik:admin:off:$argon2id$v=19$m=19456,t=2,p=1$…$…
/// ```
///
/// The name has small letters, digits and signs, no blanks. The role is `manager` or `admin`,
/// the state `active` or `off`. [`set`](Self::set) writes a person's line, and so does the
/// example `hash`:
///
/// ```text
/// cargo run -p whatsapp-console --features sign-in --example hash -- shop.users asha manager
/// ```
///
/// The file is read with each request, so that a change counts from the next request on. Replace it
/// by renaming another file over it. A line that cannot be read makes the whole file unusable:
/// nobody enters then, and the log says which line it is. On Unix only the file's owner may be able
/// to read and write it.
///
/// The number of times that a person's sign-ins were ended is kept in a folder beside it,
/// `shop.users.ended`, for all processes of the machine. Without that folder cookies of the last 12
/// hours would hold again.
#[derive(Debug)]
pub struct UsersFile {
    path: PathBuf,
    /// The problem that the log has been told.
    told: Mutex<Option<UsersFileProblem>>,
}

impl UsersFile {
    /// Takes the people from this file, which is read with each request.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), told: Mutex::default() }
    }

    /// Writes a person's line, anew if the person has one; the file is made where there is none.
    /// The person is active after that. An earlier password ends, with all sign-ins by it. Two
    /// programs must not do so at once.
    ///
    /// The hash takes a moment, and the file is replaced: call it where something may block.
    ///
    /// # Errors
    /// [`SetUserError`] for a name, a role or a password that cannot be used, and where the file
    /// cannot be read or written.
    pub fn set(
        &self,
        name: &str,
        role: Role,
        password: &SecretString,
        entropy: &dyn Entropy,
    ) -> Result<(), SetUserError> {
        let id = name_of(name).ok_or(SetUserError::Name)?;
        let role = match role {
            Role::Viewer => return Err(SetUserError::Viewer),
            Role::Manager => "manager",
            Role::Admin => "admin",
        };
        let before = match self.text() {
            Err(UsersFileProblem::Absent) => String::new(),
            text => text.map_err(|problem| self.error(problem))?,
        };
        parsed(&before).map_err(|problem| self.error(problem))?;
        let hash = PasswordHash::of(password, entropy)?;
        let is_others = |line: &&str| line.trim().split(':').next() != Some(id.as_str());
        let new = format!("{id}:{role}:active:{}", hash.expose());
        let mut lines: Vec<&str> = before.lines().filter(is_others).collect();
        lines.extend([new.as_str(), ""]);
        self.replace(&lines.join("\n"), entropy)
            .map_err(|_| self.error(UsersFileProblem::Unwritable))?;
        Ok(())
    }

    /// Writes another file and renames it over this one: nobody ever reads half of it.
    fn replace(&self, text: &str, entropy: &dyn Entropy) -> io::Result<()> {
        let mut beside = self.path.as_os_str().to_owned();
        beside.push(format!(".{}", hex::encode(random::<8>(entropy))));
        let beside = PathBuf::from(beside);
        let written = (|| {
            let mut file = owners(OpenOptions::new().write(true).create_new(true)).open(&beside)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&beside, &self.path)
        })();
        if written.is_err() {
            // The rest of it is nobody's file; the first error is the one that counts.
            let _ = fs::remove_file(&beside);
        }
        written
    }

    fn text(&self) -> Result<String, UsersFileProblem> {
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => UsersFileProblem::Absent,
            _ => UsersFileProblem::Unreadable,
        };
        // A pipe is not opened: that would wait for somebody to write into it.
        if !self.path.metadata().map_err(failed)?.is_file() {
            return Err(UsersFileProblem::NoFile);
        }
        let file = File::open(&self.path).map_err(failed)?;
        let found = file.metadata().map_err(failed)?;
        if !found.is_file() {
            return Err(UsersFileProblem::NoFile);
        }
        if is_exposed(&found) {
            return Err(UsersFileProblem::Exposed);
        }
        let mut bytes = Vec::new();
        file.take(SIZE_MAX + 1).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() as u64 > SIZE_MAX {
            return Err(UsersFileProblem::TooLong);
        }
        let text = SecretString::from(String::from_utf8_lossy(&bytes).into_owned());
        Ok(text.expose_secret().to_owned())
    }

    fn found(&self, name: &str) -> Result<Option<User>, UsersFileProblem> {
        let lines = parsed(&self.text()?)?;
        let Some(line) = lines.into_iter().find(|line| line.id.as_str() == name) else {
            return Ok(None);
        };
        let generation = match self.ended(&line.id).metadata() {
            Ok(found) if found.is_file() => found.len(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            Ok(_) | Err(_) => return Err(UsersFileProblem::Ended),
        };
        let shown = line.id.as_str().to_owned();
        let user = User::new(line.id, shown, line.role, Some(line.hash)).of_generation(generation);
        Ok(Some(if line.is_active { user } else { user.switched_off() }))
    }

    /// The file whose length is the number of times that the person's sign-ins were ended. A byte
    /// that is added counts one more, whoever else adds one at the same moment. After a crash it is
    /// there or not.
    fn ended(&self, user: &UserId) -> PathBuf {
        self.folder().join(hex::encode(user.as_str()))
    }

    fn folder(&self) -> PathBuf {
        let mut folder = self.path.as_os_str().to_owned();
        folder.push(".ended");
        folder.into()
    }

    fn end(&self, user: &UserId) -> io::Result<()> {
        let folder = self.folder();
        fs::create_dir_all(&folder)?;
        let mut file =
            owners(OpenOptions::new().append(true).create(true)).open(self.ended(user))?;
        file.write_all(b".")?;
        file.sync_all()?;
        sync(&folder)
    }

    fn error(&self, problem: UsersFileProblem) -> UsersError {
        UsersError::File { path: self.path.display().to_string(), problem }
    }

    /// Tells the log of a problem, once as long as it stays the same.
    fn tell(&self, problem: Option<UsersFileProblem>) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if *told != problem
            && let Some(problem) = problem
        {
            tracing::error!("{}", self.error(problem));
        }
        *told = problem;
    }
}

#[async_trait]
impl Users for UsersFile {
    async fn find(&self, name: &str) -> Result<Option<User>, UsersError> {
        // The file is small and read at once, so that nothing waits for it noticeably.
        let found = self.found(name);
        self.tell(found.as_ref().err().copied());
        found.map_err(|problem| self.error(problem))
    }

    async fn end_visits(&self, user: &UserId) -> Result<(), UsersError> {
        self.end(user).map_err(|_| {
            self.tell(Some(UsersFileProblem::Ended));
            self.error(UsersFileProblem::Ended)
        })
    }
}

/// Reason why a person's line cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SetUserError {
    /// The name cannot be used.
    #[error("a name has 1 to 64 small letters, digits and signs of ASCII, no blank and no colon")]
    Name,
    /// A viewer does not sign in here.
    #[error("a viewer does not come in by this sign-in: the role is manager or admin")]
    Viewer,
    /// The password cannot be used.
    #[error(transparent)]
    Password(#[from] super::password::UnfitPassword),
    /// The file cannot be used.
    #[error(transparent)]
    File(#[from] UsersError),
}

/// Options for files that their owner alone can read and write.
fn owners(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Makes a new file's name survive a crash of the machine.
#[cfg(unix)]
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Does nothing: elsewhere than on Unix a folder is no file.
#[cfg(not(unix))]
fn sync(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// Returns true if others than the file's owner can read or write it.
#[cfg(unix)]
fn is_exposed(found: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    found.mode() & 0o066 != 0
}

/// Returns false: elsewhere than on Unix it is not known whether others than the file's owner
/// can use it.
#[cfg(not(unix))]
const fn is_exposed(_found: &fs::Metadata) -> bool {
    false
}
