//! The worker of the recognizers: fetches, checks and removes. Fetching is the only thing that uses the network.

use super::{House, Outbox};
use crate::asr::ModelsError;
use crate::asr::models::{Check, Place};
use crate::desktop::msg::{Event, Job, ModelDo};
use crate::desktop::state::{Fetching, ModelRow};
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

/// How often the window hears how far it is.
const TELL: Duration = Duration::from_millis(100);

/// Works until the window is gone. `stop` ends what is being fetched.
pub fn run(house: &House, outbox: &Outbox, stop: &AtomicBool, jobs: &Receiver<Job>) {
    list(house, outbox);
    while let Ok(job) = jobs.recv() {
        let Job::Models(what) = job else { continue };
        let (name, said) = match &what {
            ModelDo::Get(name) => (name, get(house, outbox, name, stop)),
            ModelDo::Verify(name) => (name, verify(house, name)),
            ModelDo::Remove(name) => {
                (name, house.models.remove(name).map(|_| "Removed.".to_owned()).map_err(|e| e.to_string()))
            }
            ModelDo::Stop | ModelDo::Use(_) => continue,
        };
        list(house, outbox);
        let (text, is_trouble) = said.map_or_else(|why| (why, true), |text| (text, false));
        outbox.send(Event::ModelSaid(name.clone(), text, is_trouble));
    }
}

/// What there is.
fn list(house: &House, outbox: &Outbox) {
    let speech = house.models.list().into_iter().filter(|(m, _)| !m.name.starts_with("silero"));
    let rows = speech.map(|(m, place)| ModelRow {
        name: m.name.clone(),
        bytes: m.bytes,
        has_checksum: m.sha256.is_some(),
        installed: place != Place::Absent,
        own: !m.shipped && matches!(place, Place::File(_)),
    });
    outbox.send(Event::Models(rows.collect(), house.models.home().to_owned()));
}

fn get(house: &House, outbox: &Outbox, name: &str, stop: &AtomicBool) -> Result<String, String> {
    let mut told: Option<Instant> = None;
    let mut progress = |done: u64, whole: Option<u64>| {
        if told.is_none_or(|t| t.elapsed() >= TELL) || Some(done) == whole {
            told = Some(Instant::now());
            let now = Fetching { name: name.to_owned(), done, whole, stopping: false };
            outbox.send(Event::Fetching(Some(now)));
        }
    };
    let got = house.models.get(name, &mut progress, stop);
    outbox.send(Event::Fetching(None));
    match got {
        Ok(_) => verify(house, name),
        Err(ModelsError::Cancelled) => {
            Ok("Stopped. What was fetched is kept; Get goes on from there.".to_owned())
        }
        Err(ModelsError::Broken { .. }) => {
            Err("The connection broke. What was fetched is kept; Get goes on from there.".to_owned())
        }
        Err(ModelsError::DiskFull(path)) => {
            Err(format!("{}: the disk is full. Free some space; Get goes on from there.", path.display()))
        }
        Err(ModelsError::Wrong { why, .. }) => {
            Err(format!("What came is not this recognizer ({why}). It was thrown away; try again later."))
        }
        Err(e) => Err(e.to_string()),
    }
}

fn verify(house: &House, name: &str) -> Result<String, String> {
    match house.models.verify(name) {
        Ok(Check::Sha256) => Ok("Installed, and every byte is as it should be (SHA-256).".to_owned()),
        Ok(Check::SizeOnly) => {
            Ok("Installed; its size and first bytes are right. Its checksum is not known.".to_owned())
        }
        Err(e) => Err(e.to_string()),
    }
}
