//! ITU-T G.711: mu-law and A-law, one byte a sample.

/// Sample of a mu-law byte, full scale 1.
pub(super) fn mu_law(byte: u8) -> f32 {
    let b = !byte;
    let magnitude = (((i32::from(b & 0x0F) << 3) + 0x84) << ((b >> 4) & 7)) - 0x84;
    (if b & 0x80 != 0 { -magnitude } else { magnitude }) as f32 / 32768.0
}

/// Sample of an A-law byte, full scale 1.
pub(super) fn a_law(byte: u8) -> f32 {
    let b = byte ^ 0x55;
    let step = i32::from(b & 0x0F) << 4;
    let magnitude = match (b >> 4) & 7 {
        0 => step + 8,
        segment => (step + 0x108) << (segment - 1),
    };
    (if b & 0x80 != 0 { magnitude } else { -magnitude }) as f32 / 32768.0
}

/// The mu-law byte nearest to a sample of full scale 1.
pub(super) fn to_mu_law(sample: f32) -> u8 {
    const BIAS: i32 = 0x84;
    let value = (sample.clamp(-1.0, 1.0) * 32768.0).round() as i32;
    let sign = if value < 0 { 0x80 } else { 0 };
    let magnitude = value.abs().min(32_635) + BIAS;
    let segment = (magnitude.ilog2() - 7) as u8;
    let mantissa = (magnitude >> (segment + 3)) as u8 & 0x0F;
    !(sign | segment << 4 | mantissa)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_corner_points_of_the_tables_are_those_of_g711() {
        // Largest and smallest magnitudes, of ITU-T G.711 scaled from 14 (13) to 16 bits.
        let s16 = |x: f32| (x * 32768.0) as i32;
        assert_eq!([s16(mu_law(0x80)), s16(mu_law(0x00)), s16(mu_law(0xFF))], [32_124, -32_124, 0]);
        assert_eq!([s16(a_law(0xAA)), s16(a_law(0x2A)), s16(a_law(0xD5))], [32_256, -32_256, 8]);
    }

    #[test]
    fn every_mu_law_byte_survives_decoding_and_coding() {
        for byte in 0..=255u8 {
            let back = to_mu_law(mu_law(byte));
            // There are two zeros.
            assert!(back == byte || mu_law(byte) == 0.0 && mu_law(back) == 0.0, "{byte:#x} became {back:#x}");
        }
    }
}
