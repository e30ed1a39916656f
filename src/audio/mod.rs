//! Recordings in, recordings out: reads what call recorders write, brings each person to 16 kHz mono on a temporary
//! file, and writes takes that survive a crash.
//!
//! A recording's way: `input` (bytes) → `sniff` (what it is) → `riff`/`aiff`/`packets` (where the sound lies) →
//! `pcm`/`adpcm`/`packets` (samples at the file's own rate, in blocks) → `resample` → `store` ([`ChannelStore`]).

mod adpcm;
mod aiff;
mod blocks;
mod clip;
mod error;
mod g711;
mod input;
mod layout;
mod levels;
mod mp4;
mod packets;
mod pcm;
mod recording;
mod resample;
mod riff;
mod short;
mod sniff;
mod store;
mod take;

pub use clip::{wav_mulaw_8k, wav_pcm16};
pub use error::AudioError;
pub use levels::Levels;
pub use recording::{Info, Recording};
pub use resample::{LiveResampler, resample};
pub use short::{read_short, read_short_bytes};
pub use store::ChannelStore;
pub use take::{RecoveredTake, TakeWriter, recover_take};

/// Longest recording that is read; beyond it a header is lying or a file should be split.
pub const MAX_HOURS: u64 = 24;

#[cfg(test)]
mod tests;
