//! How far what was recognized is from what was said; the quality benchmark counts in the same way.

/// Word edit distance.
pub fn edits(truth: &[String], heard: &[String]) -> usize {
    let mut row: Vec<usize> = (0..=heard.len()).collect();
    for (i, a) in truth.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, b) in heard.iter().enumerate() {
            let best = (row[j + 1] + 1).min(row[j] + 1).min(diagonal + usize::from(a != b));
            diagonal = std::mem::replace(&mut row[j + 1], best);
        }
    }
    row[heard.len()]
}
