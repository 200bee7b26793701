//! A table of all error types of the crate, which says that none repeats a clause.

#![cfg(all(feature = "sign-in", feature = "supabase"))]

use std::sync::Arc;

use whatsapp_core::SettingsUnread;
use whatsapp_core::campaigns::CampaignError;
use whatsapp_core::find::FindError;
use whatsapp_core::planner::PlannerError;
use whatsapp_core::port::{DirectoryError, StoreError, SystemEntropy};
use whatsapp_testkit::errors::Said;

use crate::coming::ComingError;
use crate::console::ConsoleError;
use crate::gate::Refused;
use crate::oops::Oops;
use crate::secret::{ConsoleSecret, SecretFileError, WeakSecret};
use crate::sign_in::{BadPasswordHash, SetUserError, UnfitPassword, UsersError, UsersFileProblem};
use crate::supabase::{RolesUnread, SupabaseError};
use crate::typed::Typed;
use crate::work::BrokeOff;

#[test]
fn no_error_says_a_clause_twice() {
    let mut said = Said::default();
    add(&mut said);
    said.check(env!("CARGO_MANIFEST_DIR"));
}

fn store_error() -> StoreError {
    StoreError::Unavailable { reason: "all connections are busy".to_owned() }
}

fn directory_error() -> DirectoryError {
    DirectoryError::new("no answer within two seconds")
}

fn secret_file_error() -> SecretFileError {
    ConsoleSecret::kept_in(env!("CARGO_MANIFEST_DIR"), &SystemEntropy).unwrap_err()
}

whatsapp_testkit::errors! {
    structs {
        BadPasswordHash = [BadPasswordHash],
        BrokeOff = [BrokeOff],
        RolesUnread = [RolesUnread("the table does not answer".to_owned())],
        SecretFileError = [secret_file_error()],
        WeakSecret = [ConsoleSecret::new(b"too short".to_vec()).unwrap_err()],
    }
    enums {
        ComingError {
            Planner(PlannerError::from(directory_error())),
            Campaigns(CampaignError::from(directory_error()))
        }
        ConsoleError { Origin("shop".to_owned()), Path("console".to_owned()) }
        Oops {
            Kept(Refused::Nobody, Typed::default()), OnlyManagers, Foreign, NoPage, NoMessage,
            NoCustomer, NoReminder, NoTemplate, NoFestival, NotThisWay,
            Bad("there is no such day".to_owned()), TooLarge, TooLong, Meanwhile,
            Store(Arc::new(store_error())), Host(Arc::new(directory_error().into())),
            Host(Arc::new(FindError::Store(store_error()))),
            Settings(Arc::new(SettingsUnread::Store(store_error()))),
            Broken("a page could not be made");
            Refused
        }
        Refused {
            Nobody, BadCredential("the token has ended".into()),
            NotAllowed("the account is switched off".into()), Unavailable
        }
        SetUserError { Name, Viewer; Password, File }
        SupabaseError {
            Address("shop".to_owned()), WeakSecret(9), Client("there is no certificate".to_owned())
        }
        UnfitPassword { Short, Long, Control, NoMemory }
        UsersError {
            File { path: "users".to_owned(), problem: UsersFileProblem::Line(3) },
            Other("the table does not answer".to_owned())
        }
    }
}
