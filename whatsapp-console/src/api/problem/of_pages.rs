//! Problems for the refusals that pages and the API have in common.

use whatsapp_core::SettingsUnread;
use whatsapp_core::find::FindError;
use whatsapp_core::port::{DirectoryError, StoreError};

use super::{Fault, Problem};
use crate::api::slug::Slug;
use crate::gate::Refused;
use crate::oops::Oops;
use crate::work::BrokeOff;

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Nobody => Self::of(Slug::NotSignedIn),
            Refused::BadCredential(why) => Self::new(Slug::BadCredential, why),
            Refused::NotAllowed(why) => Self::new(Slug::NotAllowed, why),
            Refused::Unavailable => Self::of(Slug::Unavailable),
        }
    }
}

impl From<Oops> for Problem {
    fn from(oops: Oops) -> Self {
        match oops {
            Oops::Refused(refused) | Oops::Kept(refused, _) => refused.into(),
            Oops::OnlyManagers => Self::of(Slug::OnlyManagers),
            Oops::Foreign => Self::of(Slug::Foreign),
            Oops::NoPage => Self::of(Slug::NoRoute),
            Oops::NoMessage => Self::of(Slug::UnknownMessage),
            Oops::NoCustomer => Self::of(Slug::UnknownCustomer),
            Oops::NoReminder => Self::of(Slug::UnknownReminder),
            Oops::NoTemplate => Self::of(Slug::NoTemplate),
            Oops::NoFestival => Self::of(Slug::NoFestival),
            Oops::NotThisWay => Self::of(Slug::Method),
            Oops::Bad(why) => Self::new(Slug::Query, why),
            Oops::TooLarge => Self::of(Slug::TooLarge),
            Oops::TooLong => Self::caused(Slug::TooLong, &oops),
            Oops::Meanwhile => Self::of(Slug::Changed),
            Oops::Store(error) => error.as_ref().into(),
            Oops::Host(error) => Self::caused(Slug::Records, &error),
            Oops::Settings(error) => Self::caused(Slug::Settings, &error),
            Oops::Broken(what) => Self::caused(Slug::Broken, &what),
        }
    }
}

impl From<&StoreError> for Problem {
    fn from(error: &StoreError) -> Self {
        let slug = match error {
            StoreError::TooMany { .. } => {
                let detail = format!("sort: {error}: leave it out, or ask for fewer.");
                return Self::new(Slug::Value, detail).with(Fault::of("sort", error.to_string()));
            }
            StoreError::Conflict { .. } => Slug::Changed,
            StoreError::Corrupt { .. } => Slug::Unreadable,
            _ => Slug::Database,
        };
        Self::caused(slug, error)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::from(&error)
    }
}

impl From<DirectoryError> for Problem {
    fn from(error: DirectoryError) -> Self {
        Self::caused(Slug::Records, &error)
    }
}

impl From<FindError> for Problem {
    fn from(error: FindError) -> Self {
        match error {
            FindError::Store(error) => error.into(),
            error => Self::caused(Slug::Records, &error),
        }
    }
}

impl From<SettingsUnread> for Problem {
    fn from(unread: SettingsUnread) -> Self {
        match unread {
            SettingsUnread::Store(error) => error.into(),
            unread => Self::caused(Slug::Settings, &unread),
        }
    }
}

impl From<BrokeOff> for Problem {
    fn from(broke: BrokeOff) -> Self {
        Self::caused(Slug::Broken, &broke)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_that_takes_fewer_rows_is_the_callers_to_mend() {
        let problem = Problem::from(&StoreError::TooMany { most: 10_000 });
        assert_eq!((problem.slug, problem.status.as_u16()), (Slug::Value, 422));
        assert!(problem.detail.contains("10000") && problem.cause.is_none(), "{problem:?}");
        let places: Vec<_> = problem.faults.iter().map(|it| it.parameter.as_deref()).collect();
        assert_eq!(places, [Some("sort")]);
    }

    #[test]
    fn a_conflict_is_never_said_to_be_a_database_that_does_not_answer() {
        let conflict = StoreError::Conflict { entity: "mute" };
        let problem = Problem::from(&conflict);
        assert_eq!((problem.slug, problem.status.as_u16()), (Slug::Changed, 409));
        let oops = Oops::from(conflict);
        assert_eq!((oops.status().as_u16(), Problem::from(oops).slug), (409, Slug::Changed));
    }

    #[test]
    fn a_form_that_was_kept_is_a_refusal_like_any_other() {
        let kept = Oops::Kept(Refused::Nobody, crate::typed::Typed::default());
        assert_eq!(Problem::from(kept).slug, Slug::NotSignedIn);
    }
}
