//! A backend that only writes down what was asked for, and states to start from.

use eframe::egui::{Ui, UiBuilder};
use egui_kittest::Harness;
use evenkeel::call::{
    Analysis, Behavior, BehaviorKind, Finding, FindingKind, Metric, Response, ResponseKind, SCHEMA, Source,
    Speaker, SpeakerSpan, Turn, Voice, VoiceTurn, Word,
};
use evenkeel::desktop::state::{Opened, OpenedKind, RungRow, Settings, Shelf};
use evenkeel::desktop::{App, Backend, Event, Job, theme};
use evenkeel::library::ScenarioStore;
use evenkeel::rehearse::log::{PlayedLine, Why};
use evenkeel::rehearse::{Scenario, TakeLog};
use std::collections::VecDeque;
use std::path::Path;

/// 2026-11-21, 12:00 UTC.
pub const NOW: i64 = 1_795_262_400;

#[derive(Default)]
pub struct Fake {
    pub jobs: Vec<Job>,
    pub events: VecDeque<Event>,
}

impl Backend for Fake {
    fn run(&mut self, job: Job) {
        self.jobs.push(job);
    }

    fn poll(&mut self) -> Vec<Event> {
        self.events.drain(..).collect()
    }
}

pub type Window = Harness<'static, App<Fake>>;

/// A window of some size in points.
pub fn window(width: f32, height: f32) -> Window {
    let app = App::new(Fake::default(), None);
    Harness::builder()
        .with_size([width, height])
        .with_context_setup(theme::install)
        .with_max_steps(30)
        .build_ui_state(frame, app)
}

/// A frame on the whole window: the harness alone leaves a margin that no real window has.
pub fn frame<B: Backend>(ui: &mut Ui, app: &mut App<B>) {
    let whole = UiBuilder::new().max_rect(ui.ctx().content_rect());
    ui.scope_builder(whole, |ui| app.frame(ui, NOW));
}

/// What a worker would tell.
pub fn tell(window: &mut Window, event: Event) {
    window.state_mut().backend.events.push_back(event);
    window.run_steps(3);
}

/// The jobs so far, taken.
pub fn jobs(window: &mut Window) -> Vec<Job> {
    std::mem::take(&mut window.state_mut().backend.jobs)
}

pub fn scenarios() -> Vec<Scenario> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/scenarios");
    let mut all = ScenarioStore::new(&[], Some(folder)).scenarios();
    all.sort_by_key(|s| s.heat);
    all
}

pub fn shelf() -> Shelf {
    let row = |scenario| RungRow { scenario, best: None, last_tried: None, tries: 0, due: Vec::new() };
    Shelf { rungs: scenarios().into_iter().map(row).collect(), next_up: Some(0), ..Shelf::default() }
}

/// A person who did the sound check.
pub fn settled() -> Settings {
    Settings { sound_checked: true, ..Settings::default() }
}

fn words(text: &str, start_s: f64, end_s: f64) -> Vec<Word> {
    let all: Vec<&str> = text.split(' ').collect();
    let each = (end_s - start_s) / all.len() as f64;
    let word = |(i, w): (usize, &&str)| Word {
        text: (*w).to_owned(),
        start_s: start_s + each * i as f64,
        end_s: start_s + each * (i + 1) as f64,
        p: 0.9,
    };
    all.iter().enumerate().map(word).collect()
}

fn turn(speaker: Speaker, start_s: f64, end_s: f64, text: &str) -> Turn {
    Turn { speaker, start_s, end_s, text: text.to_owned(), words: words(text, start_s, end_s) }
}

