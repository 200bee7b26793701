//! The points, and the outcomes that must follow: the table of what was promised.

use std::fmt;

use whatsapp_testkit::gateway::{Answer, Fault, Look};

use super::super::watched::Call::{self, Begin, Check, Claim, Notify, Send, Settle};
use super::super::watched::When::{self, After, Before, Failed};
use crate::faults::database::Kind;

/// A point, and the outcome that must follow.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) point: &'static str,
    pub(super) what: &'static str,
    pub(super) doom: Doom,
    /// Answer of the gateway to the first POST.
    pub(super) fault: Option<Fault>,
    /// Answer of the gateway when it is asked about messages.
    pub(super) lists: Look,
    pub(super) expected: Outcome,
    /// Largest number of minutes until the outcome of the message is settled.
    pub(super) within: i64,
}

/// End of the first worker, or of its host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doom {
    /// The host dies in its own transaction, or right after it.
    Host { commit: bool },
    /// The worker dies by itself.
    DiesAt(Call, When),
    /// The worker is killed while the gateway has the request.
    DiesOverReply,
    /// The worker is killed while half of the request is written.
    DiesOverRequest,
    /// The worker is frozen, and wakes up when all is over.
    FreezesAt(Call, When),
    /// The worker lives, and nothing happens to it.
    Lives,
    /// The connection breaks over the commit of the outcome.
    Commit { passed_on: bool },
    /// The database goes away before the outcome is written. Then the worker dies, or the database
    /// comes back.
    DatabaseAway { dies: bool },
    /// The server crashes, and comes back.
    ServerCrash(Call, When),
    /// A manager clicks twice, and a request is given up in between.
    DoubleClick,
}

impl Doom {
    /// Returns true if a server that others use goes down.
    pub(super) const fn takes_the_server_away(self) -> bool {
        matches!(self, Self::DatabaseAway { .. } | Self::ServerCrash(..))
    }
}

/// Outcome of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outcome {
    /// State of its row: `none`, `sent`, `sent by a look`, `failed rejected`.
    pub(super) row: String,
    /// Copies that the customer got.
    pub(super) copies: usize,
    /// Attempts that the first worker used up.
    pub(super) used: usize,
    /// Attempts in the ledger at the end.
    pub(super) attempts: usize,
    /// POSTs that the gateway saw.
    pub(super) posts: usize,
    /// E-mails to the manager, and the number of different ones among them.
    pub(super) mails: (usize, usize),
    /// Writes of the first worker that came too late.
    pub(super) fenced: u32,
}

impl Outcome {
    pub(super) fn new(row: &str, copies: usize, [used, attempts, posts]: [usize; 3]) -> Self {
        let row = row.to_owned();
        Self { row, copies, used, attempts, posts, mails: (0, 0), fenced: 0 }
    }

    fn mails(self, sent: usize, different: usize) -> Self {
        Self { mails: (sent, different), ..self }
    }

    fn fenced(self) -> Self {
        Self { fenced: 1, ..self }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { row, copies, used, attempts, posts, mails: (mails, different), fenced } = self;
        write!(
            f,
            "[{row}] copies={copies} used={used} attempts={attempts} posts={posts} mails={mails} \
             different={different} fenced={fenced}"
        )
    }
}

impl Case {
    fn new(
        point: &'static str,
        what: &'static str,
        doom: Doom,
        expected: Outcome,
        within: i64,
    ) -> Self {
        Self { point, what, doom, fault: None, lists: Look::Honest, expected, within }
    }

    fn fault(self, fault: Fault) -> Self {
        Self { fault: Some(fault), ..self }
    }

    /// The gateway takes the message, and gives this answer.
    fn taken(self, answer: Answer) -> Self {
        self.fault(Fault::accept_then(answer))
    }

    /// The gateway does not take the message, and gives this answer.
    fn refused(self, answer: Answer) -> Self {
        self.fault(Fault::refuse(answer))
    }
}

/// The message is sent in the ordinary way, in one copy. The numbers are the attempts that the
/// first worker used up, the attempts in the ledger, and the POSTs.
fn sent(used: usize, attempts: usize, posts: usize) -> Outcome {
    Outcome::new("sent", 1, [used, attempts, posts])
}

/// The message is sent, as a look found out.
fn found() -> Outcome {
    Outcome::new("sent by a look", 1, [1, 1, 1])
}

fn rejected() -> Outcome {
    Outcome::new("failed rejected", 0, [1, 1, 1])
}

/// Returns all points of this project on this database.
pub(super) fn cases(kind: Kind) -> Vec<Case> {
    let mut cases = before_the_reply();
    cases.extend(after_the_reply());
    cases.extend(standing_still());
    if kind == Kind::Postgres {
        cases.extend(of_a_server());
    }
    cases
}

