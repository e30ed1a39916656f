//! Draws every screen into `docs/screens`: `EVENKEEL_SCREENS=1 cargo test --release --test it screens`. The feedback is that
//! of a sample call, as the engine hears it; the history is made up.

use super::fake::{Fake, NOW, frame, opened, settled, shelf, tell};
use super::names::screens;
use egui_kittest::Harness;
use evenkeel::analyze::{Channel, Engine, Options, Watch, analyze_file};
use evenkeel::asr::detector::SileroDetector;
use evenkeel::asr::{Embedded, Store, Transcriber, models};
use evenkeel::call::{Behavior, BehaviorKind, Confidence};
use evenkeel::coach::Rubric;
use evenkeel::desktop::state::{
    Compare, DeviceRow, Feedback, Fetching, Look, Meter, ModelRow, Opened, Panel, RetryTake, Screen,
    Settings, Shelf, State, TrendRow,
};
use evenkeel::desktop::{App, Event, theme};
use evenkeel::library::{Entry, Scorecard, Storage, TakeKind, TakeState, TakeSummary, Trend, TrendPoint};
use evenkeel::rehearse::repetition::Due;
use evenkeel::rehearse::{Outcome, Phase};
use evenkeel::report::{Debrief, DebriefNote, ScoreLine, debrief_page};
use evenkeel::words::Rules;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Tall enough to show what the screen is about.
fn height(name: &str) -> f32 {
    match name {
        "feedback" | "notes" => 1560.0,
        "measures" | "debrief" | "settings" => 1280.0,
        _ => 820.0,
    }
}

/// The engine on a sample call that ships.
fn heard() -> Opened {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let store = Store::with_folders(Embedded::default(), vec![root.join("models")], false, None, None);
    let weights = store.find(models::DEFAULT_MODEL).unwrap();
    let detector = || SileroDetector::open(&store.detector().unwrap()).unwrap();
    let mut engine = Engine {
        detectors: [Box::new(detector()), Box::new(detector())],
        detector_name: "silero-v6.2.0".to_owned(),
        recognizer: Some(Arc::new(Transcriber::load(&weights, 2).unwrap())),
        rules: Arc::new(Rules::embedded("en").unwrap()),
        rubric: Arc::new(Rubric::embedded()),
    };
    let scenario = opened().scenario.unwrap();
    let options = Options {
        customer: Some(Channel::Number(0)),
        agent: Some(Channel::Number(1)),
        facts: scenario.facts(),
        ..Options::default()
    };
    let path = root.join("samples/calls/good-double-charge.wav");
    let analysis = analyze_file(&path, &options, &mut engine, &Watch::unattended()).unwrap().analysis;
    let retries = vec![RetryTake { take: 8, line: "opening".to_owned(), when: NOW - 120 }];
    Opened { self_rating: Some(3), original: analysis.clone(), shown: analysis, retries, ..opened() }
}

/// The same call the day before, with a first reply that was no good: made up.
fn earlier(heard: &Opened) -> Opened {
    let mut earlier = heard.clone();
    let a = &mut earlier.shown;
    let (Some(turn), Some(reply)) = (a.turns.get_mut(1), a.responses.first_mut()) else { return earlier };
    let early_s = reply.latency_s + 1.2;
    for span in a.spans.iter_mut().filter(|s| s.speaker == turn.speaker && s.start_s >= turn.start_s - 0.1) {
        span.start_s -= early_s;
        span.end_s -= early_s;
    }
    (turn.start_s, turn.end_s) = (turn.start_s - early_s, turn.start_s - early_s + 4.0);
    a.spans.retain(|s| s.speaker != turn.speaker || s.start_s < turn.start_s + 3.0);
    turn.text =
        "Okay, okay, you need to calm down first. I can't change what the billing team does.".to_owned();
    turn.words.truncate(16);
    (reply.agent_start_s, reply.latency_s) = (turn.start_s, -1.2);
    a.behaviors.retain(|b| b.turn != 1);
    for (id, from) in [("command", 1.0), ("deflect", 2.5)] {
        a.behaviors.push(Behavior {
            id: id.to_owned(),
            kind: BehaviorKind::Hazard,
            turn: 1,
            start_s: turn.start_s + from,
            end_s: turn.start_s + from + 1.0,
            text: String::new(),
            rule: String::new(),
        });
    }
    earlier
}

