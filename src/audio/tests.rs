//! Recordings in every form, and broken in every way.

use super::*;
use crate::signal::SampleSource;
use proptest::prelude::*;
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

#[test]
fn a_plain_file_is_read_to_the_sample() {
    let (info, samples) = loaded(&Wav::plain().bytes());
    assert_eq!((info.sample_rate_hz, info.channels, info.frames), (8_000, 1, 8_000));
    assert_eq!((info.duration_s, samples[0].len()), (1.0, 16_000));
    assert_eq!(info.sha256.len(), 64);
    let worst = (200..15_800)
        .map(|n| (samples[0][n] - 0.5 * (std::f32::consts::TAU * 100.0 * n as f32 / 16_000.0).sin()).abs())
        .fold(0.0, f32::max);
    assert!(worst < 2e-4, "{worst}");
}

#[test]
fn sizes_that_recorders_leave_wrong_are_mended() {
    for size in [0, u32::MAX, 0x7FFF_F000] {
        same_as_plain(&Wav { size: Some(size), ..Wav::plain() }, &["header_repaired"]);
    }
    same_as_plain(&Wav { size: Some(16_100), ..Wav::plain() }, &["truncated"]);
    let mut bytes = Wav::plain().bytes();
    bytes[4..8].fill(0);
    assert!(loaded(&bytes).1 == loaded(&Wav::plain().bytes()).1, "the RIFF size does not matter");
}

#[test]
fn chunks_around_the_sound_do_not_matter_padded_or_not() {
    let odd =
        |padded| [chunk(false, b"LIST", b"odd", padded), chunk(false, b"JUNK", &[0; 28], true)].concat();
    same_as_plain(&Wav { before: odd(true), ..Wav::plain() }, &[]);
    same_as_plain(&Wav { before: odd(false), ..Wav::plain() }, &[]);
    same_as_plain(&Wav { before: chunk(false, b"fact", &[7; 32], true), ..Wav::plain() }, &[]);
    same_as_plain(&Wav { after: odd(true), ..Wav::plain() }, &[]);
    same_as_plain(&Wav { before: vec![0; 36], ..Wav::plain() }, &["header_repaired"]);
    let mut long = Wav::plain();
    long.fmt.extend_from_slice(&[0; 20]);
    same_as_plain(&long, &[]);
}

#[test]
fn a_file_cut_anywhere_behind_its_header_gives_what_is_there() {
    let whole = Wav::plain().bytes();
    for cut in [44, 45, 46, 47, 1_001, whole.len() - 1] {
        let (info, samples) = loaded(&whole[..cut]);
        assert_eq!(info.frames as usize, (cut - 44) / 2, "cut at {cut}");
        assert_eq!(samples[0].len(), (cut - 44) / 2 * 2);
        assert!(codes(&info).contains(&"truncated"), "cut at {cut}: {:?}", codes(&info));
    }
    for cut in [12, 20, 37, 40, 43] {
        let error = open(&whole[..cut]).err().expect("no sound").to_string();
        assert!(error.starts_with("call.wav: the recording is damaged: it"), "cut at {cut}: {error}");
    }
}

#[test]
fn rf64_takes_its_sizes_from_its_own_chunk() {
    let plain = Wav::plain();
    let mut ds64 = vec![0u8; 28];
    ds64[8..16].copy_from_slice(&(plain.data.len() as u64).to_le_bytes());
    let before = chunk(false, b"ds64", &ds64, true);
    for magic in [b"RF64", b"BW64"] {
        let after = chunk(false, b"LIST", &[1; 100], true);
        same_as_plain(
            &Wav { magic, size: Some(u32::MAX), before: before.clone(), after, ..plain.clone() },
            &[],
        );
    }
}

#[test]
fn rifx_is_big_endian_throughout() {
    let data = Wav::plain().data.chunks(2).flat_map(|b| [b[1], b[0]]).collect();
    same_as_plain(&Wav { magic: b"RIFX", fmt: fmt(true, 1, 1, 8_000, 2, 16), data, ..Wav::plain() }, &[]);
}

