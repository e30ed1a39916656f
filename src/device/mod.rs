//! Microphone and loudspeaker on one clock, through cpal.
//!
//! [`DuplexStream`] plays prompts and records the microphone; [`FakeAudio`] does the same from samples in memory on a
//! virtual clock. Both are an [`AudioIo`], owned by one worker thread that calls [`AudioIo::poll`] every 10 to 20 ms.
//! The audio callbacks only convert and move samples through ring buffers (rtrb): no allocation, lock, log or I/O.

mod clock;
mod drop;
mod duplex;
mod error;
mod fake;
mod formats;
mod hosts;
mod io;
mod latch;
mod list;
mod presence;
#[cfg(target_os = "linux")]
mod pulse;
mod quiet;
mod sides;
mod speaker;
mod streams;
mod watch;

pub use clock::{Moment, SampleClock};
pub use duplex::{Choice, DuplexStream};
pub use error::{DeviceError, Side, Trouble, TroubleKind};
pub use fake::{FakeAudio, FakeHandle, When};
pub use io::{AudioIo, CaptureBlock, DeviceEvent, PlayId, Prompt};
pub use list::{DeviceInfo, Direction, diagnose, list};
pub use quiet::list_quietly;
pub use speaker::Speaker;