/// A library that has been used for three weeks.
fn lived_in() -> Shelf {
    let mut shelf = shelf();
    let day = 86_400;
    for (i, rung) in shelf.rungs.iter_mut().take(5).enumerate() {
        rung.tries = 5 - i;
        rung.last_tried = Some(NOW - day * (i as i64 * 2 + 1));
        let expected = rung.scenario.expects.len() as u32;
        rung.best = Some(Outcome {
            completed: i < 4,
            met: expected.saturating_sub(i as u32),
            expected,
            hazards: i as u32,
            interruptions: 0,
            last_heat: 2,
        });
        for k in 0..rung.tries {
            shelf.takes.push(TakeSummary {
                id: (i * 10 + k) as i64,
                kind: if k == 1 { TakeKind::Retry } else { TakeKind::Call },
                state: TakeState::Analyzed,
                scenario: rung.scenario.id.clone(),
                title: rung.scenario.title.clone(),
                heat: rung.scenario.heat,
                retry_of: None,
                device: String::new(),
                started_at: NOW - day * (i as i64 * 2 + 1) - 3_000 * k as i64,
                duration_s: 74.0 + 13.0 * k as f64,
                audio: format!("take-{i}-{k}.wav").into(),
                audio_bytes: 4_000_000,
                outcome: rung.best.clone(),
                self_rating: Some(2 + (k % 3) as u8),
                call_note: String::new(),
            });
        }
    }
    shelf.takes.sort_by_key(|t| std::cmp::Reverse(t.started_at));
    let trend = |id: &str, values: &[f64], band: [f64; 2]| TrendRow {
        id: id.to_owned(),
        trend: Trend {
            points: values
                .iter()
                .enumerate()
                .map(|(i, v)| TrendPoint {
                    take: i as i64,
                    at: NOW - day * (2 * (values.len() - i) as i64),
                    value: *v,
                    confidence: if i == 1 { Confidence::Low } else { Confidence::Ok },
                })
                .collect(),
            band: Some(band),
        },
    };
    shelf.trends = vec![
        trend("steadiness", &[58.0, 61.0, 70.0, 66.0, 78.0, 83.0, 85.0], [70.0, 100.0]),
        trend("response_latency_s", &[0.1, 0.3, 0.2, 0.6, 0.7, 0.9, 0.8], [0.3, 3.0]),
        trend("interruption_rate", &[0.4, 0.5, 0.33, 0.2, 0.25, 0.1, 0.0], [0.0, 0.1]),
        trend("speech_rate_wpm", &[201.0, 189.0, 192.0, 176.0, 168.0, 171.0, 160.0], [120.0, 180.0]),
    ];
    shelf.due = vec![
        Due { item: "interruption_rate".into(), due: NOW - 100, interval_days: 2, lapses: 3 },
        Due { item: "give_timeline".into(), due: NOW + day, interval_days: 4, lapses: 1 },
    ];
    let entry =
        |id, ago: i64, text: &str| Entry { id, take: Some(1), written_at: NOW - ago, text: text.to_owned() };
    shelf.journal = vec![
        entry(
            1,
            4_000,
            "The power cut call. I let her finish this time, and she said it once. The promise to call back was mine.",
        ),
        entry(
            2,
            3 * day,
            "Cut in twice because I knew the answer already. Next time: count to one after the last word.",
        ),
    ];
    shelf.storage = Storage { audio_bytes: 61_000_000, database_bytes: 900_000, takes: 15 };
    shelf.dir = "~/.local/share/evenkeel".into();
    shelf.next_up = Some(2);
    shelf.rungs[2].due = vec!["interruption_rate".to_owned()];
    shelf
}

