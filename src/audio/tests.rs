//! Recordings in every form, and broken in every way.

mod broken;
mod codings;
mod refused;
mod wave;

use super::*;
use crate::signal::SampleSource;
use std::path::{Path, PathBuf};

/// A WAVE file to be bent.
#[derive(Clone)]
struct Wav {
    magic: &'static [u8; 4],
    fmt: Vec<u8>,
    before: Vec<u8>,
    size: Option<u32>,
    data: Vec<u8>,
    after: Vec<u8>,
}

fn put16(big: bool, v: u16) -> [u8; 2] {
    if big { v.to_be_bytes() } else { v.to_le_bytes() }
}

fn put32(big: bool, v: u32) -> [u8; 4] {
    if big { v.to_be_bytes() } else { v.to_le_bytes() }
}

fn fmt(big: bool, tag: u16, channels: u16, rate: u32, block: u16, bits: u16) -> Vec<u8> {
    [
        &put16(big, tag)[..],
        &put16(big, channels),
        &put32(big, rate),
        &put32(big, rate * u32::from(block)),
        &put16(big, block),
        &put16(big, bits),
    ]
    .concat()
}

fn chunk(big: bool, id: &[u8], body: &[u8], padded: bool) -> Vec<u8> {
    let mut out = [id, &put32(big, body.len() as u32), body].concat();
    if padded && body.len() % 2 == 1 {
        out.push(0);
    }
    out
}

impl Wav {
    /// A second of a 100 Hz tone, 16 bit, mono at 8 kHz.
    fn plain() -> Self {
        let data = tone().iter().flat_map(|s| ((s * 32768.0) as i16).to_le_bytes()).collect();
        Self {
            magic: b"RIFF",
            fmt: fmt(false, 1, 1, 8_000, 2, 16),
            before: Vec::new(),
            size: None,
            data,
            after: Vec::new(),
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let big = self.magic == b"RIFX";
        let mut data = chunk(big, b"data", &self.data, true);
        if let Some(size) = self.size {
            data[4..8].copy_from_slice(&put32(big, size));
        }
        let body =
            [&b"WAVE"[..], &self.before, &chunk(big, b"fmt ", &self.fmt, true), &data, &self.after].concat();
        [&self.magic[..], &put32(big, body.len() as u32), &body].concat()
    }
}

fn tone() -> Vec<f32> {
    (0..8_000).map(|n| 0.5 * (std::f32::consts::TAU * 100.0 * n as f32 / 8000.0).sin()).collect()
}

fn open(bytes: &[u8]) -> Result<Recording, AudioError> {
    Recording::open_bytes(Path::new("call.wav"), bytes)
}

fn loaded(bytes: &[u8]) -> (Info, Vec<Vec<f32>>) {
    let mut recording = open(bytes).expect("opens");
    let all: Vec<u16> = (0..recording.info().channels).collect();
    let stores = recording.load(&all).expect("loads");
    (recording.info().clone(), stores.iter().map(|s| s.to_vec().expect("reads")).collect())
}

fn codes(info: &Info) -> Vec<&str> {
    info.warnings.iter().map(|w| w.code.as_str()).collect()
}

/// Asserts that a bent file sounds as the plain one, and warns as told.
fn same_as_plain(wav: &Wav, warns: &[&str]) {
    let (_, truth) = loaded(&Wav::plain().bytes());
    let (info, samples) = loaded(&wav.bytes());
    assert_eq!(codes(&info), warns);
    assert_eq!(samples[0].len(), truth[0].len());
    assert!(samples == truth, "other samples");
}

fn form(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/forms").join(name)
}
