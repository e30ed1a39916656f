//! The asr figures.

/// Prints them as Markdown.
pub fn run(_eval: &std::path::Path) {
    println!("not measured yet");
}
