//! Compressed recordings, and other ways in and out.

use super::*;

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
