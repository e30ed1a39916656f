//! Weights of 5 bits rewritten with 8 while they are loaded.
//!
//! The shipped weights are small because they are stored as `q5_1`. ggml multiplies `q8_0` several times faster (there are
//! kernels for VNNI, AMX, AVX2 and NEON, none of them for `q5_1`), and 8 bits hold what 5 bits say almost exactly. The
//! formats are those of ggml's `ggml-common.h`; blocks of 32 weights.

use half::f16;

/// Weights in a block.
const BLOCK: usize = 32;
/// Bytes of a `q5_1` block: scale, minimum, fifth bits, four lower bits.
const FROM_BYTES: usize = 24;
/// Bytes of a `q8_0` block: scale, values.
const TO_BYTES: usize = 34;
/// Where the header says what most weights are, and the numbers there; thousands are the quantization's version.
const KIND_AT: usize = 44;
const MOSTLY_Q5_1: u32 = 9;
const MOSTLY_Q8_0: u32 = 7;
/// Types of one tensor.
const F32: u32 = 0;
const F16: u32 = 1;
const Q5_1: u32 = 7;
const Q8_0: u32 = 8;

/// The same model in 8 bits; `None` when it is not one of 5 bits (`q5_1`) or not complete.
pub(super) fn widen(model: &[u8]) -> Option<Vec<u8>> {
    let mut rest = Reader { bytes: model, at: super::header::BYTES };
    let kind = Reader { bytes: model, at: KIND_AT }.number()?;
    if kind % 1000 != MOSTLY_Q5_1 {
        return None;
    }
    let (mels, bins) = (rest.number()? as usize, rest.number()? as usize);
    rest.take(mels.checked_mul(bins)?.checked_mul(4)?)?;
    for _ in 0..rest.number()? {
        let length = rest.number()? as usize;
        rest.take(length)?;
    }
    let mut out = Vec::with_capacity(model.len() / FROM_BYTES * TO_BYTES);
    out.extend_from_slice(model.get(..rest.at)?);
    out[KIND_AT..KIND_AT + 4].copy_from_slice(&(kind - MOSTLY_Q5_1 + MOSTLY_Q8_0).to_le_bytes());
    while rest.at < model.len() {
        let from = rest.at;
        let (dimensions, name, kind) = (rest.number()?, rest.number()? as usize, rest.number()?);
        let mut count = 1_usize;
        for _ in 0..dimensions {
            count = count.checked_mul(rest.number()? as usize)?;
        }
        rest.take(name)?;
        let head = out.len();
        out.extend_from_slice(&model[from..rest.at]);
        match kind {
            F32 => out.extend_from_slice(rest.take(count.checked_mul(4)?)?),
            F16 => out.extend_from_slice(rest.take(count.checked_mul(2)?)?),
            Q5_1 => {
                out[head + 8..head + 12].copy_from_slice(&Q8_0.to_le_bytes());
                for block in rest.take((count / BLOCK).checked_mul(FROM_BYTES)?)?.chunks_exact(FROM_BYTES) {
                    out.extend_from_slice(&wide(block));
                }
            }
            _ => return None,
        }
    }
    Some(out)
}

/// One block in 8 bits.
fn wide(block: &[u8]) -> [u8; TO_BYTES] {
    let half = |i: usize| f16::from_le_bytes([block[i], block[i + 1]]).to_f32();
    let (scale, minimum) = (half(0), half(2));
    let fifth = u32::from_le_bytes([block[4], block[5], block[6], block[7]]);
    let mut values = [0.0_f32; BLOCK];
    for i in 0..BLOCK / 2 {
        let four = block[8 + i];
        let bit = |at: usize| (fifth >> at & 1) << 4;
        values[i] = (u32::from(four & 15) | bit(i)) as f32 * scale + minimum;
        values[i + BLOCK / 2] = (u32::from(four >> 4) | bit(i + BLOCK / 2)) as f32 * scale + minimum;
    }
    let largest = values.iter().fold(0.0_f32, |m, v| m.max(v.abs()));
    let step = largest / 127.0;
    let per_step = if step > 0.0 { 1.0 / step } else { 0.0 };
    let mut out = [0; TO_BYTES];
    out[..2].copy_from_slice(&f16::from_f32(step).to_le_bytes());
    for (to, value) in out[2..].iter_mut().zip(values) {
        // Adding 1.5 * 2^23 leaves the nearest whole number in the lowest bits; the library's `round` is a call for each.
        *to = (value * per_step + 12_582_912.0).to_bits() as u8;
    }
    out
}

/// Reads a model from front to back; nothing beyond its end.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let taken = self.bytes.get(self.at..self.at.checked_add(count)?)?;
        self.at += count;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::path::Path;

    proptest! {
        #[test]
        fn eight_bits_say_what_five_said(
            scale in 0.0001_f32..0.1, minimum in -1.0_f32..0.5, fifth: u32, four: [u8; 16],
        ) {
            let mut block = [0; FROM_BYTES];
            block[..2].copy_from_slice(&f16::from_f32(scale).to_le_bytes());
            block[2..4].copy_from_slice(&f16::from_f32(minimum).to_le_bytes());
            block[4..8].copy_from_slice(&fifth.to_le_bytes());
            block[8..].copy_from_slice(&four);
            let (scale, minimum) = (f16::from_f32(scale).to_f32(), f16::from_f32(minimum).to_f32());
            let wide = wide(&block);
            let step = f16::from_le_bytes([wide[0], wide[1]]).to_f32();
            for (i, &value) in wide[2..].iter().enumerate() {
                let four = if i < 16 { four[i] & 15 } else { four[i - 16] >> 4 };
                let before = (u32::from(four) | (fifth >> i & 1) << 4) as f32 * scale + minimum;
                let after = f32::from(value.cast_signed()) * step;
                prop_assert!((before - after).abs() <= 0.6 * step + 0.001 * before.abs(), "{before} {after}");
            }
        }
    }

    #[test]
    fn the_shipped_weights_are_rewritten_whole_and_anything_else_is_left_alone() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/ggml-base-q5_1.bin");
        let model = std::fs::read(path).unwrap();
        let wide = widen(&model).unwrap();
        assert!(super::super::header::Header::parse(&wide).is_some());
        // 72 million weights, nearly all of them in blocks of 34 instead of 24 bytes.
        assert!((80_000_000..84_000_000).contains(&wide.len()), "{}", wide.len());
        assert_eq!(widen(&wide), None);
        assert_eq!(widen(&model[..model.len() - 5]), None);
        assert_eq!(widen(b"ggml"), None);
    }
}
