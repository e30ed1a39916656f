//! Reframing and support cards, the prompts of "reflect first" and the breathing pacer: texts in `cards/en.toml`.

use serde::Deserialize;
use std::sync::LazyLock;

/// All cards of a language.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cards {
    /// The pacer.
    pub breathing: Breathing,
    /// Other ways to see a hard call.
    pub reframe: Vec<Reframe>,
    /// What helps after one.
    pub support: Vec<Support>,
    /// What is asked before the feedback is shown.
    pub reflect: Vec<Prompt>,
}

/// Another way to see a hard call.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reframe {
    /// Stable.
    pub id: String,
    /// One line.
    pub title: String,
    /// Two sentences.
    pub text: String,
    /// What it sounds like.
    pub say: String,
}

/// What helps after a hard call.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Support {
    /// Stable.
    pub id: String,
    /// One line.
    pub title: String,
    /// Two or three sentences.
    pub text: String,
}

/// A question to the person who rehearsed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prompt {
    /// Stable; the key of the answer in the library.
    pub id: String,
    /// The question.
    pub text: String,
}

/// A slow breath.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Breathing {
    /// Seconds of breathing in.
    pub in_s: f64,
    /// Seconds of breathing out.
    pub out_s: f64,
    /// Breaths before a call.
    pub before_a_call: u32,
}

/// Where a breath is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Breath {
    /// In, or out.
    pub is_in: bool,
    /// Of this half, 0 to 1.
    pub progress: f64,
    /// How full the circle is, 0 to 1, eased so that it never jerks.
    pub fullness: f64,
    /// Breaths completed.
    pub completed: u32,
}

impl Breathing {
    /// Where the breath is so many seconds after the pacer started.
    pub fn at(self, elapsed_s: f64) -> Breath {
        let whole = (self.in_s + self.out_s).max(0.1);
        let elapsed_s = elapsed_s.max(0.0);
        let within = elapsed_s.rem_euclid(whole);
        let is_in = within < self.in_s;
        let progress = if is_in { within / self.in_s } else { (within - self.in_s) / self.out_s.max(0.001) }
            .clamp(0.0, 1.0);
        let eased = 0.5 - 0.5 * (std::f64::consts::PI * progress).cos();
        let fullness = if is_in { eased } else { 1.0 - eased };
        Breath { is_in, progress, fullness, completed: (elapsed_s / whole) as u32 }
    }
}

/// The English cards.
pub fn cards() -> &'static Cards {
    static CARDS: LazyLock<Cards> =
        LazyLock::new(|| toml::from_str(include_str!("cards/en.toml")).unwrap_or_default());
    &CARDS
}

/// A prompt of "reflect first" by its id; the id itself where it is of an older version.
pub fn reflect_prompt(id: &str) -> &str {
    cards().reflect.iter().find(|p| p.id == id).map_or(id, |p| &p.text)
}

/// The reframing card of the day: each day another, the same all day. `day` counts days since 1970.
pub fn reframe_of_day(day: i64) -> Option<&'static Reframe> {
    let all = &cards().reframe;
    let count = i64::try_from(all.len().max(1)).unwrap_or(1);
    all.get(day.rem_euclid(count) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_cards_are_readable_and_their_ids_differ() {
        let cards = cards();
        assert!(cards.reframe.len() >= 5 && cards.support.len() >= 3);
        assert_eq!(cards.reflect.len(), 2);
        let ids: BTreeSet<_> =
            cards.reframe.iter().map(|c| &c.id).chain(cards.support.iter().map(|c| &c.id)).collect();
        assert_eq!(ids.len(), cards.reframe.len() + cards.support.len());
    }

    #[test]
    fn a_breath_is_four_seconds_in_and_six_out() {
        let pacer = cards().breathing;
        assert_eq!((pacer.in_s, pacer.out_s), (4.0, 6.0));
        assert!(pacer.at(3.9).is_in && !pacer.at(4.1).is_in && pacer.at(10.1).is_in);
        assert_eq!((pacer.at(9.9).completed, pacer.at(10.1).completed), (0, 1));
        assert!(
            pacer.at(0.0).fullness < 0.01 && pacer.at(4.0).fullness > 0.99 && pacer.at(9.99).fullness < 0.01
        );
    }

    #[test]
    fn the_circle_never_jumps() {
        let pacer = cards().breathing;
        let steps: Vec<f64> = (0..3000).map(|i| pacer.at(f64::from(i) / 60.0).fullness).collect();
        assert!(steps.windows(2).all(|w| (w[0] - w[1]).abs() < 0.02));
    }

    #[test]
    fn every_day_has_its_card() {
        assert!((-10..10).all(|d| reframe_of_day(d).is_some()));
        assert_ne!(reframe_of_day(0).map(|c| &c.id), reframe_of_day(1).map(|c| &c.id));
    }
}
