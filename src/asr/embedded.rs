//! Weights inside the program, read from its file.
//!
//! Reading them where the system has mapped them would keep all their pages in memory beside the rewritten weights: 60 MB
//! that a copy from the file gives back.

/// The bytes, read from the program's own file; `None` where they are not found there.
#[cfg(target_os = "linux")]
pub(super) fn read(bytes: &'static [u8]) -> Option<Vec<u8>> {
    use std::os::unix::fs::FileExt;

    /// A mapped byte stands in the file at the same place within a page.
    const PAGE: u64 = 4096;
    let file = std::fs::File::open(std::env::current_exe().ok()?).ok()?;
    let size = file.metadata().ok()?.len();
    let (head, tail) = (bytes.first_chunk::<64>()?, bytes.last_chunk::<64>()?);
    let mut seen = [0; 64];
    let mut at = bytes.as_ptr().addr() as u64 % PAGE;
    while at + bytes.len() as u64 <= size {
        file.read_exact_at(&mut seen, at).ok()?;
        if seen == *head {
            let mut copy = vec![0; bytes.len()];
            file.read_exact_at(&mut copy, at).ok()?;
            return copy.ends_with(tail).then_some(copy);
        }
        at += PAGE;
    }
    None
}

/// Elsewhere they are taken where they are.
#[cfg(not(target_os = "linux"))]
pub(super) fn read(_: &'static [u8]) -> Option<Vec<u8>> {
    None
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    static HERE: &[u8] = include_bytes!("../../models/ggml-silero-v6.2.0.bin");

    #[test]
    fn what_is_inside_the_program_is_read_from_its_file() {
        assert!(read(HERE).is_some_and(|copy| copy == HERE));
        let nowhere: &'static [u8] = Box::leak(vec![7_u8; 9000].into_boxed_slice());
        assert_eq!(read(nowhere), None);
    }
}
