//! The first bytes of a whisper.cpp model: is it one, and how large is the network.

use std::io::{BufReader, Read};
use std::path::Path;

/// "ggml" as a little-endian number.
const MAGIC: u32 = 0x6767_6d6c;
/// Magic and eleven numbers.
pub(super) const BYTES: usize = 48;

/// Frequencies of a window of 25 ms at 16 kHz.
const SPECTRUM_BINS: u32 = 201;
/// Bytes of a token.
const LONGEST_TOKEN: u64 = 1_024;

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

    /// Whether the filter bank and the vocabulary behind the first bytes can be read. whisper.cpp believes every length
    /// there, and ends the program where one is wrong.
    pub fn is_followed_by_a_vocabulary(self, path: &Path) -> bool {
        let Ok(file) = std::fs::File::open(path) else { return false };
        self.vocabulary_in(&mut BufReader::new(file)).is_some()
    }

    fn vocabulary_in(self, file: &mut impl Read) -> Option<()> {
        skip(file, BYTES as u64)?;
        let (mels, bins) = (number(file)?, number(file)?);
        if !(1..=256).contains(&mels) || bins != SPECTRUM_BINS {
            return None;
        }
        skip(file, u64::from(mels * bins) * 4)?;
        let tokens = number(file)?;
        if tokens > self.vocabulary {
            return None;
        }
        for _ in 0..tokens {
            let length = u64::from(number(file)?);
            (length <= LONGEST_TOKEN).then(|| skip(file, length))??;
        }
        Some(())
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

fn number(file: &mut impl Read) -> Option<u32> {
    let mut four = [0; 4];
    file.read_exact(&mut four).ok().map(|()| u32::from_le_bytes(four))
}

fn skip(file: &mut impl Read, bytes: u64) -> Option<()> {
    let read = std::io::copy(&mut file.take(bytes), &mut std::io::sink()).ok()?;
    (read == bytes).then_some(())
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
    fn weights_that_go_on_with_anything_else_are_refused_before_they_are_believed() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/ggml-base-q5_1.bin");
        let header = Header::read(&path).unwrap();
        assert!(header.is_followed_by_a_vocabulary(&path));
        let good = std::fs::read(&path).unwrap();
        let ok = |model: &[u8]| header.vocabulary_in(&mut &model[..]).is_some();
        assert!(ok(&good[..1_000_000]) && !ok(&good[..100_000]) && !ok(&good[..50]));
        let mut garbage = good[..BYTES].to_vec();
        garbage.resize(1_000_000, 7);
        assert!(!ok(&garbage));
        // A token that is said to be 4 GB long.
        let mut long = good[..1_000_000].to_vec();
        let first = BYTES + 8 + 80 * 201 * 4 + 4;
        long[first..first + 4].fill(0xff);
        assert!(!ok(&long));
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
