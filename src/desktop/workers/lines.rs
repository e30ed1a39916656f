//! The customer's lines, made ready to be played while the brief is read, so that a call begins at once.

use super::House;
use crate::live::ReadyLine;
use crate::rehearse::Line;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Mutex, PoisonError};

/// Those of the scenario that was looked at last, some 4 MB.
#[derive(Debug, Default)]
pub struct Lines(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    scenario: String,
    /// With the fingerprint of the recording: a scenario of one's own can change at any time.
    lines: BTreeMap<String, (u64, ReadyLine)>,
}

impl Lines {
    /// Lines of a scenario; whoever asks while others are made ready waits for them.
    pub fn ready(
        &self,
        house: &House,
        scenario: &str,
        wanted: &[Line],
    ) -> Result<BTreeMap<String, ReadyLine>, String> {
        let bundle = house.scenarios.open(scenario).map_err(|e| e.to_string())?;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.scenario != scenario {
            *kept = Kept { scenario: scenario.to_owned(), ..Kept::default() };
        }
        let mut detector = None;
        let mut out = BTreeMap::new();
        for line in wanted {
            let mut print = DefaultHasher::new();
            bundle.audio(line).map_err(|e| e.to_string())?.hash(&mut print);
            let print = print.finish();
            let known =
                kept.lines.get(&line.id).filter(|(of, _)| *of == print).map(|(_, ready)| ready.clone());
            let ready = if let Some(ready) = known {
                ready
            } else {
                let detector = match &mut detector {
                    Some(open) => open,
                    None => detector.insert(house.ears()?.detector()?),
                };
                let samples = bundle.samples(line).map_err(|e| e.to_string())?;
                let ready = ReadyLine::new(samples, detector).map_err(|e| e.to_string())?;
                kept.lines.insert(line.id.clone(), (print, ready.clone()));
                ready
            };
            out.insert(line.id.clone(), ready);
        }
        Ok(out)
    }
}
