//! What is heard: a behavior, where, by which rule.

use crate::call::{BehaviorKind, behavior_info};
use std::ops::Range;

/// A behavior or hazard heard in a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// One of the ids of `docs/behaviors.md`.
    pub id: &'static str,
    /// Skill or hazard.
    pub kind: BehaviorKind,
    /// Bytes of the reply in which it was heard, on character boundaries.
    pub chars: Range<usize>,
    /// Those words.
    pub text: String,
    /// `id/rule`, or `model:id` where only the model heard it.
    pub rule: String,
}

/// A hit before its text is cut out.
pub(super) struct Raw {
    /// Of all rules; none for what is told by code.
    pub rule: Option<usize>,
    pub id: &'static str,
    pub name: String,
    pub chars: Range<usize>,
}

impl Raw {
    /// Told by code, not by a rule; none where there is no such behavior.
    pub fn told(id: &str, name: &str, chars: Range<usize>) -> Option<Self> {
        behavior_info(id).map(|info| Self { rule: None, id: info.id, name: name.to_owned(), chars })
    }

    fn finish(self, reply: &str) -> Option<Hit> {
        let kind = behavior_info(self.id)?.kind;
        let text = reply.get(self.chars.clone())?;
        // A quotation does not begin with the end of the sentence before.
        let rest = text.trim_start_matches(|c: char| c.is_whitespace() || ".,;:!?)–—-…".contains(c));
        let text = if rest.is_empty() { text } else { rest };
        let chars = self.chars.end - text.len()..self.chars.end;
        Some(Hit { id: self.id, kind, chars, text: text.to_owned(), rule: self.name })
    }
}

/// The hits of a reply, sorted by where they begin, each moment once.
pub(super) fn finish(raw: Vec<Raw>, reply: &str) -> Vec<Hit> {
    let mut hits: Vec<Hit> = raw.into_iter().filter_map(|h| h.finish(reply)).collect();
    hits.sort_by(|a, b| {
        (a.chars.start, a.chars.end, a.id, &a.rule).cmp(&(b.chars.start, b.chars.end, b.id, &b.rule))
    });
    without_repeats(&hits)
}

/// One hit a moment: of hits of one id that overlap only the longest stays, and a hint only where nothing plainer was heard
/// of its id. Five marks on one apology read like five apologies.
fn without_repeats(hits: &[Hit]) -> Vec<Hit> {
    let is_hint = |hit: &Hit| hit.rule.ends_with("/hint");
    let worth = |hit: &Hit| (!is_hint(hit), hit.chars.len());
    let mut kept: Vec<Hit> = Vec::with_capacity(hits.len());
    for hit in hits {
        let plainer = |other: &Hit| other.id == hit.id && is_hint(hit) && !is_hint(other);
        let covers = |other: &Hit| {
            other.id == hit.id
                && other.chars.start < hit.chars.end
                && hit.chars.start < other.chars.end
                && (worth(other) > worth(hit)
                    || worth(other) == worth(hit) && other.chars.start < hit.chars.start)
        };
        let again = kept.iter().any(|k| k.id == hit.id && k.chars == hit.chars);
        if !again && !hits.iter().any(|other| plainer(other) || covers(other)) {
            kept.push(hit.clone());
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::Raw;
    use crate::words::{Hit, ReplyContext, Rules};

    #[test]
    fn a_quotation_does_not_begin_with_the_stop_of_the_sentence_before() {
        let reply = "Hello. That's a shame. ...";
        let hit = |chars| Raw::told("thank", "thank/x", chars).unwrap().finish(reply).unwrap();
        assert_eq!((hit(5..15).text.as_str(), hit(5..15).chars), ("That's a", 7..15));
        assert_eq!(hit(23..26).text, "...");
    }

    #[test]
    fn one_apology_is_heard_once() {
        let hits = Rules::embedded("en")
            .unwrap()
            .hear(&ReplyContext::default(), "I'm really sorry about that, I do apologise for the delay.");
        let apologies: Vec<&Hit> = hits.iter().filter(|h| h.id == "apologise").collect();
        assert!((1..=2).contains(&apologies.len()), "{apologies:?}");
        for (i, a) in apologies.iter().enumerate() {
            for b in &apologies[i + 1..] {
                assert!(a.chars.end <= b.chars.start || b.chars.end <= a.chars.start, "{apologies:?}");
            }
        }
    }
}
