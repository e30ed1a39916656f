//! Whether weights are what they should be.

use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::manifest::Model;
use super::{DETECTOR, ModelsError, Place, Store};
use crate::asr::header::Header;

/// How a model was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// Every byte.
    Sha256,
    /// Its size and first bytes: its checksum is not known.
    SizeOnly,
}

impl Store {
    /// Checks every byte of a model, or its size where no checksum is known.
    pub fn verify(&self, name: &str) -> Result<Check, ModelsError> {
        let model = self.known(name).ok_or_else(|| ModelsError::Unknown(name.to_owned()))?;
        match self.place(model) {
            Place::File(path) => check(model, &path),
            Place::Embedded => {
                let bytes = self.embedded.of(name).unwrap_or_default();
                let found = hex(&Sha256::digest(bytes));
                if model.sha256.as_ref().is_none_or(|s| *s == found) {
                    Ok(Check::Sha256)
                } else {
                    let why = format!("its SHA-256 is {found}, not the expected one");
                    Err(ModelsError::Wrong { name: name.to_owned(), path: "built-in".into(), why })
                }
            }
            Place::Absent => Err(ModelsError::Absent(name.to_owned())),
        }
    }
}

/// Whether a file is the model it should be.
pub(super) fn check(model: &Model, path: &Path) -> Result<Check, ModelsError> {
    let wrong = |why: String| ModelsError::Wrong { name: model.name.clone(), path: path.to_path_buf(), why };
    let size = std::fs::metadata(path).map_err(|e| ModelsError::io(path, e))?.len();
    if let Some(bytes) = model.bytes
        && bytes != size
    {
        return Err(wrong(format!("it has {size} bytes, not {bytes}")));
    }
    if model.name != DETECTOR && Header::read(path).is_none() {
        return Err(wrong("it is no whisper.cpp model".to_owned()));
    }
    let Some(expected) = &model.sha256 else { return Ok(Check::SizeOnly) };
    let found = sha256(path)?;
    if found == *expected {
        Ok(Check::Sha256)
    } else {
        Err(wrong(format!("its SHA-256 is {found}, not {expected}")))
    }
}

/// SHA-256 of a file, lower-case hexadecimal.
fn sha256(path: &Path) -> Result<String, ModelsError> {
    let mut file = std::fs::File::open(path).map_err(|e| ModelsError::io(path, e))?;
    let mut hash = Sha256::new();
    let mut block = vec![0; 1 << 20];
    loop {
        match file.read(&mut block).map_err(|e| ModelsError::io(path, e))? {
            0 => return Ok(hex(&hash.finalize())),
            n => hash.update(&block[..n]),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut out, b| {
        let _ = write!(out, "{b:02x}");
        out
    })
}
