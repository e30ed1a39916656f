//! A call on its own named thread.

use super::{Command, LiveError, LiveEvent, Session, Setup};
use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How often the devices are looked at.
const STEP: Duration = Duration::from_millis(10);
/// Events that may wait to be read; levels are left out when there are more.
const QUEUE: usize = 256;

/// A call on its own thread. Dropping it ends the call and keeps the take.
#[derive(Debug)]
pub struct CallSession {
    commands: SyncSender<Command>,
    events: Receiver<LiveEvent>,
    thread: Option<JoinHandle<()>>,
}

impl CallSession {
    /// Opens the devices on the new thread; what comes of it is told by [`poll`](Self::poll). `wake` is called from
    /// there whenever there is something to read.
    pub fn start(setup: Setup, wake: impl Fn() + Send + 'static) -> Result<Self, LiveError> {
        let (commands, inbox) = sync_channel(QUEUE);
        let (outbox, events) = sync_channel(QUEUE);
        let thread = std::thread::Builder::new()
            .name("call".to_owned())
            .spawn(move || run(setup, &inbox, &outbox, &wake))
            .map_err(|_| LiveError::Thread)?;
        Ok(Self { commands, events, thread: Some(thread) })
    }

    /// Tells the call something; it is obeyed within 10 ms.
    pub fn command(&self, command: Command) {
        // Hundreds of unread commands would be a keyboard that hangs.
        let _ = self.commands.try_send(command);
    }

    /// What happened since the last look.
    pub fn poll(&self) -> Vec<LiveEvent> {
        self.events.try_iter().collect()
    }

    /// Waits for the next event; `None` after `limit` or when there will be none.
    pub fn wait(&self, limit: Duration) -> Option<LiveEvent> {
        self.events.recv_timeout(limit).ok()
    }
}

impl Drop for CallSession {
    fn drop(&mut self) {
        let _ = self.commands.try_send(Command::End);
        if let Some(thread) = self.thread.take() {
            // Events that nobody reads any more must not keep it.
            while !thread.is_finished() {
                let _ = self.events.recv_timeout(STEP);
            }
            let _ = thread.join();
        }
    }
}

fn run(setup: Setup, commands: &Receiver<Command>, events: &SyncSender<LiveEvent>, wake: &dyn Fn()) {
    let mut backlog: VecDeque<LiveEvent> = VecDeque::new();
    let mut command = || match commands.try_recv() {
        Ok(command) => Some(command),
        Err(TryRecvError::Empty) => None,
        Err(TryRecvError::Disconnected) => Some(Command::End),
    };
    drive(setup, &mut command, &mut |event| {
        let last = matches!(event, LiveEvent::Ended(_) | LiveEvent::Failed(_));
        backlog.push_back(event);
        while let Some(event) = backlog.pop_front() {
            match events.try_send(event) {
                Err(TrySendError::Full(LiveEvent::Meter { .. })) | Ok(()) => {}
                // Nothing is recorded any more: there is time to wait for the reader.
                Err(TrySendError::Full(event)) if last => {
                    if events.send(event).is_err() {
                        return;
                    }
                }
                Err(TrySendError::Full(event)) => {
                    backlog.push_front(event);
                    break;
                }
                Err(TrySendError::Disconnected(_)) => return,
            }
        }
        wake();
    });
}

/// Runs a call on this thread from its opening to the closed take; the last event is `Ended` or `Failed`. `command` is
/// asked until it gives nothing.
pub fn drive(setup: Setup, command: &mut dyn FnMut() -> Option<Command>, tell: &mut dyn FnMut(LiveEvent)) {
    let mut session = match Session::open(setup) {
        Ok(session) => session,
        Err(e) => return tell(LiveEvent::Failed(e.to_string())),
    };
    let mut due = Instant::now();
    loop {
        while !session.is_over()
            && let Some(command) = command()
        {
            session.command(command);
        }
        let over = session.is_over();
        session.step().into_iter().for_each(&mut *tell);
        if over {
            return;
        }
        due = (due + STEP).max(Instant::now());
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
    }
}
