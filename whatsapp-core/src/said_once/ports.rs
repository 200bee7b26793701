//! The error types of the ports.

use crate::port::{
    AddressError, ApiKeyError, DirectoryError, KeyFileProblem, MediaError, NotifyError,
    SourceError, StoreError, TransportError,
};
use crate::retry::Disposition;

whatsapp_testkit::errors! {
    structs {
        DirectoryError = [
            DirectoryError::new("no answer within two seconds"),
            DirectoryError::new(StoreError::Conflict { entity: "customer" }),
        ],
        MediaError = SourceError::each().into_iter().map(MediaError::new).collect::<Vec<_>>(),
        NotifyError = [NotifyError { reason: "the mail server does not answer".to_owned() }],
        TransportError = [TransportError::new(Disposition::Unknown, "the connection was lost")],
    }
    enums {
        AddressError {
            Fixed { reason: "this program has one gateway".to_owned() },
            Invalid { reason: "the address has no host".to_owned() },
            NotAllowed { host: "gate.example".to_owned(), allowed: "api.example".to_owned() },
            Refused { host: "gate.example".to_owned() },
            NoAnswer {
                host: "gate.example".to_owned(),
                detail: "the connection was refused".to_owned()
            }
        }
        ApiKeyError {
            Missing { hint: "an empty one was given".to_owned() },
            Malformed,
            File { path: "/run/key".to_owned(), problem: KeyFileProblem::Exposed }
        }
        SourceError {
            Unreachable { reason: "the server does not answer".to_owned() },
            Refused { reason: "the server does not know the file".to_owned() };
            Invalid
        }
        StoreError {
            Conflict { entity: "message" },
            Corrupt { entity: "message", column: "status" },
            Unavailable { reason: "all connections are busy".to_owned() },
            TooMany { most: 10_000 },
            Other { reason: "it is read-only".to_owned() }
        }
    }
}
