//! Why a call cannot begin.

use crate::audio::AudioError;
use crate::device::DeviceError;
use crate::rehearse::PlanError;
use crate::signal::SourceError;

/// Why a call cannot begin.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LiveError {
    /// A line has no sound.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A device cannot be opened.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The take cannot be written.
    #[error(transparent)]
    Take(#[from] AudioError),
    /// The speech detector failed.
    #[error(transparent)]
    Detector(#[from] SourceError),
    /// The system gives no thread.
    #[error("the system is out of threads; close other programs and start the call again")]
    Thread,
}
