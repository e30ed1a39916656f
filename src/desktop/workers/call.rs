//! The call worker.

use super::{House, Outbox};
use crate::desktop::msg::{CallDo, CallEvent, CallPlan, Event};
use std::sync::mpsc::Receiver;

/// Runs one call from its first sample to the closed take.
pub fn run(_house: &House, outbox: &Outbox, _plan: CallPlan, _orders: &Receiver<CallDo>) {
    outbox.send(Event::Call(CallEvent::Failed("Calls are not connected yet.".to_owned())));
}
