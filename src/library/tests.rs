//! A library in a folder of its own.

mod deleting;
mod keeping;
mod opening;

use super::*;
use crate::call::{
    Analysis, Behavior, BehaviorKind, Delivery, Engine, Finding, FindingKind, Metric, Source, Voice,
};
use crate::rehearse::{Correction, Outcome, Strike, TakeLog, WordFix};
use std::path::Path;
use std::time::Instant;

const NOW: i64 = 1_800_000_000;

fn new(scenario: &str, at: i64) -> NewTake {
    NewTake {
        kind: TakeKind::Call,
        scenario: scenario.into(),
        title: "Charged twice".into(),
        heat: 4,
        retry_of: None,
        device: "headset".into(),
        started_at: at,
    }
}

fn open(dir: &Path) -> Library {
    Library::open(dir).expect("opens")
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

/// Records half a second and finishes the take.
fn recorded(library: &mut Library, scenario: &str, at: i64) -> TakeId {
    let (id, path) = library.begin_take(&new(scenario, at)).expect("begins");
    std::fs::write(path, crate::audio::wav_pcm16(&[0.1; 4000], 8000)).expect("is written");
    library.finish_recording(id, 0.5).expect("is whole");
    id
}

fn analysis(latency: f64) -> Analysis {
    let finding = |id: &str, kind| Finding {
        id: id.into(),
        kind,
        title: id.into(),
        because: String::new(),
        say_instead: String::new(),
        start_s: 0.0,
        end_s: 1.0,
        sources: vec![],
    };
    let heard = |id: &str| Behavior {
        id: id.into(),
        kind: BehaviorKind::Skill,
        turn: 0,
        start_s: 0.0,
        end_s: 1.0,
        text: String::new(),
        rule: String::new(),
    };
    Analysis {
        schema: crate::call::SCHEMA.into(),
        source: Source::default(),
        engine: Engine::default(),
        turns: vec![],
        spans: vec![],
        responses: vec![],
        interruptions: vec![],
        backchannels: vec![],
        dead_air: vec![],
        holds: vec![],
        delivery: Delivery {
            response_latency_s: Metric::ok(latency).with_band(0.6, 2.0),
            talk_share: Metric::low(0.4, "short"),
            ..Delivery::default()
        },
        voice: Voice::default(),
        behaviors: vec![heard("thank"), heard("apologise")],
        findings: vec![
            finding("acknowledge_feelings", FindingKind::Keep),
            finding("apologise", FindingKind::Change),
        ],
        warnings: vec![],
    }
}
