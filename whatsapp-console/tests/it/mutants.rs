//! Failures that the tests would show for a console in which one thing is wrong. The parts are the
//! console's own, with one of them left out.

use std::sync::Arc;

use async_trait::async_trait;
use axum::http::request::Parts;
use whatsapp_console::{Gate, Refused, Visitor};

use crate::door::Door;
use crate::live::{after_sign_out, beside};

/// A gate that goes on letting in a visitor whom it let in once, like a stream that does not
/// ask again.
#[derive(Debug)]
struct Once;

#[async_trait]
impl Gate for Once {
    async fn enter(&self, request: &Parts) -> Result<Visitor, Refused> {
        Door.enter(request).await
    }
}

#[tokio::test(start_paused = true)]
async fn event_stream_left_open() {
    // The visit is not checked again, and the stop is not told: both streams are found open.
    assert_eq!(after_sign_out(Arc::new(Once), || {}).await, None);
    assert_eq!(beside(async |_| {}).await, None);
}