/// What the plain states do not show.
fn dressed(name: &str, state: &mut State, heard: &Opened, earlier: &Opened) {
    if let Some(feedback) = &state.feedback {
        let panel = feedback.panel;
        let mut dressed = Feedback::of(heard.clone());
        dressed.panel = panel;
        if let Some(view) = &mut dressed.view {
            view.at_s = 9.2;
        }
        state.feedback = Some(dressed);
    }
    if panel_is(state, Panel::Transcript) {
        state.settings.talk_declined = true;
    }
    if name == "compare" {
        let take = |o: &Opened, ago: i64| Opened { log: None, when: NOW - ago, ..o.clone() };
        state.compare = Some(Compare::of(take(earlier, 90_000), take(heard, 300)));
    }
    if name == "settings" {
        let row = |name: &str, megabytes: u64, installed| ModelRow {
            name: name.to_owned(),
            bytes: Some(megabytes * 1_000_000),
            has_checksum: true,
            installed,
            own: installed && name != "base-q5_1",
        };
        state.models.rows = vec![
            row("base-q5_1", 60, true),
            row("tiny.en-q5_1", 31, true),
            row("small.en-q5_1", 190, false),
            row("small-q5_1", 190, false),
            row("large-v3-turbo-q5_0", 574, false),
            row("medium.en", 1_534, false),
        ];
        state.models.home = "https://huggingface.co/ggerganov/whisper.cpp/resolve/main".to_owned();
        let name = "small.en-q5_1".to_owned();
        state.models.fetching =
            Some(Fetching { name, done: 71_000_000, whole: Some(190_000_000), stopping: false });
        state.settings.model = "base-q5_1".to_owned();
    }
    if let Some(call) = &mut state.call {
        call.elapsed_s = 37.0;
        call.phase = Phase::Customer;
        call.customer = Meter { rms_db: -22.0, peak_db: -9.0, clipped: false };
        call.agent = Meter { rms_db: -61.0, peak_db: -55.0, clipped: false };
    }
    if state.screen == Screen::Sound {
        let device = |id: &str, name: &str, is_input| DeviceRow {
            id: id.to_owned(),
            name: name.to_owned(),
            is_input,
            is_default: true,
            trouble: None,
        };
        state.sound.devices = vec![device("m", "USB headset", true), device("h", "USB headset", false)];
        state.sound.open = true;
        state.sound.meter = Meter { rms_db: -25.0, peak_db: -11.0, clipped: false };
        state.sound.loudest_db = Some(-22.0);
        state.sound.floor_db = Some(-63.0);
        state.sound.leak_db = Some(-48.0);
    }
    if state.screen == Screen::Reflect {
        state.reflect.rating = Some(4);
        state.reflect.answers[0] = "I let her finish, and said what happens next.".to_owned();
    }
}

fn panel_is(state: &State, panel: Panel) -> bool {
    state.feedback.as_ref().is_some_and(|f| f.panel == panel)
}

/// A debrief with everything that people can write on it, and more than there is room for.
fn full_debrief(heard: &Opened) -> Vec<u8> {
    let long = "The fee came up twice before it was answered, and the customer had to say it again, louder. "
        .repeat(3);
    let page = Debrief {
        reflection: ["What went well, in your own words?", "Which moment would you take again?"]
            .map(|prompt| (prompt.to_owned(), long.clone()))
            .to_vec(),
        self_rating: Some(3),
        notes: (0..9).map(|n| DebriefNote { at_s: 7.0 * f64::from(n), text: long.clone() }).collect(),
        scorecard: Scorecard::template()
            .lines
            .into_iter()
            .zip([Some(4), Some(5), None, Some(2), Some(3)])
            .map(|((criterion, ..), points)| ScoreLine { criterion, points, remark: long.clone() })
            .collect(),
        call_note: long.clone(),
        ..Debrief::of(&heard.shown, &heard.title, "2026-11-21")
    };
    debrief_page(&page, &heard.shown, &|_, _| None)
}

/// `EVENKEEL_SCREENS=1` draws the pictures of the documentation, a folder there every screen in both themes at 100 % and
/// 200 % text.
#[test]
fn screens_are_drawn_when_asked_for() {
    let Some(wanted) = std::env::var_os("EVENKEEL_SCREENS") else { return };
    let all = wanted != "1";
    let documents = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/screens");
    let dir = if all { PathBuf::from(wanted) } else { documents };
    std::fs::create_dir_all(&dir).unwrap();
    let heard = heard();
    let earlier = earlier(&heard);
    if all {
        std::fs::write(dir.join("debrief.html"), full_debrief(&heard)).unwrap();
    }
    for (look, scale, suffix) in [
        (Look::Light, 1.0, ""),
        (Look::Dark, 1.0, "-dark"),
        (Look::Light, 2.0, "-200"),
        (Look::Dark, 2.0, "-dark-200"),
    ] {
        for (name, set) in screens() {
            let documented = look == Look::Light || ["home", "call", "feedback"].contains(&name);
            if !all && (scale > 1.0 || !documented) {
                continue;
            }
            let app = App::new(Fake::default(), None);
            let mut w = Harness::builder()
                .with_size([1180.0, height(name)])
                .with_context_setup(theme::install)
                .wgpu()
                .build_ui_state(frame, app);
            let settings = Settings { look, text_scale: scale, ..settled() };
            tell(&mut w, Event::Shelf(Box::new(lived_in()), Some(settings)));
            let state = &mut w.state_mut().state;
            set(state);
            dressed(name, state, &heard, &earlier);
            w.run_steps(6);
            let image = w.render().expect("lavapipe or a GPU is there");
            image.save(dir.join(format!("{name}{suffix}.png"))).unwrap();
        }
    }
}
