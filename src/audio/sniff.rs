//! What a file is, from its first bytes; its name is only asked when they say nothing.

use std::path::Path;

/// How to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// RIFF, RIFX, RF64 or BW64 with WAVE inside.
    Wave,
    /// FORM with AIFF or AIFC inside.
    Aiff,
    /// FLAC, MP3, Ogg, MP4, ADTS, Matroska: the packet readers.
    Packets,
    /// A recording in a coding that nothing here decodes.
    Unsupported(&'static str),
    /// No recording.
    Other(&'static str),
}

/// Number of bytes worth looking at.
pub(super) const HEAD_BYTES: usize = 4096;

/// Files whose start may be anything (MP3 behind a foreign tag): only then the name decides.
const BY_NAME: [&str; 9] = ["mp3", "mp2", "aac", "m4a", "mp4", "ogg", "oga", "flac", "mka"];

pub(super) fn sniff(head: &[u8], path: &Path) -> Kind {
    let at = |from: usize, magic: &[u8]| head.get(from..from + magic.len()) == Some(magic);
    let riff = [b"RIFF", b"RIFX", b"RF64", b"BW64"].iter().any(|m| at(0, *m));
    if riff && (at(8, b"WAVE") || head.len() < 12) {
        return Kind::Wave;
    }
    if riff && at(8, b"AVI ") {
        return Kind::Unsupported("the sound track of an AVI video");
    }
    if at(0, b"FORM") && (at(8, b"AIFF") || at(8, b"AIFC")) {
        return Kind::Aiff;
    }
    let mpeg = head.len() > 2 && head[0] == 0xFF && head[1] & 0xE0 == 0xE0 && head[1] & 0x18 != 0x08;
    if at(0, b"fLaC")
        || at(0, b"OggS")
        || at(0, b"ID3")
        || at(4, b"ftyp")
        || at(0, b"\x1A\x45\xDF\xA3")
        || mpeg
    {
        return Kind::Packets;
    }
    for (magic, name) in [
        (&b"#!AMR"[..], "AMR"),
        (b"\x30\x26\xB2\x75", "Windows Media Audio"),
        (b".snd", "Sun audio (.au)"),
        (b"caff", "Apple Core Audio (.caf)"),
        (b"#!SILK", "SILK"),
        (b"MAC ", "Monkey's Audio"),
        (b"wvpk", "WavPack"),
        (b"RIFF", "an unknown kind of RIFF file"),
        (b"RIFX", "an unknown kind of RIFF file"),
    ] {
        if at(0, magic) {
            return Kind::Unsupported(name);
        }
    }
    for (magic, name) in [
        (&b"%PDF"[..], "a PDF document"),
        (b"PK\x03\x04", "a ZIP archive or office document"),
        (b"\x89PNG", "a picture"),
        (b"\xFF\xD8\xFF", "a picture"),
        (b"GIF8", "a picture"),
        (b"\x1F\x8B", "a compressed archive"),
        (b"\x7FELF", "a program"),
        (b"MZ", "a program"),
        (b"MThd", "a MIDI file: notes without sound"),
        (b"SQLite format 3", "a database"),
    ] {
        if at(0, magic) {
            return Kind::Other(name);
        }
    }
    if looks_like_text(head) {
        return Kind::Other("a text file");
    }
    let named = path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
    if named.is_some_and(|e| BY_NAME.contains(&e.as_str())) {
        return Kind::Packets;
    }
    if head.iter().all(|b| *b == 0) {
        return Kind::Other("a file of zeros: the recorder crashed or the copy failed");
    }
    Kind::Other("a file of unknown kind")
}

fn looks_like_text(head: &[u8]) -> bool {
    let valid = match std::str::from_utf8(head) {
        Ok(text) => text,
        // A character cut in two by the end of the look.
        Err(e) if e.error_len().is_none() => {
            std::str::from_utf8(&head[..e.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !valid.is_empty() && valid.chars().all(|c| !c.is_control() || c.is_ascii_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_called_text_whatever_its_name() {
        let cut = &"Grüße".as_bytes()[..3]; // ends inside the ü
        for (name, bytes) in [("a.wav", &b"call notes\r\n\tone"[..]), ("a.mp3", b"hello"), ("a", cut)] {
            assert_eq!(sniff(bytes, Path::new(name)), Kind::Other("a text file"), "{name}");
        }
    }

    #[test]
    fn the_first_bytes_decide_and_the_name_only_when_they_say_nothing() {
        assert_eq!(sniff(b"RIFF\0\0\0\0WAVEfmt ", Path::new("call.mp3")), Kind::Wave);
        assert_eq!(sniff(b"\xFF\xFB\x90\x00", Path::new("call.wav")), Kind::Packets);
        assert_eq!(sniff(b"\x01\x02\x03\x00", Path::new("call.mp3")), Kind::Packets);
        assert!(matches!(sniff(b"\x01\x02\x03\x00", Path::new("call.wav")), Kind::Other(_)));
        assert!(matches!(sniff(b"\xFF\xD8\xFF\xE0", Path::new("call.jpg")), Kind::Other("a picture")));
    }
}