/// A call of 24 s with one good and one bad reply.
pub fn analysis() -> Analysis {
    use Speaker::{Agent, Customer};
    let turns = vec![
        turn(Customer, 0.5, 6.0, "You charged me twice and nobody ever calls me back."),
        turn(Agent, 6.9, 11.0, "I am so sorry about that Dana. I will look at both payments now."),
        turn(Customer, 12.0, 17.0, "And who pays my overdraft fee then?"),
        turn(Agent, 16.0, 22.5, "You need to calm down. It is our policy."),
    ];
    let heard = |id: &str, kind, turn: usize, start_s, end_s, text: &str| Behavior {
        id: id.to_owned(),
        kind,
        turn,
        start_s,
        end_s,
        text: text.to_owned(),
        rule: format!("{id}.1"),
    };
    let finding = |id: &str, kind, title: &str, start_s: f64| Finding {
        id: id.to_owned(),
        kind,
        title: title.to_owned(),
        because: "Heard once; it tells the customer that they were heard.".to_owned(),
        say_instead: if kind == FindingKind::Keep {
            String::new()
        } else {
            "I can see why that is upsetting. Let me check the fee with you.".to_owned()
        },
        start_s,
        end_s: start_s + 3.0,
        sources: vec!["Behavior catalogue".to_owned()],
    };
    let mut analysis = Analysis {
        schema: SCHEMA.to_owned(),
        source: Source { duration_s: 24.0, channels: 2, sample_rate_hz: 16_000, ..Source::default() },
        spans: turns
            .iter()
            .map(|t| SpeakerSpan { speaker: t.speaker, start_s: t.start_s, end_s: t.end_s })
            .collect(),
        responses: vec![
            Response { customer_end_s: 6.0, agent_start_s: 6.9, latency_s: 0.9, kind: ResponseKind::Reply },
            Response {
                customer_end_s: 17.0,
                agent_start_s: 16.0,
                latency_s: -1.0,
                kind: ResponseKind::Interruption,
            },
        ],
        behaviors: vec![
            heard("apologise", BehaviorKind::Skill, 1, 7.0, 8.5, "I am so sorry about that"),
            heard("command", BehaviorKind::Hazard, 3, 16.0, 18.4, "You need to calm down"),
        ],
        findings: vec![
            finding("apologise", FindingKind::Keep, "You apologized at once", 7.0),
            finding("command", FindingKind::Change, "An order where a question helps", 16.0),
        ],
        voice: Voice {
            heat: Metric::ok(0.8),
            steadiness: Metric::ok(82.0),
            turns: vec![
                VoiceTurn {
                    start_s: 6.9,
                    end_s: 11.0,
                    heat: Some(0.2),
                    confidence: evenkeel::call::Confidence::Ok,
                    reason: String::new(),
                    shift: evenkeel::call::VoiceShift::default(),
                },
                VoiceTurn {
                    start_s: 16.0,
                    end_s: 22.5,
                    heat: Some(1.9),
                    confidence: evenkeel::call::Confidence::Ok,
                    reason: String::new(),
                    shift: evenkeel::call::VoiceShift::default(),
                },
            ],
            ..Voice::default()
        },
        turns,
        ..Analysis::default()
    };
    analysis.delivery.response_latency_s = Metric::ok(0.9).with_band(0.2, 2.0);
    analysis.delivery.interruption_rate = Metric::ok(0.5).with_band(0.0, 0.1);
    analysis
}

/// That call as a rehearsed take.
pub fn opened() -> Opened {
    let scenario = scenarios().into_iter().find(|s| s.id == "double-charge");
    let mut log = TakeLog::new("double-charge");
    for (line, start, completion) in [("opening", 8_000, 96_000), ("overdrawn", 192_000, 272_000)] {
        log.lines.push(PlayedLine {
            line: line.to_owned(),
            why: Why::Opening,
            heat: 3,
            text: String::new(),
            start,
            completion,
            speech: vec![[start, completion]],
            whole: true,
        });
    }
    Opened {
        take: Some(7),
        kind: OpenedKind::Rehearsal,
        title: "Charged twice for one month".to_owned(),
        when: NOW - 300,
        audio: "/nowhere/take-000007.wav".into(),
        scenario,
        log: Some(log),
        original: analysis(),
        shown: analysis(),
        ..Opened::default()
    }
}
