//! Weights into memory.

use std::path::PathBuf;

use whisper_rs::{WhisperContext, WhisperContextParameters};

use crate::asr::header::{self, Header};
use crate::asr::{AsrError, Weights, embedded, widen};

/// Reads and checks the weights, widened where that is faster.
pub(super) fn load(weights: &Weights) -> Result<(Header, WhisperContext), AsrError> {
    let header = match weights {
        Weights::File { path, .. } if !path.is_file() => return Err(AsrError::NoWeights(path.clone())),
        Weights::File { path, .. } => {
            Header::read(path).filter(|header| header.is_followed_by_a_vocabulary(path))
        }
        Weights::Embedded { bytes, .. } => bytes.get(..header::BYTES).and_then(Header::parse),
    };
    let header = header.ok_or_else(|| AsrError::NotAModel(weights.to_string()))?;
    let mut params = WhisperContextParameters::default();
    params.flash_attn(false);
    let wide = match weights {
        Weights::File { path, .. } => std::fs::read(path).ok().and_then(|model| widen::widen(&model)),
        Weights::Embedded { bytes, .. } => match embedded::read(bytes) {
            Some(model) => widen::widen(&model),
            None => widen::widen(bytes),
        },
    };
    let context = match (wide, weights) {
        (Some(wide), _) => WhisperContext::new_from_buffer_with_params(&wide, params),
        (None, Weights::File { path, .. }) => WhisperContext::new_with_params(PathBuf::from(path), params),
        (None, Weights::Embedded { bytes, .. }) => WhisperContext::new_from_buffer_with_params(bytes, params),
    }
    .map_err(|_| AsrError::Load(weights.to_string()))?;
    Ok((header, context))
}