#[test]
fn widths_and_kinds_of_samples_agree_with_sixteen_bits() {
    let coded = |tag: u16, bits: u16, extensible: bool, code: &dyn Fn(f32) -> Vec<u8>| {
        let data: Vec<u8> = tone().iter().flat_map(|s| code((s * 32768.0).trunc() / 32768.0)).collect();
        let block = (data.len() / 8_000) as u16;
        let mut header = fmt(
            false,
            if extensible { 0xFFFE } else { tag },
            1,
            8_000,
            block,
            if extensible { block * 8 } else { bits },
        );
        if extensible {
            header.extend_from_slice(&put16(false, 22));
            header.extend_from_slice(&put16(false, bits));
            header.extend_from_slice(&put32(false, 4));
            header.extend_from_slice(&put32(false, u32::from(tag)));
            header.extend_from_slice(b"\0\0\x10\0\x80\0\0\xAA\0\x38\x9B\x71");
        }
        Wav { fmt: header, data, ..Wav::plain() }
    };
    let int = |bytes: usize| {
        move |s: f32| ((f64::from(s) * 2f64.powi(63)) as i64).to_le_bytes()[8 - bytes..].to_vec()
    };
    for extensible in [false, true] {
        for (bits, bytes) in [(16, 2), (12, 2), (24, 3), (20, 3), (32, 4), (24, 4), (40, 5), (64, 8)] {
            if bits >= 16 {
                same_as_plain(&coded(1, bits, extensible, &int(bytes)), &[]);
            }
        }
        same_as_plain(&coded(3, 32, extensible, &|s| s.to_le_bytes().to_vec()), &[]);
        same_as_plain(&coded(3, 64, extensible, &|s| f64::from(s).to_le_bytes().to_vec()), &[]);
    }
    let close = |wav: &Wav, tolerance: f32| {
        let (a, b) = (loaded(&wav.bytes()).1, loaded(&Wav::plain().bytes()).1);
        let worst = a[0].iter().zip(&b[0]).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(a[0].len() == b[0].len() && worst < tolerance, "{worst}");
    };
    close(&coded(1, 8, false, &|s| vec![(s * 128.0 + 128.0).round() as u8]), 0.01);
    close(&coded(7, 8, false, &|s| vec![g711::to_mu_law(s)]), 0.02);
}

#[test]
fn channels_are_told_apart_and_equal_ones_are_said() {
    let four = |f: &dyn Fn(usize, i16) -> i16| {
        let data = tone()
            .into_iter()
            .flat_map(|s| (0..4).flat_map(|c| f(c, (s * 32768.0) as i16).to_le_bytes()).collect::<Vec<_>>());
        Wav { fmt: fmt(false, 1, 4, 8_000, 8, 16), data: data.collect(), ..Wav::plain() }.bytes()
    };
    let (info, samples) = loaded(&four(&|c, s| s / (i16::try_from(c).expect("small") + 1)));
    assert_eq!((info.channels, codes(&info)), (4, vec![]));
    let peak = |c: usize| samples[c].iter().fold(0.0f32, |p, s| p.max(*s));
    assert!((0..4).all(|c| (peak(c) * (c + 1) as f32 - 0.5).abs() < 0.01));
    assert_eq!(codes(&loaded(&four(&|_, s| s)).0), ["same_channels"]);
    let mut recording = open(&four(&|_, s| s)).expect("opens");
    assert!(matches!(recording.load(&[4]), Err(AudioError::NoSuchChannel { wanted: 4, channels: 4, .. })));
    assert_eq!(recording.load(&[3]).expect("loads").len(), 1);
}

#[test]
fn no_samples_is_a_recording_of_nothing() {
    let (info, samples) = loaded(&Wav { data: Vec::new(), ..Wav::plain() }.bytes());
    assert_eq!((info.frames, samples[0].len(), codes(&info)), (0, 0, vec!["no_samples"]));
}

