//! Between the sample formats and channels of a device and one channel of `f32`: the only place where formats are known.

use super::sides::{CaptureSide, PlaybackSide};
use cpal::{Data, FromSample, SampleFormat, SizedSample};

/// Mean of the channels of each frame.
fn mono<'a, T>(data: &'a Data, channels: usize) -> impl ExactSizeIterator<Item = f32> + 'a
where
    T: SizedSample + 'a,
    f32: FromSample<T>,
{
    let share = 1.0 / channels as f32;
    let samples: &[T] = data.as_slice().unwrap_or_default();
    samples
        .chunks_exact(channels)
        .map(move |frame| frame.iter().map(|s| f32::from_sample_(*s)).sum::<f32>() * share)
}

/// Hands a block of the microphone on.
pub(super) fn capture(side: &mut CaptureSide, data: &Data, channels: usize, now_ns: i64, at_ns: i64) {
    match data.sample_format() {
        SampleFormat::F32 => side.take(now_ns, at_ns, mono::<f32>(data, channels)),
        SampleFormat::I16 => side.take(now_ns, at_ns, mono::<i16>(data, channels)),
        SampleFormat::I24 => side.take(now_ns, at_ns, mono::<cpal::I24>(data, channels)),
        SampleFormat::I32 => side.take(now_ns, at_ns, mono::<i32>(data, channels)),
        SampleFormat::U8 => side.take(now_ns, at_ns, mono::<u8>(data, channels)),
        SampleFormat::I8 => side.take(now_ns, at_ns, mono::<i8>(data, channels)),
        SampleFormat::U16 => side.take(now_ns, at_ns, mono::<u16>(data, channels)),
        SampleFormat::F64 => side.take(now_ns, at_ns, mono::<f64>(data, channels)),
        // No system hands these out for a microphone; the watchdog says that nothing arrives.
        _ => {}
    }
}

fn spread<T>(side: &mut PlaybackSide, data: &mut Data, channels: usize, now_ns: i64, at_ns: i64)
where
    T: SizedSample + FromSample<f32>,
{
    let Some(samples) = data.as_slice_mut::<T>() else { return };
    let frames = samples.len() / channels;
    side.give(now_ns, at_ns, frames, |i, sample| {
        samples[i * channels..(i + 1) * channels].fill(T::from_sample_(sample.clamp(-1.0, 1.0)));
    });
}

/// Fills a block of the loudspeaker.
pub(super) fn play(side: &mut PlaybackSide, data: &mut Data, channels: usize, now_ns: i64, at_ns: i64) {
    match data.sample_format() {
        SampleFormat::F32 => spread::<f32>(side, data, channels, now_ns, at_ns),
        SampleFormat::I16 => spread::<i16>(side, data, channels, now_ns, at_ns),
        SampleFormat::I24 => spread::<cpal::I24>(side, data, channels, now_ns, at_ns),
        SampleFormat::I32 => spread::<i32>(side, data, channels, now_ns, at_ns),
        SampleFormat::U8 => spread::<u8>(side, data, channels, now_ns, at_ns),
        SampleFormat::I8 => spread::<i8>(side, data, channels, now_ns, at_ns),
        SampleFormat::U16 => spread::<u16>(side, data, channels, now_ns, at_ns),
        SampleFormat::F64 => spread::<f64>(side, data, channels, now_ns, at_ns),
        _ => {}
    }
}
