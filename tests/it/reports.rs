//! Every format against hostile and ordinary analyses; JSON against the committed schema.

use evenkeel::call::{
    Analysis, Backchannel, BaselineKind, Behavior, BehaviorKind, Confidence, DeadAir, Delivery, Engine,
    Finding, FindingKind, Interruption, Metric, Provocation, Response, ResponseKind, Roles, SCHEMA, Source,
    Speaker, SpeakerSpan, Turn, Voice, VoiceShift, VoiceTurn, Warning, Word,
};
use evenkeel::report::{self, Format, Look};
use proptest::prelude::*;
use serde_json::{Value, json};

const HOSTILE: &str =
    "</script><script>alert(1)</script>\"'><img src=x onerror=y> & \u{1b}[31m {name} ]] \u{202e}";

/// A call in which everything happens, with every text set to `text`.
fn busy(text: &str) -> Analysis {
    let two = |customer, agent| [(Speaker::Customer, customer), (Speaker::Agent, agent)];
    let mut turns = Vec::new();
    let mut spans = Vec::new();
    for (speaker, (start_s, end_s)) in
        two((1.0, 7.0), (6.0, 9.0)).into_iter().chain(two((15.0, 20.0), (21.0, 27.0)))
    {
        let word = Word { text: text.into(), start_s, end_s, p: 0.87 };
        turns.push(Turn { speaker, start_s, end_s, text: text.into(), words: vec![word] });
        spans.push(SpeakerSpan { speaker, start_s, end_s });
    }
    let behavior = |id: &str, kind, turn, start_s: f64| Behavior {
        id: id.into(),
        kind,
        turn,
        start_s,
        end_s: start_s + 1.0,
        text: text.into(),
        rule: "apologise/sorry-for".into(),
    };
    let finding = |kind, start_s: f64| Finding {
        id: "interruption".into(),
        kind,
        title: text.into(),
        because: text.into(),
        say_instead: text.into(),
        start_s,
        end_s: start_s + 3.0,
        sources: vec![text.into()],
    };
    let low = || Metric::low(0.333_333, text).with_band(0.0, 1.0);
    let shift = VoiceShift {
        pitch_st: Some(1.2),
        loudness_lu: None,
        vocal_effort_db: Some(-0.4),
        rate_shift: Some(0.1),
        pitch_slope_shift: Some(0.2),
    };
    Analysis {
        schema: SCHEMA.into(),
        source: Source {
            path: format!("calls/{text}.wav"),
            sha256: "ab".repeat(32),
            duration_s: 30.5,
            sample_rate_hz: 8000,
            channels: 2,
            roles: Roles { customer: Some(0), agent: Some(1) },
        },
        engine: Engine { version: "0.1.0".into(), model: text.into(), detector: text.into() },
        turns,
        spans,
        responses: vec![
            Response {
                customer_end_s: 7.0,
                agent_start_s: 6.0,
                latency_s: -1.0,
                kind: ResponseKind::Interruption,
            },
            Response { customer_end_s: 20.0, agent_start_s: 21.0, latency_s: 1.0, kind: ResponseKind::Reply },
        ],
        interruptions: vec![Interruption { start_s: 6.0, overlap_s: 1.0 }],
        backchannels: vec![Backchannel { start_s: 17.0, end_s: 17.4, text: text.into() }],
        dead_air: vec![DeadAir { start_s: 9.0, end_s: 15.0, announced: false }],
        holds: Vec::new(),
        delivery: Delivery {
            talk_share: low(),
            interruption_rate: Metric::ok(0.5).with_band(0.0, 0.1),
            ..delivery()
        },
        voice: Voice {
            baseline: BaselineKind::SoundCheck,
            heat: Metric::ok(0.4).with_band(-2.0, 1.5),
            steadiness: low(),
            pitch_st: low(),
            loudness_lu: low(),
            vocal_effort_db: low(),
            rate_shift: low(),
            pitch_slope_shift: low(),
            turns: vec![VoiceTurn {
                start_s: 6.0,
                end_s: 9.0,
                heat: Some(2.2),
                confidence: Confidence::Ok,
                reason: String::new(),
                shift,
            }],
            provocations: vec![Provocation {
                customer_start_s: 1.0,
                customer_end_s: 7.0,
                shift: [("heat".to_owned(), 1.1)].into(),
                recovery_s: None,
                confidence: Confidence::Low,
                reason: "only 0.8 s of voiced speech".to_owned(),
            }],
        },
        behaviors: vec![
            behavior("apologise", BehaviorKind::Skill, 1, 6.5),
            behavior("command", BehaviorKind::Hazard, 3, 22.0),
        ],
        findings: vec![
            finding(FindingKind::Keep, 21.0),
            finding(FindingKind::Change, 5.0),
            finding(FindingKind::Try, 6.0),
        ],
        warnings: vec![Warning::new("channels", text)],
    }
}