fn before_the_reply() -> Vec<Case> {
    let none = Outcome::new("none", 0, [0, 0, 0]);
    let before = Doom::Host { commit: false };
    let after = Doom::Host { commit: true };
    let (claimed, unbegun) = (Doom::DiesAt(Claim, After), Doom::DiesAt(Begin, Before));
    let (checking, checked) = (Doom::DiesAt(Check, Before), Doom::DiesAt(Check, After));
    let begun = Doom::DiesAt(Begin, After);
    let request = Doom::DiesOverRequest;
    vec![
        Case::new("C0", "host dies before its commit", before, none, 0),
        Case::new("C1", "host dies after its commit", after, sent(0, 1, 1), 0),
        Case::new("C2", "dies after the claim", claimed, sent(0, 1, 1), 2),
        Case::new("C2", "dies before the begin", unbegun, sent(0, 1, 1), 2),
        Case::new("C3", "dies over the file's check", checking, sent(0, 1, 1), 2),
        Case::new("C3", "dies after the file's check", checked, sent(0, 1, 1), 2),
        Case::new("C4", "dies after the begin", begun, sent(1, 2, 1), 31),
        Case::new("C5", "dies over half a request", request, sent(1, 2, 1), 31),
        Case::new("C6", "dies, never accepted", Doom::DiesOverReply, sent(1, 2, 2), 31)
            .refused(Answer::Hang),
    ]
}

fn after_the_reply() -> Vec<Case> {
    let held = Outcome::new("failed unknown_outcome", 1, [1, 1, 1]).mails(1, 1);
    let (accepted, refused) = (Doom::DiesAt(Send, After), Doom::DiesAt(Send, Failed));
    let settled = Doom::DiesAt(Settle, After);
    let mailed = Doom::DiesAt(Notify, After);
    vec![
        Case::new("C7", "dies, accepted", Doom::DiesOverReply, found(), 2).taken(Answer::Hang),
        Case::new("C7", "accepted, then reset", Doom::Lives, found(), 2).taken(Answer::Reset),
        Case::new("C7", "accepted, then 500", Doom::Lives, found(), 2).taken(Answer::Status(500)),
        Case::new("C7", "accepted, then garbage", Doom::Lives, found(), 2).taken(Answer::Garbage),
        Case {
            lists: Look::Status(503),
            ..Case::new("C7b", "as C7, list down", Doom::DiesOverReply, held, 95)
                .taken(Answer::Hang)
        },
        Case::new("C8", "dies over an acceptance", accepted, found(), 2),
        Case::new("C8b", "dies over a refusal", refused, sent(1, 2, 2), 31)
            .refused(Answer::not_taken()),
        Case::new("C10", "dies after the settlement", settled, sent(1, 1, 1), 0),
        Case::new("C11", "dies before the e-mail", settled, rejected().mails(1, 1), 0)
            .refused(Answer::Status(400)),
        Case::new("C12", "dies after the e-mail", mailed, rejected().mails(2, 1), 0)
            .refused(Answer::Status(400)),
    ]
}

fn standing_still() -> Vec<Case> {
    let (begun, replied) = (Doom::FreezesAt(Begin, After), Doom::FreezesAt(Send, After));
    let (back, gone) = (Doom::DatabaseAway { dies: false }, Doom::DatabaseAway { dies: true });
    let resent = Outcome::new("sent", 1, [0, 1, 2]).mails(1, 1);
    vec![
        Case::new("C16", "frozen before the POST", begun, sent(1, 2, 1).fenced(), 31),
        Case::new("C17", "frozen after the POST", replied, found().fenced(), 2),
        Case::new("C19", "database away, and back", back, sent(1, 1, 1), 1),
        Case::new("C19", "database away, and dies", gone, found(), 2),
        Case::new("C20", "two clicks, one given up", Doom::DoubleClick, resent, 1)
            .refused(Answer::Status(400)),
    ]
}

fn of_a_server() -> Vec<Case> {
    let (lost, unanswered) = (Doom::Commit { passed_on: false }, Doom::Commit { passed_on: true });
    let crash = |call| Doom::ServerCrash(call, After);
    vec![
        Case::new("C9", "commit does not arrive", lost, sent(1, 1, 1), 1),
        Case::new("C9", "commit is not answered", unanswered, sent(1, 1, 1).fenced(), 1),
        Case::new("C22", "server crashes after the claim", crash(Claim), sent(1, 1, 1), 1),
        Case::new("C22", "server crashes after the begin", crash(Begin), sent(1, 1, 1), 1),
        Case::new("C22", "server crashes after the reply", crash(Send), sent(1, 1, 1), 1),
    ]
}