#[test]
fn what_is_no_recording_is_refused_with_a_reason() {
    let dir = tempfile::tempdir().expect("dir");
    let error = |path: &Path| Recording::open(path).err().expect("refused").to_string();
    assert!(error(&dir.path().join("no.wav")).contains("there is no such file"));
    assert!(error(dir.path()).contains("this is a folder"));
    let file = |name: &str, bytes: &[u8]| {
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        path
    };
    assert!(error(&file("empty.wav", b"")).contains("the file is empty"));
    assert!(error(&file("notes.wav", b"caller was upset\n")).contains("not a recording but a text file"));
    for (tag, name) in
        [(0x31, "GSM 6.10"), (0x83, "G.729"), (0x161, "Windows Media Audio"), (0x7777, "WAV format 0x7777")]
    {
        let refused =
            error(&file("coded.wav", &Wav { fmt: fmt(false, tag, 1, 8_000, 65, 0), ..Wav::plain() }.bytes()));
        assert!(refused.contains(name) && refused.contains("ffmpeg -i"), "{refused}");
    }
    for (channels, rate, bits, says) in [
        (0, 8_000, 16, "no channels"),
        (1, 0, 16, "0 samples a second"),
        (1, 4_000_000_000, 16, "4000000000"),
        (1, 8_000, 0, "0 bits"),
        (1, 8_000, 999, "999 bits"),
    ] {
        let refused = error(&file(
            "bad.wav",
            &Wav { fmt: fmt(false, 1, channels, 1, 0, bits), ..Wav::plain() }.with_rate(rate),
        ));
        assert!(refused.contains(says), "{refused}");
    }
}

impl Wav {
    fn with_rate(&self, rate: u32) -> Vec<u8> {
        let mut wav = self.clone();
        wav.fmt[4..8].copy_from_slice(&rate.to_le_bytes());
        wav.bytes()
    }
}

fn form(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/forms").join(name)
}

/// The moment of a burst: the center of energy around the loudest sample.
fn burst_s(samples: &[f32]) -> f64 {
    let top =
        (0..samples.len()).max_by(|a, b| samples[*a].abs().total_cmp(&samples[*b].abs())).expect("some");
    let around = top.saturating_sub(160)..(top + 160).min(samples.len());
    let (weight, sum) = around.fold((0.0, 0.0), |(w, s), n| {
        let e = f64::from(samples[n]).powi(2);
        (w + e, s + e * n as f64)
    });
    sum / weight / 16_000.0
}

#[test]
fn every_coding_keeps_its_times() {
    for name in [
        "bursts.flac",
        "bursts.mp3",
        "bursts.ogg",
        "bursts.m4a",
        "bursts.aiff",
        "bursts-ima.wav",
        "bursts-ms.wav",
        "bursts-mulaw.wav",
    ] {
        let mut recording = Recording::open(&form(name)).expect(name);
        assert_eq!(recording.info().channels, 2, "{name}");
        let stores = recording.load(&[0, 1]).expect(name);
        for (store, truth) in stores.iter().zip([0.2, 0.35]) {
            let found = burst_s(&store.to_vec().expect("reads"));
            assert!((found - truth).abs() < 0.5e-3, "{name}: burst at {found} s, not at {truth} s");
        }
        let duration_s = recording.info().duration_s;
        assert!(
            (0.499..0.533).contains(&duration_s),
            "{name}: {duration_s} s, {:?}",
            recording.info().warnings
        );
        assert_eq!(codes(recording.info()), Vec::<&str>::new(), "{name}");
    }
}

#[test]
fn codings_without_a_decoder_are_refused_by_name() {
    for (name, codec) in
        [("bursts-gsm.wav", "GSM 6.10"), ("bursts-opus.ogg", "Opus"), ("bursts-alac.m4a", "Lossless")]
    {
        let error = Recording::open(&form(name)).err().expect(name).to_string();
        assert!(error.contains(codec) && error.contains("convert it first"), "{error}");
    }
    // HE-AAC: the object type in the decoder's configuration (ISO/IEC 14496-3) turned from 2 (LC) to 5 (SBR).
    let mut bytes = std::fs::read(form("bursts.m4a")).expect("there");
    let at = bytes.windows(2).position(|w| w == [0x05, 0x80]).expect("decoder configuration") + 5;
    bytes[at] = bytes[at] & 0x07 | 5 << 3;
    let error = open(&bytes).err().expect("refused").to_string();
    assert!(error.contains("HE-AAC"), "{error}");
}

