//! What the recognizer's libraries read from the environment when they load.
//!
//! ggml runs on libgomp, whose threads spin while they wait unless `OMP_WAIT_POLICY=passive` is set before the program
//! starts; on a busy machine spinning threads cost more than they give. And glibc asks the system for huge pages only with
//! `glibc.malloc.hugetlb=1`: the decoder reads all its weights for each token, a tenth sooner from huge pages. Both are read
//! once, at load, so the program starts itself again with them.

/// Marks a program that was started again, so that it happens once.
const MARK: &str = "EVENKEEL_RESTARTED";

/// The variables with which `main` is to start the program again before anything else (`exec`, same arguments), or
/// `None` when all is set, or on a platform whose recognizer does not use the library.
pub fn restart_with() -> Option<Vec<(&'static str, &'static str)>> {
    if !cfg!(target_os = "linux") || std::env::var_os(MARK).is_some() {
        return None;
    }
    let wanted = [("OMP_WAIT_POLICY", "passive"), ("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1")];
    let missing: Vec<_> = wanted.into_iter().filter(|(name, _)| std::env::var_os(name).is_none()).collect();
    (!missing.is_empty()).then(|| missing.into_iter().chain([(MARK, "1")]).collect())
}

/// Threads worth decoding with: the machine's, at most eight, because more find no work in one call.
pub fn default_threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(8)
}
