//! Letting go of what may hang.

use std::sync::mpsc::channel;
use std::time::Duration;

/// Drops something that may hang while it is dropped; true when it was gone in time.
pub(super) fn drop_within<T: Send + 'static>(thing: T, deadline: Duration) -> bool {
    let (done, finished) = channel::<()>();
    let run = move || {
        drop(thing);
        let _ = done.send(());
    };
    match std::thread::Builder::new().name("device-drop".to_owned()).spawn(run) {
        Ok(_) => finished.recv_timeout(deadline).is_ok(),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hangs_while_it_is_dropped_does_not_hang_the_program() {
        struct Slow;
        impl Drop for Slow {
            fn drop(&mut self) {
                std::thread::sleep(Duration::from_secs(5));
            }
        }
        let started = std::time::Instant::now();
        assert!(!drop_within(Slow, Duration::from_millis(50)));
        assert!(drop_within(1, Duration::from_secs(5)));
        assert!(started.elapsed() < Duration::from_secs(2));
    }
}
