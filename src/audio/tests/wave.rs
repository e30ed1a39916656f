//! WAVE files, bent in every way that recorders and senders bend them.

use super::*;

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
