//! Cancelling a decode from another thread. This is the one place of the program with unsafe code: whisper-rs 0.16's
//! safe wrapper casts the closure to the wrong type and never calls it, so the raw callback is set here.
//!
//! whisper.cpp asks after each encoder pass and before each decoder step.

use std::ffi::c_void;
use std::sync::atomic::{AtomicBool, Ordering};

use whisper_rs::{FullParams, WhisperError, WhisperState};

#[expect(unsafe_code, reason = "called by whisper.cpp with the pointer that `full` below hands over")]
unsafe extern "C" fn is_cancelled(flag: *mut c_void) -> bool {
    // SAFETY: `full` passes a pointer to an `AtomicBool` that it borrows until whisper.cpp has returned.
    unsafe { &*flag.cast::<AtomicBool>() }.load(Ordering::Relaxed)
}

/// Runs one decode that ends early, with an error, once `cancel` is set.
#[expect(unsafe_code, reason = "whisper-rs offers the abort callback only as a raw pointer pair")]
pub(super) fn full(
    state: &mut WhisperState,
    mut params: FullParams<'_, '_>,
    samples: &[f32],
    cancel: &AtomicBool,
) -> Result<(), WhisperError> {
    let flag = std::ptr::from_ref(cancel).cast_mut().cast::<c_void>();
    // SAFETY: the callback only reads the flag, atomically; `cancel` is borrowed past the end of `full`, which owns
    // `params` and is the only one to use the pointer.
    unsafe {
        params.set_abort_callback(Some(is_cancelled));
        params.set_abort_callback_user_data(flag);
    }
    state.full(params, samples)
}