#[test]
fn a_stream_from_standard_input_reads_as_the_file() {
    let bytes = std::fs::read(form("bursts.m4a")).expect("there");
    let mut piped = Recording::open_reader(Path::new("-"), bytes.as_slice()).expect("opens");
    let mut file = Recording::open(&form("bursts.m4a")).expect("opens");
    assert_eq!(piped.info().sha256, file.info().sha256);
    assert!(piped.load_mono().expect("loads") == file.load_mono().expect("loads"));
}

#[test]
fn short_clips_are_bounded() {
    assert!(!read_short(&form("bursts.mp3")).expect("short").is_empty());
    let long = Wav { data: vec![0; 2 * 8_000 * 61], ..Wav::plain() };
    assert!(matches!(read_short_bytes(Path::new("x"), &long.bytes()), Err(AudioError::TooLong { .. })));
}

#[test]
fn a_store_serves_several_threads_at_once() {
    let mut recording = open(&Wav::plain().bytes()).expect("opens");
    let store = &recording.load(&[0]).expect("loads")[0];
    let truth = store.to_vec().expect("reads");
    std::thread::scope(|scope| {
        for start in 0..4u64 {
            let truth = &truth;
            scope.spawn(move || {
                for i in 0..50 {
                    let at = start * 1000 + i * 37;
                    let mut out = vec![0.0; 5_000];
                    store.read_at(at, &mut out).expect("reads");
                    assert!(out == truth[at as usize..at as usize + 5_000]);
                }
            });
        }
    });
}

/// Reading broken bytes must end in samples or one error; and never in more samples than the bytes can hold.
fn survives(bytes: &[u8]) {
    if let Ok(mut recording) = open(bytes) {
        let channels = recording.info().channels;
        if let Ok(stores) = recording.load(&[channels - 1]) {
            let info = recording.info();
            // A compressed byte is hardly ever more than 2,000 samples; one at 1,000 Hz is sixteen of ours.
            assert!(
                info.frames <= 4_096 * bytes.len() as u64 + 200_000,
                "{} frames of {} bytes",
                info.frames,
                bytes.len()
            );
            assert_eq!(stores[0].len(), (info.frames * 16_000).div_ceil(u64::from(info.sample_rate_hz)));
        }
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = [
        "bursts-ima.wav",
        "bursts-ms.wav",
        "bursts.aiff",
        "bursts.flac",
        "bursts.mp3",
        "bursts.ogg",
        "bursts.m4a",
        "bursts.aac",
    ]
    .iter()
    .map(|name| std::fs::read(form(name)).expect("there"))
    .collect();
    all.push(
        Wav {
            data: Wav::plain().data[..600].to_vec(),
            before: chunk(false, b"LIST", b"abc", true),
            ..Wav::plain()
        }
        .bytes(),
    );
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn broken_headers_never_panic_hang_or_grow(
        which in 0usize..9,
        edits in proptest::collection::vec((0usize..400, any::<u8>()), 1..8),
        cut in proptest::option::of(0usize..2_000),
    ) {
        let mut bytes = seeds().swap_remove(which);
        for (at, value) in edits {
            let at = at % bytes.len();
            bytes[at] = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut);
        }
        survives(&bytes);
    }

    #[test]
    fn extreme_numbers_in_a_header_never_panic_hang_or_grow(
        at in 4usize..44,
        value in prop_oneof![Just(0u32), Just(1), Just(u32::MAX), Just(0x7FFF_FFFF), Just(0x8000_0000), Just(0xFFFF), any::<u32>()],
    ) {
        let mut bytes = Wav { data: Wav::plain().data[..600].to_vec(), ..Wav::plain() }.bytes();
        bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
        survives(&bytes);
    }

    #[test]
    fn noise_is_never_a_recording_that_hurts(bytes in proptest::collection::vec(any::<u8>(), 0..3_000), magic in 0usize..6) {
        let head = [&b""[..], b"RIFF\0\0\0\0WAVE", b"ID3\x04", b"OggS", b"fLaC", b"\xFF\xFB\x90\x00"][magic];
        survives(&[head, &bytes].concat());
    }
}
