//! The whole rehearsal, driven by accessible labels as a person with a screen reader would.

use super::fake::{NOW, Window, jobs, opened, settled, shelf, tell, window};
use eframe::egui::{Key, Role};
use egui_kittest::kittest::Queryable;
use evenkeel::desktop::msg::{AnalyzeWhat, CallDo, CallEvent, SoundEvent};
use evenkeel::desktop::state::{Meter, Screen};
use evenkeel::desktop::{Event, Job};
use evenkeel::rehearse::{Correction, Phase};

fn click(window: &mut Window, label: &str) {
    window.get_by_label(label).click();
    window.run_steps(4);
}

fn ready(width: f32, height: f32) -> Window {
    let mut w = window(width, height);
    tell(&mut w, Event::Shelf(Box::new(shelf()), Some(settled())));
    w
}

fn screen(window: &Window) -> Screen {
    window.state().state.screen
}

/// From the ladder to the end of a call of `double-charge`.
fn call(w: &mut Window) {
    click(w, "Open “Charged twice for one month”");
    assert_eq!(screen(w), Screen::Brief);
    w.get_by_label_contains("Dana was charged twice");
    click(w, "Start the call");
    assert!(jobs(w).iter().any(|j| matches!(j, Job::StartCall(p) if p.scenario.id == "double-charge")));
    tell(w, Event::Call(CallEvent::Began));
    tell(w, Event::Call(CallEvent::Line("You charged me twice.".to_owned())));
    tell(w, Event::Call(CallEvent::Phase(Phase::Customer)));
    w.get_by_label("The customer is speaking");
    w.get_by_label_contains("You charged me twice.");
    tell(w, Event::Call(CallEvent::Phase(Phase::Agent)));
    w.get_by_label("Your turn");
    jobs(w);
    w.key_press(Key::Space);
    w.run_steps(2);
    assert!(matches!(jobs(w).as_slice(), [Job::Call(CallDo::TurnDone)]));
    tell(w, Event::Call(CallEvent::Ended { take: 7, duration_s: 24.0 }));
}

#[test]
fn a_person_gets_from_the_ladder_to_the_feedback_of_a_call_and_tries_a_line_again() {
    let mut w = ready(1180.0, 900.0);
    call(&mut w);
    assert_eq!(screen(&w), Screen::Reflect);
    let analyses: Vec<_> = jobs(&mut w)
        .into_iter()
        .filter(|j| matches!(j, Job::Analyze { what: AnalyzeWhat::Take(7), .. }))
        .collect();
    assert_eq!(analyses.len(), 1, "the analysis runs while one reflects");
    click(&mut w, "4 of 5, well");
    let prompt = "Which moment would you take again, and what would you say?";
    w.get_by_role_and_label(Role::MultilineTextInput, prompt).focus();
    w.run_steps(2);
    w.get_by_role_and_label(Role::MultilineTextInput, prompt).type_text("The fee.");
    w.run_steps(2);
    tell(&mut w, Event::Progress(1, 0.6));
    tell(&mut w, Event::Analyzed(1, Box::new(opened())));
    click(&mut w, "Show the feedback");
    assert_eq!(screen(&w), Screen::Feedback);
    let kept = jobs(&mut w).into_iter().find_map(|j| match j {
        Job::Reflect(take, rating, answers) => Some((take, rating, answers)),
        _ => None,
    });
    let (take, rating, answers) = kept.expect("the reflection is kept");
    assert_eq!((take, rating, answers.len(), answers[0].answer.as_str()), (7, 4, 1, "The fee."));
    w.get_by_label("An order where a question helps");
    click(&mut w, "Hear “You apologized at once” at 0:07");
    assert!(
        jobs(&mut w).iter().any(|j| matches!(j, Job::Play { from_s, .. } if (*from_s - 6.7).abs() < 1e-9))
    );
    click(&mut w, "Retry this line");
    let plan = jobs(&mut w).into_iter().find_map(|j| if let Job::StartCall(p) = j { Some(p) } else { None });
    let plan = plan.expect("the line is called again");
    assert_eq!(plan.retry_of, Some((7, "overdrawn".to_owned())));
    assert_eq!((plan.scenario.lines.len(), plan.scenario.start.as_str()), (1, "overdrawn"));
}

