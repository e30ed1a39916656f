//! A call to rehearse: `scenario.toml` of schema `evenkeel.scenario/1` (`docs/scenario.md`).
//!
//! Reading is strict: whatever could strand a rehearsal is refused with file, key, line and reason, and everything that
//! is wrong is said at once. What needs the folder (missing, linked, undecodable or overlong audio) is refused by
//! `library::scenarios`.

mod error;
mod graph;
mod read;
mod write;

pub use error::{ScenarioError, ScenarioProblem};

use crate::call::{BEHAVIORS, FactLine, Facts, Fault};

/// Name and version of the format.
pub const SCHEMA: &str = "evenkeel.scenario/1";

/// The name of the file in a scenario's folder.
pub const FILE_NAME: &str = "scenario.toml";

/// The longest recording of one line.
pub const MAX_LINE_S: f64 = 60.0;

/// Delivery flags that a `when` may name besides behaviors and hazards.
pub const DELIVERY_FLAGS: [&str; 4] = ["interrupted", "dead_air", "unsteady", "rushed"];

/// One call to rehearse; only [`Scenario::parse`] makes one from text, so that it always holds together.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// The folder's name, `[a-z0-9-]`.
    pub id: String,
    /// One line on the problem.
    pub title: String,
    /// Trade, for search and filter; may be empty.
    pub sector: String,
    /// 1 mild to 5 abusive; orders the ladder.
    pub heat: u8,
    /// Whose fault the problem is.
    pub fault: Fault,
    /// What the agent sees before the call.
    pub brief: String,
    /// What may be offered.
    pub can_offer: Vec<String>,
    /// What may not.
    pub cannot_offer: Vec<String>,
    /// Behavior ids that this call asks for.
    pub expects: Vec<String>,
    /// Words of this company that must be explained.
    pub jargon: Vec<String>,
    /// Id of the first line.
    pub start: String,
    /// How the customer is addressed.
    pub customer_name: Option<String>,
    /// Who recorded the lines, under what licence; may be empty.
    pub audio_credit: String,
    /// All lines, in the order of the file.
    pub lines: Vec<Line>,
}

/// One recorded customer line.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Unique in the scenario.
    pub id: String,
    /// Exact words of the recording.
    pub text: String,
    /// The recording: relative, inside the folder, `/` between folders.
    pub audio: String,
    /// 1 mild to 5 abusive.
    pub heat: u8,
    /// Test of restraint.
    pub trap: Option<Trap>,
    /// What follows; empty ends the call.
    pub next: Vec<Next>,
}

/// A planned test of restraint.
#[derive(Clone, Debug, PartialEq)]
pub enum Trap {
    /// The recording holds a mid-turn silence and the customer goes on.
    Pause,
    /// It ends on an unfinished "and ...".
    Trailing {
        /// The line that follows by itself after 1.5 s of silence.
        then: String,
    },
    /// A personal dig.
    Bait,
    /// Played over the agent's reply, to see whether the agent yields.
    BargeIn {
        /// Seconds of the reply before it.
        after_s: f64,
    },
}

impl Trap {
    /// As written in the file.
    pub fn id(&self) -> &'static str {
        match self {
            Self::Pause => "pause",
            Self::Trailing { .. } => "trailing",
            Self::Bait => "bait",
            Self::BargeIn { .. } => "barge_in",
        }
    }
}

/// One row of what may follow; the first whose conditions all hold is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    /// All must hold; none means otherwise.
    pub when: Vec<Condition>,
    /// Line id.
    pub to: String,
}

/// A behavior, hazard or delivery flag that was or was not heard in the reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The id without `!`.
    pub what: String,
    /// Whether it must be absent.
    pub negated: bool,
}

impl Condition {
    /// Reads `id` or `!id`; whether the id exists is checked elsewhere.
    pub fn read(text: &str) -> Self {
        let negated = text.starts_with('!');
        Self { what: text.trim_start_matches('!').to_owned(), negated }
    }

    /// Whether an id may stand in a `when`.
    pub fn is_known(id: &str) -> bool {
        DELIVERY_FLAGS.contains(&id) || BEHAVIORS.iter().any(|b| b.id == id)
    }
}

impl std::fmt::Display for Condition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", if self.negated { "!" } else { "" }, self.what)
    }
}

impl Scenario {
    /// Reads the text of a `scenario.toml`; `file` only names it in errors.
    pub fn parse(text: &str, file: &str) -> Result<Self, ScenarioError> {
        read::parse(text, file)
    }