fn absent() -> Metric {
    Metric::absent("only one voice in this recording")
}

fn delivery() -> Delivery {
    Delivery {
        speech_rate_wpm: absent(),
        articulation_rate_sps: absent(),
        talk_share: absent(),
        longest_monologue_s: absent(),
        response_latency_s: absent(),
        interruption_rate: absent(),
        pauses_per_min: absent(),
        filled_per_100_words: absent(),
    }
}

/// A recording in which nobody speaks.
fn quiet() -> Analysis {
    let voice = Voice {
        heat: absent(),
        steadiness: absent(),
        pitch_st: absent(),
        loudness_lu: absent(),
        vocal_effort_db: absent(),
        rate_shift: absent(),
        pitch_slope_shift: absent(),
        ..Voice::default()
    };
    let source = Source { sha256: "00".repeat(32), ..Source::default() };
    Analysis { schema: SCHEMA.into(), source, delivery: delivery(), voice, ..Analysis::default() }
}

fn silent(_: f64, _: f64) -> Option<Vec<u8>> {
    None
}

fn rendered(format: Format, analysis: &Analysis) -> String {
    let look = Look { first: true, ..Look::default() };
    String::from_utf8(report::of(format).render(analysis, &look, &silent).expect("rendered")).expect("UTF-8")
}

fn schema() -> Value {
    serde_json::from_str(include_str!("../../docs/analysis.schema.json")).expect("the schema is JSON")
}

/// Errors of an object against the schema, or against one of its definitions.
fn faults(object: &Value, definition: Option<&str>) -> Vec<String> {
    let mut schema = schema();
    if let Some(name) = definition {
        schema = json!({ "$ref": format!("#/$defs/{name}"), "$defs": schema["$defs"] });
    }
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    validator.iter_errors(object).map(|e| format!("{} at {}", e, e.instance_path())).collect()
}

#[test]
fn json_and_jsonl_of_any_call_fit_the_schema() {
    for analysis in [busy("I'm sorry."), busy(HOSTILE), quiet()] {
        for format in [Format::Json, Format::Jsonl] {
            let text = rendered(format, &analysis);
            let object: Value = serde_json::from_str(&text).expect("JSON");
            assert_eq!(faults(&object, None), Vec::<String>::new());
            assert_eq!(format == Format::Jsonl, text.trim_end().lines().count() == 1);
            assert_eq!(serde_json::from_str::<Analysis>(&text).expect("read back"), analysis);
        }
    }
}

#[test]
fn the_transcript_alone_fits_its_definition() {
    let bytes = report::transcript_line(&busy("Hello."), false).expect("rendered");
    let object: Value = serde_json::from_slice(&bytes).expect("JSON");
    assert_eq!(faults(&object, Some("transcript")), Vec::<String>::new());
    let keys: Vec<&str> = object.as_object().expect("object").keys().map(String::as_str).collect();
    assert_eq!(keys.len(), 5);
}

#[test]
fn the_schema_refuses_what_the_format_does_not_allow() {
    let whole = serde_json::to_value(busy("Hello.")).expect("JSON");
    let broken = |change: &dyn Fn(&mut Value)| {
        let mut object = whole.clone();
        change(&mut object);
        !faults(&object, None).is_empty()
    };
    assert!(broken(&|o| o["delivery"]["talk_share"]["value"] = Value::Null), "a low metric has a value");
    assert!(broken(&|o| o["voice"]["heat"]["reason"] = json!("because")), "an ok metric has no reason");
    assert!(broken(&|o| o["responses"][0]["kind"] = json!("shouting")));
    assert!(broken(&|o| o["surprise"] = json!(1)));
    assert!(broken(&|o| drop(o.as_object_mut().expect("object").remove("spans"))));
}

