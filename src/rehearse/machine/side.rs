//! What the live detector has seen of the agent since the current line began.

use crate::call::Span;

/// Closed stretches of speech, and one that is still going on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct AgentSide {
    spans: Vec<Span>,
    open: Option<u64>,
    /// The customer is on hold: what is said now is not for them.
    aside: bool,
    /// Whether the agent is speaking aside.
    speaks_aside: bool,
}

impl AgentSide {
    /// The customer is put on hold: whoever is speaking has stopped speaking to them.
    pub(super) fn turn_aside(&mut self, at: u64) {
        let speaking = self.open.is_some();
        self.offset(at);
        (self.aside, self.speaks_aside) = (true, speaking);
    }

    /// Back to the customer; who is still speaking begins now.
    pub(super) fn turn_back(&mut self, at: u64) {
        if std::mem::take(&mut self.aside) && std::mem::take(&mut self.speaks_aside) {
            self.onset(at);
        }
    }

    pub(super) fn onset(&mut self, at: u64) {
        if self.aside {
            self.speaks_aside = true;
            return;
        }
        let from = self.spans.last().map_or(at, |s| at.max(s.end()));
        self.open.get_or_insert(from);
    }

    pub(super) fn offset(&mut self, at: u64) {
        self.speaks_aside = false;
        if let Some(start) = self.open.take() {
            self.spans.extend(Span::new(start, at));
        }
    }

    /// Forgets what lies behind; a stretch that is still going on stays.
    pub(super) fn new_line(&mut self) {
        self.spans.clear();
    }

    pub(super) fn is_speaking(&self) -> bool {
        self.open.is_some()
    }

    pub(super) fn open_since(&self) -> Option<u64> {
        self.open
    }

    /// Whether anything was said since the line began.
    pub(super) fn since_any(&self) -> bool {
        self.open.is_some() || !self.spans.is_empty()
    }

    /// All stretches; one that is still going on ends now.
    pub(super) fn spans(&self, now: u64) -> Vec<Span> {
        let open = self.open.and_then(|start| Span::new(start, now));
        self.spans.iter().copied().chain(open).collect()
    }

    /// The stretches that end after a moment: what was said in reply rather than over the line.
    pub(super) fn after(&self, moment: u64, now: u64) -> Vec<Span> {
        self.spans(now).into_iter().filter(|s| s.end() > moment).collect()
    }
}
