//! The stand-in: a loft that takes lines of JSON and answers with lines of JSON.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard};

use serde_json::{Value, json};
use whatsapp_core::port::Clock as _;
use whatsapp_testkit::ManualClock;
use whatsapp_testkit::conformance::{Asked, Posted};

/// The key of the loft's owner.
pub(super) const KEY: &str = "owner-of-the-loft";

/// Letters on one page of the list.
const PAGE: usize = 3;

/// The answers that refuse a letter: name, the party at fault, the reason, and the wait in seconds.
const REFUSALS: [(&str, &str, &str, Option<u64>); 8] = [
    ("unfed", "owner", "the owner has not paid for seed", None),
    ("shut", "perhaps-owner", "the loft is shut", None),
    ("no-nest", "recipient", "no pigeon finds the way there", None),
    ("heavy", "letter", "the letter is too heavy", None),
    ("windy", "nobody", "it is too windy", None),
    ("tired", "hurry", "the pigeons are tired", Some(120)),
    ("exhausted", "hurry", "the pigeons sleep until next year", Some(9_999_999)),
    ("panting", "hurry", "the pigeons pant", None),
];

/// Reason why no line came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lost {
    /// Nobody was there to take the line.
    Nobody,
    /// The line arrived, and nothing came back.
    Silence,
}

#[derive(Debug)]
struct Letter {
    id: String,
    to: String,
    says: String,
    at: String,
}

#[derive(Debug, Default)]
struct State {
    gone: bool,
    next: VecDeque<(String, bool)>,
    trouble: Option<(String, bool)>,
    posts: Vec<Posted>,
    letters: Vec<Letter>,
    fates: BTreeMap<String, &'static str>,
    fails: BTreeMap<&'static str, String>,
    leaves_out: Option<String>,
}

/// A loft, ordinary until told otherwise.
#[derive(Debug)]
pub(super) struct Loft {
    state: Mutex<State>,
    clock: ManualClock,
    lists: bool,
}

const fn question(asked: Asked) -> &'static str {
    match asked {
        Asked::List => "list",
        Asked::Status => "status",
    }
}

impl Loft {
    pub(super) fn new(clock: ManualClock, lists: bool) -> Self {
        Self { state: Mutex::default(), clock, lists }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(super) fn leave(&self) {
        self.state().gone = true;
    }

    pub(super) fn next(&self, answer: &str, taken: bool) {
        self.state().next.push_back((answer.to_owned(), taken));
    }

    pub(super) fn trouble(&self, trouble: Option<(&str, bool)>) {
        self.state().trouble = trouble.map(|(answer, shows)| (answer.to_owned(), shows));
    }

    pub(super) fn fail(&self, asked: Asked, answer: &str) {
        self.state().fails.insert(question(asked), answer.to_owned());
    }

    pub(super) fn leave_out(&self, field: &str) {
        self.state().leaves_out = Some(field.to_owned());
    }

    pub(super) fn fate(&self, number: &str, fate: &'static str) {
        self.state().fates.insert(number.trim_start_matches('+').to_owned(), fate);
    }

    pub(super) fn posts(&self) -> Vec<Posted> {
        self.state().posts.clone()
    }

    /// The letters that were taken: id and text.
    pub(super) fn letters(&self) -> Vec<(String, String)> {
        let state = self.state();
        state.letters.iter().map(|letter| (letter.id.clone(), letter.says.clone())).collect()
    }

    /// Takes a line, and returns the line that comes back.
    pub(super) async fn carry(&self, line: &str) -> Result<String, Lost> {
        let request: Value = serde_json::from_str(line).unwrap();
        let (answer, ordinary) = self.decide(&request)?;
        match answer.as_deref() {
            None => Ok(ordinary.to_string()),
            Some("dropped") => Err(Lost::Silence),
            Some("half") => Ok(ordinary.to_string().split_off(4)),
            Some("coo") => Ok("coo, coo".to_owned()),
            Some("asleep") => std::future::pending().await,
            Some(name) => Ok(refusal(name).to_string()),
        }
    }

    /// The name of the scripted answer, if there is one, and the ordinary answer.
    fn decide(&self, request: &Value) -> Result<(Option<String>, Value), Lost> {
        let mut state = self.state();
        if state.gone {
            return Err(Lost::Nobody);
        }
        if request["key"] != KEY {
            return Ok((None, refusal("unfed")));
        }
        let text = |name: &str| request[name].as_str().unwrap_or_default().to_owned();
        let does = text("do");
        Ok(match &*does {
            "send" => {
                let link = request["link"].as_str().map(str::to_owned);
                state.posts.push(Posted { number: text("to"), text: text("say"), link });
                let trouble = state.trouble.clone().map(|(answer, _)| (Some(answer), false));
                let next = state.next.pop_front().map(|(answer, taken)| (Some(answer), taken));
                let (answer, taken) = trouble.or(next).unwrap_or((None, true));
                let id = format!("pigeon-{}", state.letters.len());
                if taken {
                    let at = self.clock.now().to_rfc3339();
                    let (to, says) = (text("to"), text("say"));
                    state.letters.push(Letter { id: id.clone(), to, says, at });
                }
                (answer, json!({"taken": id}))
            }
            "ping" => {
                let trouble = state.trouble.clone().filter(|(_, shows)| *shows);
                (trouble.map(|(answer, _)| answer), json!({"ready": true}))
            }
            "status" => {
                let letter = state.letters.iter().find(|letter| request["id"] == *letter.id);
                let fate = letter.map(|letter| state.fates.get(&letter.to).unwrap_or(&"flying"));
                (state.fails.get("status").cloned(), json!({ "letter": fate }))
            }
            "list" if self.lists => (state.fails.get("list").cloned(), state.list(request)),
            _ => (None, refusal("heavy")),
        })
    }
}

impl State {
    fn list(&self, request: &Value) -> Value {
        let page = request["page"].as_u64().and_then(|page| usize::try_from(page).ok());
        let mut rows: Vec<_> = self.letters.iter().filter(|l| request["to"] == *l.to).collect();
        let rest = rows.split_off(rows.len().min(page.unwrap_or_default() * PAGE));
        let row = |letter: &&Letter| {
            let Letter { id, to, says, at } = letter;
            let mut row = json!({"id": id, "to": to, "says": says, "at": at});
            if let (Some(field), Some(row)) = (&self.leaves_out, row.as_object_mut()) {
                row.remove(field);
            }
            row
        };
        let letters: Vec<_> = rest.iter().take(PAGE).map(row).collect();
        json!({"letters": letters, "more": rest.len() > PAGE})
    }
}

fn refusal(name: &str) -> Value {
    let (_, by, why, wait) = REFUSALS.iter().find(|refusal| refusal.0 == name).unwrap();
    json!({"refused": {"by": by, "why": why, "wait": wait}})
}
