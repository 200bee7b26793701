//! Lines of a file of users: `name:role:state:hash`.

use whatsapp_core::UserId;

use super::UsersFileProblem;
use crate::gate::Role;
use crate::sign_in::password::PasswordHash;

/// A person's line.
pub(super) struct Line {
    pub(super) id: UserId,
    pub(super) role: Role,
    pub(super) is_active: bool,
    pub(super) hash: PasswordHash,
}

/// The lines of a file, without comments and empty ones.
pub(super) fn parsed(text: &str) -> Result<Vec<Line>, UsersFileProblem> {
    let mut lines: Vec<Line> = Vec::new();
    for (no, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line_of(line).ok_or(UsersFileProblem::Line(no))?;
        if lines.iter().any(|before| before.id == line.id) {
            return Err(UsersFileProblem::Twice(no));
        }
        lines.push(line);
    }
    Ok(lines)
}

fn line_of(line: &str) -> Option<Line> {
    let mut fields = line.split(':');
    let id = name_of(fields.next()?)?;
    let role = match fields.next()? {
        "manager" => Role::Manager,
        "admin" => Role::Admin,
        _ => return None,
    };
    let is_active = match fields.next()? {
        "active" => true,
        "off" => false,
        _ => return None,
    };
    let hash = PasswordHash::new(fields.next()?).ok()?;
    fields.next().is_none().then_some(Line { id, role, is_active, hash })
}

/// Reads a name in the spelling of the file, in which it is looked up.
pub(super) fn name_of(name: &str) -> Option<UserId> {
    let fits = |byte: u8| !byte.is_ascii_uppercase() && byte != b':' && byte != b'#';
    UserId::new(name).ok().filter(|id| id.as_str().bytes().all(fits))
}
