//! What is said: the agents' replies of the sample calls, and the scenarios' lines, cut short.

use super::{Ears, root};
use evenkeel::asr::detector::SileroDetector;
use evenkeel::audio::Recording;
use evenkeel::library::ScenarioStore;
use evenkeel::live::Script;
use evenkeel::rehearse::Waits;

/// Seconds of each line that are played.
const LINE_S: f64 = 3.5;

/// The agent's replies of a sample call: sound from its first to its last moment, and words.
pub fn of(call: &str) -> Vec<(Vec<f32>, String)> {
    let folder = root().join("samples/calls");
    let truth = std::fs::read_to_string(folder.join(format!("{call}.truth.json"))).expect("truth");
    let truth: serde_json::Value = serde_json::from_str(&truth).expect("truth");
    let mut recording = Recording::open(&folder.join(format!("{call}.wav"))).expect("reads");
    let agent = recording.load(&[1]).expect("two channels").remove(0).to_vec().expect("reads");
    let all = truth["utterances"].as_array().expect("utterances");
    all.iter()
        .filter(|u| u["channel"] == "agent" && u["style"] != "nod")
        .map(|u| {
            let at = |key: &str| (u[key].as_f64().expect("seconds") * 16_000.0) as usize;
            let (from, to) = (at("start_s"), at("end_s").min(agent.len()));
            (agent[from..to].to_vec(), u["text"].as_str().unwrap_or_default().to_owned())
        })
        .collect()
}

/// A scenario ready to be played.
pub fn script(id: &str, judge_s: f64, ears: &Ears) -> Script {
    let store = ScenarioStore::new(&[], Some(root().join("samples/scenarios")));
    let bundle = store.open(id).expect("a sample");
    let sound = |l: &evenkeel::rehearse::Line| {
        let mut samples = bundle.samples(l).expect("decodes");
        samples.truncate((LINE_S * 16_000.0) as usize);
        (l.id.clone(), samples)
    };
    let sounds = bundle.scenario.lines.iter().map(sound).collect();
    let mut detector = SileroDetector::open(&ears.detector).expect("detector");
    Script::prepare(bundle.scenario, sounds, &mut detector, Waits { judge_s, ..Waits::default() })
        .expect("whole")
}
