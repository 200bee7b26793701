//! Names that lead wherever a test wants.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::net::IpAddr;
use std::sync::Mutex;

use async_trait::async_trait;
use whatsapp_media::Resolver;

/// Resolves names to addresses. Several answers for one name are given once each, the last for
/// ever.
#[derive(Debug, Default)]
pub(crate) struct Names {
    answers: Mutex<HashMap<String, VecDeque<Vec<IpAddr>>>>,
    others: Vec<IpAddr>,
    asked: Mutex<Vec<String>>,
}

impl Names {
    /// Resolves all names without an answer of their own to this address.
    pub(crate) fn others_to(address: &str) -> Self {
        Self { others: vec![address.parse().unwrap()], ..Self::default() }
    }

    pub(crate) fn with(self, name: &str, addresses: &[&str]) -> Self {
        let addresses = addresses.iter().map(|address| address.parse().unwrap()).collect();
        self.answers.lock().unwrap().entry(name.to_owned()).or_default().push_back(addresses);
        self
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

#[async_trait]
impl Resolver for Names {
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        self.asked.lock().unwrap().push(name.to_owned());
        let mut answers = self.answers.lock().unwrap();
        let Some(answers) = answers.get_mut(name) else { return Ok(self.others.clone()) };
        let first = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
        Ok(first.unwrap_or_default())
    }
}
