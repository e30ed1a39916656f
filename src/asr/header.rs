//! The first bytes of a whisper.cpp model: is it one, and how large is the network.

use std::io::Read;
use std::path::Path;

/// "ggml" as a little-endian number.
const MAGIC: u32 = 0x6767_6d6c;
/// Magic and eleven numbers.
pub(super) const BYTES: usize = 48;

/// The sizes a model begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    vocabulary: u32,
    audio_layers: u32,
}

impl Header {
    /// `None` when these are not the first bytes of a Whisper model in ggml form.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let word = |i: usize| Some(u32::from_le_bytes(bytes.get(4 * i..4 * i + 4)?.try_into().ok()?));
        let header = Self { vocabulary: word(1)?, audio_layers: word(5)? };
        let sane = word(0)? == MAGIC
            && (51_000..53_000).contains(&header.vocabulary)
            && (1..=64).contains(&header.audio_layers);
        sane.then_some(header)
    }

    /// From a file; `None` when it cannot be read or is no model.
    pub fn read(path: &Path) -> Option<Self> {
        let mut bytes = [0; BYTES];
        std::fs::File::open(path).ok()?.read_exact(&mut bytes).ok()?;
        Self::parse(&bytes)
    }

    /// Whether it knows English only.
    pub fn is_english_only(self) -> bool {
        self.vocabulary < 51_865
    }

    /// Whether it can be given less than 30 s of context: the tiny networks then repeat themselves without end.
    pub fn takes_fitted_context(self) -> bool {
        self.audio_layers > 4
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(words: [u32; 12]) -> Vec<u8> {
        words.iter().flat_map(|w| w.to_le_bytes()).collect()
    }

    #[test]
    fn the_shipped_weights_are_a_multilingual_base_model() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/ggml-base-q5_1.bin");
        let header = Header::read(&path).unwrap();
        assert!(!header.is_english_only());
        assert!(header.takes_fitted_context());
    }

    #[test]
    fn a_web_page_saved_as_a_model_is_none() {
        assert_eq!(Header::parse(b"<!DOCTYPE html><html><head><title>Not found</title></head>"), None);
        assert_eq!(Header::parse(&bytes([MAGIC, 0, 0, 0, 0, 6, 0, 0, 0, 6, 0, 0])), None);
        assert_eq!(Header::parse(b"lmgg"), None);
    }

    #[test]
    fn tiny_models_get_no_fitted_context() {
        let tiny = Header::parse(&bytes([MAGIC, 51864, 1500, 384, 6, 4, 448, 384, 6, 4, 80, 1])).unwrap();
        assert!(!tiny.takes_fitted_context());
        assert!(tiny.is_english_only());
    }
}
