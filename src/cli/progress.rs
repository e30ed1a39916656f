//! A bar with time left on standard error, on a terminal only.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;

/// One bar for one job; silent when nobody watches.
pub struct Progress(ProgressBar);

impl Progress {
    /// A bar over parts of the whole, `steps` of them.
    pub fn new(label: &str, steps: u64) -> Self {
        let bar = ProgressBar::new(steps);
        if !std::io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        if let Ok(style) = ProgressStyle::with_template("{msg:32!} {wide_bar} {percent:>3} %  {eta} left") {
            bar.set_style(style);
        }
        bar.set_message(label.to_owned());
        Self(bar)
    }

    /// The part done so far, 0 to 1, of the whole.
    pub fn set_fraction(&self, fraction: f64) {
        let length = self.0.length().unwrap_or(0) as f64;
        self.0.set_position((fraction.clamp(0.0, 1.0) * length) as u64);
    }

    /// One more step.
    pub fn step(&self) {
        self.0.inc(1);
    }

    /// Says a line without tearing the bar.
    pub fn say(&self, line: &str) {
        if self.0.is_hidden() { eprintln!("{line}") } else { self.0.println(line) }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}
