//! What the agent says, recognized and judged on its own thread while the agent is still speaking.

use super::hearing::{Answer, Core, Heard, Knowledge, Request};
use super::tape::Tape;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};

/// Requests and answers that may wait.
const QUEUE: usize = 64;

/// Recognizes on its own thread, or at once where a virtual clock must not run ahead.
pub enum Listener {
    AtOnce {
        core: Box<Core>,
        answers: Vec<Answer>,
    },
    Thread {
        requests: Option<SyncSender<Request>>,
        answers: Receiver<Answer>,
        thread: Option<std::thread::JoinHandle<Heard>>,
        cancel: Arc<AtomicBool>,
        make_way: Arc<AtomicBool>,
    },
}

impl Listener {
    pub fn new(tape: Tape, know: Knowledge, threaded: bool) -> Option<Self> {
        let (cancel, make_way) = (Arc::<AtomicBool>::default(), Arc::<AtomicBool>::default());
        let core = Core::new(tape, know, cancel.clone(), make_way.clone());
        if !threaded {
            return Some(Self::AtOnce { core: Box::new(core), answers: Vec::new() });
        }
        let (requests, inbox) = sync_channel(QUEUE);
        let (outbox, answers) = sync_channel(QUEUE);
        let thread = std::thread::Builder::new()
            .name("call-words".to_owned())
            .spawn(move || run(core, &inbox, &outbox))
            .ok()?;
        Some(Self::Thread { requests: Some(requests), answers, thread: Some(thread), cancel, make_way })
    }

    /// Never blocks.
    pub fn ask(&mut self, request: Request) {
        match self {
            Self::AtOnce { core, answers } => answers.push(core.hear(&request)),
            Self::Thread { requests, make_way, .. } => {
                if let Some(requests) = requests {
                    // The queue is emptied at every look; a full one holds newer requests than it needs.
                    let _ = requests.try_send(request);
                }
                make_way.store(true, Ordering::Relaxed);
            }
        }
    }

    /// What was found out since the last look.
    pub fn answers(&mut self) -> Vec<Answer> {
        match self {
            Self::AtOnce { answers, .. } => std::mem::take(answers),
            Self::Thread { answers, .. } => answers.try_iter().collect(),
        }
    }

    /// Stops; what was heard in the call. Waits for a decode in progress to stop, one pass of the recognizer at most.
    pub fn finish(self) -> Heard {
        match self {
            Self::AtOnce { core, .. } => core.finish(),
            Self::Thread { mut requests, mut thread, cancel, make_way, .. } => {
                cancel.store(true, Ordering::Relaxed);
                make_way.store(true, Ordering::Relaxed);
                drop(requests.take());
                thread.take().and_then(|t| t.join().ok()).unwrap_or_default()
            }
        }
    }
}

fn run(mut core: Core, requests: &Receiver<Request>, answers: &SyncSender<Answer>) -> Heard {
    loop {
        core.makes_way(false);
        let mut next = if core.has_more() {
            match requests.try_recv() {
                Ok(request) => Some(request),
                Err(TryRecvError::Empty) => None,
                Err(TryRecvError::Disconnected) => return core.finish(),
            }
        } else {
            let Ok(request) = requests.recv() else { return core.finish() };
            Some(request)
        };
        // Only the newest of a turn counts: it holds everything that the older ones asked for.
        while let Ok(newer) = requests.try_recv() {
            if let Some(older) = next.replace(newer)
                && next.as_ref().is_some_and(|n| n.turn != older.turn)
            {
                core.remember(&older);
            }
        }
        match next {
            Some(request) => {
                let answer = core.hear(&request);
                if answers.send(answer).is_err() {
                    return core.finish();
                }
            }
            None => core.polish(),
        }
    }
}
