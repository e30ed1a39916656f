//! Reading any recording, resampling, crash-safe writing.