#[test]
fn a_strike_and_a_corrected_word_are_computed_again() {
    let mut w = ready(1180.0, 1500.0);
    tell(&mut w, Event::Opened(Box::new(opened())));
    assert_eq!(screen(&w), Screen::Feedback);
    jobs(&mut w);
    click(&mut w, "Strike: this was not “Apologized”");
    let struck = jobs(&mut w)
        .into_iter()
        .find_map(|j| if let Job::Recompute(o) = j { Some(o.corrections) } else { None });
    assert!(matches!(struck.as_deref(), Some([Correction::Strike(s)]) if s.id == "apologise"));
    click(&mut w, "Correct words of turn 4");
    w.state_mut().state.feedback.as_mut().unwrap().editing.as_mut().unwrap().text =
        "You need to come down. It is our policy.".to_owned();
    w.run_steps(2);
    click(&mut w, "Use these words");
    let fixed = jobs(&mut w)
        .into_iter()
        .find_map(|j| if let Job::Recompute(o) = j { Some(o.corrections) } else { None });
    let fixed = fixed.expect("computed again");
    assert!(matches!(&fixed[1], Correction::Word(f) if f.was == "calm" && f.is == "come" && f.turn == 3));
}

#[test]
fn the_first_start_leads_through_the_sound_check_and_the_keyboard_alone_is_enough() {
    let mut w = window(1180.0, 900.0);
    tell(&mut w, Event::Shelf(Box::new(shelf()), None));
    w.get_by_label("Start the first call");
    w.key_press(Key::Space);
    w.run_steps(3);
    assert_eq!(screen(&w), Screen::Sound);
    tell(&mut w, Event::Sound(SoundEvent::Open));
    tell(&mut w, Event::Sound(SoundEvent::Level(Meter { rms_db: -24.0, peak_db: -9.0, clipped: false })));
    w.get_by_label("We hear you");
    w.key_press(Key::Space);
    w.run_steps(3);
    assert_eq!(screen(&w), Screen::Brief);
    w.key_press(Key::Space);
    w.run_steps(3);
    assert_eq!(screen(&w), Screen::Call);
    tell(&mut w, Event::Call(CallEvent::Began));
    w.key_press(Key::Escape);
    w.run_steps(3);
    w.get_by_label("End the call?");
    w.key_press(Key::Escape);
    w.run_steps(3);
    assert!(w.query_by_label("End the call?").is_none() && screen(&w) == Screen::Call);
}

#[test]
fn without_a_microphone_the_window_says_so_and_the_rest_works() {
    let mut w = window(1180.0, 900.0);
    tell(&mut w, Event::Shelf(Box::new(shelf()), None));
    click(&mut w, "Sound check");
    tell(&mut w, Event::Devices(Vec::new(), vec!["No microphone was found. Connect one.".to_owned()]));
    tell(&mut w, Event::Sound(SoundEvent::Trouble("no microphone was found".to_owned())));
    w.get_by_label("No microphone was found. Connect one.");
    jobs(&mut w);
    click(&mut w, "See sample feedback");
    assert!(jobs(&mut w).iter().any(|j| matches!(j, Job::Analyze { what: AnalyzeWhat::Sample, .. })));
}

#[test]
fn a_lost_device_is_said_and_the_call_goes_on_with_another() {
    let mut w = ready(1180.0, 1000.0);
    click(&mut w, "Open “Charged twice for one month”");
    click(&mut w, "Start the call");
    tell(&mut w, Event::Call(CallEvent::Began));
    tell(&mut w, Event::Call(CallEvent::Phase(Phase::Lost)));
    let sentence = "The microphone \"USB\" was disconnected.";
    tell(&mut w, Event::Call(CallEvent::Trouble(sentence.to_owned(), true)));
    w.get_by_label("Waiting for the sound");
    w.get_by_label(sentence);
    jobs(&mut w);
    click(&mut w, "Go on with this device");
    assert!(matches!(jobs(&mut w).as_slice(), [Job::Call(CallDo::Resume(..))]));
}

#[test]
fn a_recording_is_asked_about_its_channels_before_it_is_analyzed() {
    let mut w = ready(1180.0, 900.0);
    let row =
        evenkeel::desktop::state::RecordingRow { path: "/calls/a.wav".into(), duration_s: 61.0, channels: 2 };
    tell(&mut w, Event::Inspected { folder: None, rows: vec![row], refused: None });
    w.get_by_label("Who is on which channel?");
    click(&mut w, "Swap");
    jobs(&mut w);
    click(&mut w, "Analyze");
    let what = jobs(&mut w)
        .into_iter()
        .find_map(|j| if let Job::Analyze { what, .. } = j { Some(what) } else { None });
    let expected = AnalyzeWhat::File { path: "/calls/a.wav".into(), customer: Some(1), agent: Some(0) };
    assert_eq!(what, Some(expected));
    tell(&mut w, Event::Progress(1, 0.5));
    w.get_by_label("Writing down the words");
    click(&mut w, "Stop");
    assert!(jobs(&mut w).iter().any(|j| matches!(j, Job::Cancel(1))));
    assert_eq!(NOW, w.state().state.now);
}