    /// As text that [`Scenario::parse`] reads back to an equal scenario.
    pub fn to_toml(&self) -> String {
        write::to_toml(self)
    }

    /// A line by its id.
    pub fn line(&self, id: &str) -> Option<&Line> {
        self.lines.iter().find(|l| l.id == id)
    }

    /// What judgement needs to know about the call.
    pub fn facts(&self) -> Facts {
        Facts {
            scenario: self.id.clone(),
            title: self.title.clone(),
            customer_name: self.customer_name.clone(),
            fault: self.fault,
            heat: self.heat,
            can_offer: self.can_offer.clone(),
            cannot_offer: self.cannot_offer.clone(),
            expects: self.expects.clone(),
            jargon: self.jargon.clone(),
            lines: self
                .lines
                .iter()
                .map(|l| FactLine { id: l.id.clone(), text: l.text.clone(), heat: l.heat })
                .collect(),
        }
    }

    /// The keys that still hold the text of [`Self::template`].
    pub fn left_of_template(&self) -> Vec<String> {
        let template = Self::template(&self.id);
        let text = [
            ("title", self.title == template.title),
            ("brief", self.brief == template.brief),
            ("can_offer", self.can_offer == template.can_offer),
            ("cannot_offer", self.cannot_offer == template.cannot_offer),
            ("credit.audio", self.audio_credit == template.audio_credit),
        ];
        let keys = text.into_iter().filter(|(_, same)| *same).map(|(key, _)| key.to_owned());
        let unwritten = |l: &&Line| template.lines.iter().any(|t| t.text == l.text);
        keys.chain(self.lines.iter().filter(unwritten).map(|l| format!("line.{}.text", l.id))).collect()
    }

    /// A scenario of two lines to start writing from; its recordings do not exist yet.
    pub fn template(id: &str) -> Self {
        let line = |id: &str, text: &str, heat, next| Line {
            id: id.to_owned(),
            text: text.to_owned(),
            audio: format!("lines/{id}.wav"),
            heat,
            trap: None,
            next,
        };
        let next = |when: &[&str], to: &str| Next {
            when: when.iter().map(|w| Condition::read(w)).collect(),
            to: to.to_owned(),
        };
        Self {
            id: id.to_owned(),
            title: "One line on the problem".to_owned(),
            sector: String::new(),
            heat: 2,
            fault: Fault::Unknown,
            brief: "What the agent sees on the screen before the call, two or three sentences.".to_owned(),
            can_offer: vec!["what may be offered".to_owned()],
            cannot_offer: vec!["what may not".to_owned()],
            expects: vec!["acknowledge_feelings".to_owned(), "next_steps".to_owned()],
            jargon: Vec::new(),
            start: "opening".to_owned(),
            customer_name: Some("Sam".to_owned()),
            audio_credit: "Who recorded the lines, under what licence".to_owned(),
            lines: vec![
                line(
                    "opening",
                    "Exact words of the recording.",
                    2,
                    vec![next(&["acknowledge_feelings", "!interrupted"], "softer"), next(&[], "hotter")],
                ),
                line("softer", "What the customer says when that went well.", 1, Vec::new()),
                line("hotter", "What the customer says when it did not.", 3, Vec::new()),
            ],
        }
    }
}

/// Whether a scenario id is made of `[a-z0-9-]` only.
pub fn is_scenario_id(id: &str) -> bool {
    !id.is_empty()
        && id.len() <= 64
        && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !id.starts_with('-')
}

/// Why a path may not name a recording: it must be relative, inside the folder and mean the same on every system.
pub fn audio_path_fault(path: &str) -> Option<&'static str> {
    if path.trim().is_empty() {
        return Some("names no file");
    }
    if path.contains('\\') {
        return Some("uses a backslash; write / between folders");
    }
    if path.starts_with('/') || path.contains(':') {
        return Some("must be relative to the scenario's folder");
    }
    if path.chars().any(char::is_control) {
        return Some("holds a control character");
    }
    let mut parts = path.split('/');
    if parts.clone().any(|p| p == "..") {
        return Some("leads outside the scenario's folder");
    }
    if parts.any(|p| p.is_empty() || p == "." || p.ends_with('.') || p.ends_with(' ')) {
        return Some("is not a plain path such as lines/opening.flac");
    }
    None
}

#[cfg(test)]
mod tests;
