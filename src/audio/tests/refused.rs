//! What is no recording.

use super::*;

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
