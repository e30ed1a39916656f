//! Short clips in memory: the customer's lines of a scenario, a prompt, a reply.

use super::{AudioError, Recording};
use std::path::Path;

/// Longest clip that is read whole, in seconds.
const MAX_S: f64 = 60.0;

/// A short recording, mono at 16 kHz (two channels are mixed).
pub fn read_short(path: &Path) -> Result<Vec<f32>, AudioError> {
    whole(Recording::open(path)?)
}

/// The same from bytes, under a name for messages.
pub fn read_short_bytes(name: &Path, bytes: &[u8]) -> Result<Vec<f32>, AudioError> {
    whole(Recording::open_bytes(name, bytes)?)
}

fn whole(mut recording: Recording) -> Result<Vec<f32>, AudioError> {
    let too_long = |r: &Recording| {
        let error = AudioError::TooLong { path: r.info().path.clone(), max: format!("{MAX_S:.0} seconds") };
        if r.info().duration_s > MAX_S { Err(error) } else { Ok(()) }
    };
    too_long(&recording)?;
    let samples = recording.load_mono()?;
    too_long(&recording)?;
    Ok(samples)
}
