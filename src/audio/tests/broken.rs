//! Broken bytes.

use super::*;
use proptest::prelude::*;

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
