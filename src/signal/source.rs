//! Where samples come from: memory in tests, a temporary file for a three-hour recording.

/// Reading failed; the adapter's own error says where and what to do.
#[derive(Debug, thiserror::Error)]
#[error("the samples could not be read back: {0}")]
pub struct SourceError(pub String);

/// One person's sound, mono at [`RATE_HZ`](crate::call::RATE_HZ), read in blocks so that nothing needs the whole of it.
pub trait SampleSource: Sync {
    /// Number of samples.
    fn len(&self) -> u64;

    /// Fills `out` with the samples from `start` on; what lies beyond the end is zero.
    fn read_at(&self, start: u64, out: &mut [f32]) -> Result<(), SourceError>;

    /// Whether there is nothing.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A stretch as a new buffer.
    fn read_span(&self, span: crate::call::Span) -> Result<Vec<f32>, SourceError> {
        let mut out = vec![0.0; span.len() as usize];
        self.read_at(span.start(), &mut out)?;
        Ok(out)
    }
}

impl SampleSource for [f32] {
    fn len(&self) -> u64 {
        <[f32]>::len(self) as u64
    }

    fn read_at(&self, start: u64, out: &mut [f32]) -> Result<(), SourceError> {
        let from = (start as usize).min(<[f32]>::len(self));
        let have = (<[f32]>::len(self) - from).min(out.len());
        out[..have].copy_from_slice(&self[from..from + have]);
        out[have..].fill(0.0);
        Ok(())
    }
}

impl SampleSource for Vec<f32> {
    fn len(&self) -> u64 {
        self.as_slice().len() as u64
    }

    fn read_at(&self, start: u64, out: &mut [f32]) -> Result<(), SourceError> {
        SampleSource::read_at(self.as_slice(), start, out)
    }
}
