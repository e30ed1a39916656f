//! Key clicks beside words.

/// A core without the key clicks that the detector's slow fall has taken in: sounds of at most 30 ms, well over the
/// gate, that stand as far apart from the rest. `over_db` tells how far a frame stands over the gate.
pub fn without_clicks(
    (mut a, mut b): (usize, usize),
    over_db: impl Fn(usize) -> f32,
) -> Option<(usize, usize)> {
    const SHORT: usize = 3;
    /// A weak syllable that peeks out of noise is not a click.
    const CLICK_DB: f32 = 8.0;
    let loud = |i: &usize| over_db(*i) >= 0.0;
    let is_click =
        |run: std::ops::Range<usize>| run.len() <= SHORT && run.clone().any(|i| over_db(i) > CLICK_DB);
    loop {
        let tail = (a..b).rev().skip_while(|i| !loud(i)).take_while(loud).last()?;
        let last = (a..b).rev().find(loud)?;
        let head = (a..b).find(loud)?;
        let after = (head..b).find(|i| !loud(i)).unwrap_or(b);
        if is_click(tail..last + 1) {
            let before = (a..tail).rev().find(loud)?;
            if tail - before > SHORT {
                b = before + 1;
                continue;
            }
        }
        if is_click(head..after) {
            let next = (after..b).find(loud)?;
            if next - after >= SHORT {
                a = next;
                continue;
            }
        }
        return Some((a, b));
    }
}
