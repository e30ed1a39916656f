//! A scenario as TOML, for a new folder and for the studio.

use super::{Scenario, Trap};
use crate::call::Fault;
use serde::Serialize;

#[derive(Serialize)]
struct Written<'a> {
    schema: &'a str,
    id: &'a str,
    title: &'a str,
    sector: &'a str,
    heat: u8,
    fault: Fault,
    brief: &'a str,
    can_offer: &'a [String],
    cannot_offer: &'a [String],
    expects: &'a [String],
    jargon: &'a [String],
    start: &'a str,
    customer: Customer<'a>,
    credit: Credit<'a>,
    line: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct Customer<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

#[derive(Serialize)]
struct Credit<'a> {
    audio: &'a str,
}

#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    text: &'a str,
    audio: &'a str,
    heat: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    trap: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after_s: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    then: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    next: Vec<Next<'a>>,
}

#[derive(Serialize)]
struct Next<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    when: Vec<String>,
    to: &'a str,
}

pub(super) fn to_toml(s: &Scenario) -> String {
    let line = s
        .lines
        .iter()
        .map(|l| Line {
            id: &l.id,
            text: &l.text,
            audio: &l.audio,
            heat: l.heat,
            trap: l.trap.as_ref().map(Trap::id),
            after_s: if let Some(Trap::BargeIn { after_s }) = l.trap { Some(after_s) } else { None },
            then: if let Some(Trap::Trailing { then }) = &l.trap { Some(then) } else { None },
            next: l
                .next
                .iter()
                .map(|n| Next { when: n.when.iter().map(ToString::to_string).collect(), to: &n.to })
                .collect(),
        })
        .collect();
    let written = Written {
        schema: super::SCHEMA,
        id: &s.id,
        title: &s.title,
        sector: &s.sector,
        heat: s.heat,
        fault: s.fault,
        brief: &s.brief,
        can_offer: &s.can_offer,
        cannot_offer: &s.cannot_offer,
        expects: &s.expects,
        jargon: &s.jargon,
        start: &s.start,
        customer: Customer { name: s.customer_name.as_deref() },
        credit: Credit { audio: &s.audio_credit },
        line,
    };
    // Strings, integers and finite numbers only: the writer has nothing that it could refuse.
    toml::to_string(&written).unwrap_or_default()
}
