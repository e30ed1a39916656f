//! Advice as data (`src/coach/advice/*.toml`): what is said about a moment, with slots for the facts of this call.

use crate::call::FindingKind;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The embedded advice by language.
const EMBEDDED: [(&str, &str); 1] = [("en", include_str!("advice/en.toml"))];

static ALL: LazyLock<Vec<Advice>> =
    LazyLock::new(|| EMBEDDED.iter().filter_map(|(_, text)| toml::from_str(text).ok()).collect());

/// All advice of one language.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Advice {
    /// Language code.
    pub language: String,
    /// Phrases that ask who somebody is.
    pub identity: Vec<String>,
    /// Phrases that concede a fault.
    pub concede: Vec<String>,
    /// Words that take back what stands before them.
    pub cancels: Vec<String>,
    /// Words of a time.
    pub times: Vec<String>,
    /// Words that make a customer's sentence a complaint.
    pub complaint: Vec<String>,
    /// Phrases that keep a customer's sentence from being turned round.
    pub unsaid: Vec<String>,
    /// First words of a sentence that can be turned round.
    pub subjects: Vec<String>,
    /// Words that are never repeated to anybody.
    pub insults: Vec<String>,
    /// Words left out at the start of a customer's sentence.
    pub openers: Vec<String>,
    /// Phrases that keep a customer's sentence from being quoted to them.
    pub unquoted: Vec<String>,
    /// First words of an offer that say what the agent does.
    pub verbs: Vec<String>,
    /// The same, if an object follows; else they are things.
    pub verbs_or_things: Vec<String>,
    /// First words of an object.
    pub objects: Vec<String>,
    /// First words of an offer that say what the customer does.
    pub their_verbs: Vec<String>,
    /// Numbers in words.
    pub numbers: Vec<String>,
    /// How somebody is told what to do: what follows can be asked for.
    pub orders: Vec<String>,
    #[serde(rename = "advice")]
    rows: Vec<Row>,
}

/// One advice.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    /// What reports call it: a behavior or metric.
    pub id: String,
    /// Its name in the weights; the id where one id has one row a kind.
    #[serde(default, rename = "row")]
    name: Option<String>,
    pub kind: FindingKind,
    pub topic: String,
    /// Where a missing behavior belongs.
    #[serde(default)]
    pub at: Place,
    /// Worth a hint without a scenario that asks for it.
    #[serde(default)]
    pub anywhere: bool,
    pub title: String,
    pub because: String,
    #[serde(default)]
    pub say: Vec<String>,
    pub sources: Vec<String>,
}

/// Where a missing behavior belongs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Place {
    /// The first reply.
    #[default]
    First,
    /// The reply that brings a solution.
    Solve,
    /// The last reply.
    Last,
}

impl Row {
    /// Its name in the weights of the rubric.
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }
}

impl Advice {
    /// The advice of a language; English where there is none.
    pub fn of(language: &str) -> Option<&'static Self> {
        ALL.iter().find(|a| a.language == language).or_else(|| ALL.first())
    }

    /// The row of a name.
    pub fn row(&self, kind: FindingKind, name: &str) -> Option<&Row> {
        self.rows.iter().find(|r| r.kind == kind && r.name() == name)
    }

    /// All rows of a kind, in the order of the file.
    pub fn rows(&self, kind: FindingKind) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(move |r| r.kind == kind)
    }
}

/// What slots are filled with.
pub(super) type Slots = BTreeMap<&'static str, String>;

/// Fills a template. `None` when a slot outside of brackets is not known; a `[part]` whose slots are not known is left
/// out. The first letter is made a capital.
pub(super) fn fill(template: &str, slots: &Slots) -> Option<String> {
    let mut out = String::new();
    let mut rest = template;
    while let Some(open) = rest.find('[') {
        let close = open + rest[open..].find(']')?;
        out.push_str(&fill_plain(&rest[..open], slots)?);
        out.push_str(&fill_plain(&rest[open + 1..close], slots).unwrap_or_default());
        rest = &rest[close + 1..];
    }
    out.push_str(&fill_plain(rest, slots)?);
    Some(capitalized(&out))
}

fn fill_plain(template: &str, slots: &Slots) -> Option<String> {
    let mut out = String::new();
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let close = open + rest[open..].find('}')?;
        out.push_str(&rest[..open]);
        out.push_str(slots.get(&rest[open + 1..close])?);
        rest = &rest[close + 1..];
    }
    out.push_str(rest);
    Some(out)
}

/// The text with a capital first letter (an opening bracket or quotation mark may come before it).
pub(super) fn capitalized(text: &str) -> String {
    let mut done = false;
    text.chars()
        .map(|c| {
            if done || !c.is_alphanumeric() {
                return c;
            }
            done = true;
            c.to_uppercase().next().unwrap_or(c)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::behavior_info;

    fn advice() -> Advice {
        toml::from_str(EMBEDDED[0].1).unwrap()
    }

    #[test]
    fn every_id_of_the_file_has_a_weight_and_every_weight_has_a_row() {
        let (advice, rubric) = (advice(), crate::coach::Rubric::embedded());
        let kinds = [
            (FindingKind::Keep, &rubric.weights.keep),
            (FindingKind::Change, &rubric.weights.change),
            (FindingKind::Try, &rubric.weights.r#try),
        ];
        for (kind, weights) in kinds {
            for row in advice.rows(kind) {
                assert!(weights.contains_key(row.name()), "{kind:?} {} has no weight", row.name());
            }
            for id in weights.keys() {
                assert!(advice.row(kind, id).is_some(), "{kind:?} {id} has no advice");
            }
        }
    }

    #[test]
    fn every_change_and_try_has_a_sentence_that_needs_no_scenario() {
        let advice = advice();
        let bare: Slots =
            [("they", "the customer"), ("quote", "x")].into_iter().map(|(k, v)| (k, v.to_owned())).collect();
        for row in advice.rows(FindingKind::Change).chain(advice.rows(FindingKind::Try)) {
            let needs_name = row.id == "use_name";
            assert!(
                needs_name || row.say.iter().any(|s| fill(s, &bare).is_some()),
                "{} needs a scenario",
                row.id
            );
        }
        assert!(advice.rows(FindingKind::Keep).all(|r| r.say.is_empty()));
    }

    #[test]
    fn every_hazard_has_an_advice() {
        let advice = advice();
        for info in crate::call::BEHAVIORS.iter().filter(|b| b.kind == crate::call::BehaviorKind::Hazard) {
            assert!(advice.row(FindingKind::Change, info.id).is_some(), "{}", info.id);
        }
        assert!(behavior_info("filler").is_some());
    }

    #[test]
    fn no_advice_lectures() {
        for row in advice().rows {
            for text in row.say.iter().chain([&row.title]) {
                assert!(text.split_whitespace().count() <= 34, "{}: {text}", row.id);
                for word in ["must", "should always", "never ever", "Remember to", "!"] {
                    assert!(!text.contains(word), "{}: {text}", row.id);
                }
            }
            assert!(row.because.split_whitespace().count() <= 62, "{}: {}", row.id, row.because);
        }
    }

    #[test]
    fn a_bracket_without_its_slot_is_left_out() {
        let none = Slots::new();
        let name: Slots = [("name", "Dana".to_owned())].into_iter().collect();
        assert_eq!(fill("[{name}, ]go on.", &none).as_deref(), Some("Go on."));
        assert_eq!(fill("[{name}, ]go on.", &name).as_deref(), Some("Dana, go on."));
        assert_eq!(fill("I'm sorry that {mirror}.", &name), None);
    }
}