#[test]
fn the_keys_stand_in_the_order_of_the_contract() {
    let text = rendered(Format::Jsonl, &busy("Hello."));
    let order = [
        "\"schema\"",
        "\"source\"",
        "\"engine\"",
        "\"turns\"",
        "\"spans\"",
        "\"responses\"",
        "\"interruptions\"",
        "\"backchannels\"",
        "\"dead_air\"",
        "\"delivery\"",
        "\"voice\"",
        "\"behaviors\"",
        "\"findings\"",
        "\"warnings\"",
    ];
    let places: Vec<usize> =
        order.iter().map(|key| text.find(&format!("{key}:")).expect("the key is there")).collect();
    // `turns` stands in the voice too, but first on its own.
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn the_page_fetches_nothing_and_lets_no_text_out() {
    let mu_law = |_: f64, _: f64| Some(b"RIFF....WAVE".to_vec());
    let look = Look::default();
    let bytes = report::of(Format::Html).render(&busy(HOSTILE), &look, &mu_law).expect("rendered");
    let page = String::from_utf8(bytes).expect("UTF-8");
    for outside in
        ["http:", "https:", "@import", "url(", "<link", "<iframe", "<img", "alert(1)</script>", "\u{1b}"]
    {
        assert!(!page.contains(outside), "{outside}");
    }
    let plain = report::of(Format::Html).render(&busy("Hello."), &look, &mu_law).expect("rendered");
    assert!(!String::from_utf8(plain).expect("UTF-8").contains(" src="));
    // Two style and script blocks of our own and one clip; each opened is closed.
    assert_eq!(page.matches("<script").count(), 2);
    assert_eq!(page.matches("</script>").count(), 2);
    assert!(page.contains("default-src 'none'"));
    assert!(page.contains("data-play=\""));
}

#[test]
fn the_baseline_and_each_hostile_line_are_said_for_people() {
    for format in [Format::Text, Format::Html] {
        let text = rendered(format, &busy("Hello.")).split_whitespace().collect::<Vec<_>>().join(" ");
        for wanted in [
            "Your voice, against the free talk of the sound check",
            "After the first hostile line your voice stayed within your own range (only 0.8 s of voiced speech)",
            "heat +1.1",
        ] {
            assert!(text.contains(wanted), "{format:?} without {wanted}: {text}");
        }
        let off = report::without_voice_because(&busy("Hello."), "off by this house");
        let text = rendered(format, &off);
        assert!(!text.contains("hostile line") && !text.contains("sound check"), "{format:?}");
        assert!(text.contains("off by this house"), "{format:?}");
    }
}

#[test]
fn without_sound_the_page_offers_none() {
    let page = rendered(Format::Html, &busy("Hello."));
    assert!(!page.contains("data-play=\"") && !page.contains("<script"));
    assert!(rendered(Format::Html, &quiet()).contains("Nothing was measured"));
}

#[test]
fn a_long_call_holds_only_its_moments() {
    let mut analysis = busy("Hello.");
    analysis.source.duration_s = 3600.0;
    let asked = std::cell::RefCell::new(Vec::new());
    let sound = |from: f64, to: f64| {
        asked.borrow_mut().push((from, to));
        Some(vec![0; 8])
    };
    report::of(Format::Html).render(&analysis, &Look::default(), &sound).expect("rendered");
    assert!(!asked.borrow().is_empty() && asked.borrow().iter().all(|(from, to)| to - from <= 20.0));
}

#[test]
fn the_same_analysis_gives_the_same_bytes_in_every_format() {
    for format in [Format::Text, Format::Json, Format::Jsonl, Format::Csv, Format::Html] {
        assert_eq!(rendered(format, &busy("Hello.")), rendered(format, &busy("Hello.")));
    }
}

#[test]
fn a_row_can_be_read_back_by_its_header() {
    let text = rendered(Format::Csv, &busy("a, \"b\"\nc"));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().expect("header").clone();
    let row = reader.records().next().expect("a row").expect("readable");
    let of = |name: &str| &row[header.iter().position(|h| h == name).expect("column")];
    assert_eq!((of("interruptions"), of("dead_air_unannounced"), of("hazards")), ("1", "1", "command"));
    assert_eq!(of("findings"), "keep:interruption change:interruption try:interruption");
    assert_eq!(of("path"), "calls/a, \"b\"\nc.wav");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn text_never_leaves_eighty_columns(text in "\\PC{0,200}") {
        for analysis in [busy(&text), busy(&text.replace(' ', "")), busy(HOSTILE)] {
            for words_only in [false, true] {
                let look = Look { words_only, ..Look::default() };
                let bytes = report::of(Format::Text).render(&analysis, &look, &silent).expect("rendered");
                for line in String::from_utf8(bytes).expect("UTF-8").lines() {
                    prop_assert!(line.chars().count() <= 80 && !line.contains('\u{1b}'), "{line}");
                }
            }
        }
    }
}

#[test]
fn every_column_is_documented() {
    let page = include_str!("../../docs/results.md");
    for column in report::COLUMNS {
        assert!(page.contains(&format!("`{column}`")), "{column} is not in docs/results.md");
    }
}
