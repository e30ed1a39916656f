//! At most so many decodes at a time over all callers: the states are lent out and come back.

use std::sync::{Condvar, Mutex, PoisonError};

use whisper_rs::{WhisperContext, WhisperError, WhisperState};

/// States of one context. A state is about 60 MB and more with longer windows, so they are made when first needed, and
/// only one is kept while nobody decodes.
#[derive(Debug)]
pub(super) struct Pool {
    free: Mutex<Shelf>,
    returned: Condvar,
}

#[derive(Debug)]
struct Shelf {
    states: Vec<WhisperState>,
    may_still_make: usize,
}

/// A state that goes back when dropped.
pub(super) struct Lent<'p> {
    pool: &'p Pool,
    state: Option<WhisperState>,
}

impl Pool {
    pub(super) fn new(most: usize) -> Self {
        let shelf = Shelf { states: Vec::new(), may_still_make: most.max(1) };
        Self { free: Mutex::new(shelf), returned: Condvar::new() }
    }

    /// Frees the states that nobody uses now.
    pub(super) fn release(&self) {
        let mut shelf = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.may_still_make += shelf.states.len();
        shelf.states.clear();
    }

    /// Waits for a free state, or makes one while there are fewer than allowed.
    pub(super) fn lend(&self, context: &WhisperContext) -> Result<Lent<'_>, WhisperError> {
        let mut shelf = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(state) = shelf.states.pop() {
                return Ok(Lent { pool: self, state: Some(state) });
            }
            if shelf.may_still_make > 0 {
                shelf.may_still_make -= 1;
                drop(shelf);
                return match context.create_state() {
                    Ok(state) => Ok(Lent { pool: self, state: Some(state) }),
                    Err(error) => {
                        self.free.lock().unwrap_or_else(PoisonError::into_inner).may_still_make += 1;
                        self.returned.notify_one();
                        Err(error)
                    }
                };
            }
            shelf = self.returned.wait(shelf).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Lent<'_> {
    pub(super) fn state(&mut self) -> Option<&mut WhisperState> {
        self.state.as_mut()
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let Some(state) = self.state.take() else { return };
        let mut shelf = self.pool.free.lock().unwrap_or_else(PoisonError::into_inner);
        // One is kept for whoever comes next; the memory of the others is given back.
        if shelf.states.is_empty() {
            shelf.states.push(state);
        } else {
            shelf.may_still_make += 1;
        }
        drop(shelf);
        self.pool.returned.notify_one();
    }
}
