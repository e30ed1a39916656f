//! Which devices there are now.

use super::list;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

/// How often the list of devices is looked at where the server may move a stream silently.
const PRESENCE: Duration = Duration::from_secs(2);

/// Looks at the list of devices on a thread of its own, because that can take long or hang.
pub(super) struct Presence {
    ask: Sender<()>,
    answers: Receiver<Vec<String>>,
    seen: Option<Vec<String>>,
}

impl Presence {
    /// `regular` = look every two seconds without being asked.
    pub fn start(regular: bool) -> Self {
        let (ask, asked) = channel::<()>();
        let (answer, answers) = channel();
        let run = move || {
            loop {
                let next = if regular {
                    asked.recv_timeout(PRESENCE)
                } else {
                    asked.recv().map_err(|_| RecvTimeoutError::Disconnected)
                };
                if next == Err(RecvTimeoutError::Disconnected) {
                    return;
                }
                let ids = list::ids();
                if answer.send(ids).is_err() {
                    return;
                }
            }
        };
        // Without the thread a stopped stream is only reported less exactly.
        let _ = std::thread::Builder::new().name("device-watch".to_owned()).spawn(run);
        Self { ask, answers, seen: None }
    }

    /// Looks once more, as soon as possible; until then nothing is known.
    pub fn ask(&mut self) {
        self.seen = None;
        let _ = self.ask.send(());
    }

    /// Takes note of what was found.
    pub fn update(&mut self) {
        while let Ok(ids) = self.answers.try_recv() {
            self.seen = Some(ids);
        }
    }

    /// Whether the device is listed, if the list is known.
    pub fn lists(&self, id: &str) -> Option<bool> {
        let host = |id: &str| id.split_once(':').map(|(host, _)| host.to_owned());
        let ids = self.seen.as_ref()?;
        // Another sound system's list says nothing about this device.
        ids.iter().any(|i| host(i) == host(id)).then(|| ids.iter().any(|i| i == id))
    }
}

#[cfg(test)]
impl Presence {
    /// A list that the test makes up.
    pub fn made_up() -> (Self, Sender<Vec<String>>) {
        let (ask, _) = channel();
        let (answer, answers) = channel();
        (Self { ask, answers, seen: None }, answer)
    }
}
