//! Every control has a name, on every screen, in both themes, at 100 % and 200 % text.

use super::fake::{Window, opened, settled, shelf, tell, window};
use eframe::egui::Role;
use egui_kittest::kittest::NodeT;
use evenkeel::desktop::Event;
use evenkeel::desktop::state::{
    Brief, CallView, Compare, Feedback, HistoryPanel, Look, Panel, RecordingRow, Screen, Settings, State,
};
use evenkeel::rehearse::Phase;

/// Every screen with something on it.
pub fn screens() -> Vec<(&'static str, Box<dyn Fn(&mut State)>)> {
    let at = |screen: Screen| move |s: &mut State| s.screen = screen;
    let panel = |panel: Panel| {
        move |s: &mut State| {
            s.screen = Screen::Feedback;
            let mut feedback = Feedback::of(opened());
            feedback.panel = panel;
            s.feedback = Some(feedback);
        }
    };
    let history = |panel: HistoryPanel| {
        move |s: &mut State| {
            s.screen = Screen::History;
            s.history.panel = panel;
        }
    };
    vec![
        ("home", Box::new(at(Screen::Home))),
        ("sound", Box::new(at(Screen::Sound))),
        (
            "brief",
            Box::new(|s| {
                s.screen = Screen::Brief;
                s.brief = Some(Brief { scenario: "double-charge".to_owned(), pacer_from_s: None });
            }),
        ),
        (
            "call",
            Box::new(|s| {
                s.screen = Screen::Call;
                let mut call = CallView::opening("double-charge", "Charged twice for one month", 3);
                call.running = true;
                call.phase = Phase::Agent;
                call.line = "You charged me twice. Twice, for the same month!".to_owned();
                s.call = Some(call);
            }),
        ),
        ("reflect", Box::new(at(Screen::Reflect))),
        ("feedback", Box::new(panel(Panel::Transcript))),
        ("measures", Box::new(panel(Panel::Measures))),
        ("notes", Box::new(panel(Panel::Notes))),
        ("debrief", Box::new(panel(Panel::Debrief))),
        (
            "compare",
            Box::new(|s| {
                s.screen = Screen::Compare;
                let later = opened();
                s.compare = Some(Compare::of(opened(), later));
            }),
        ),
        ("history", Box::new(history(HistoryPanel::Takes))),
        ("trends", Box::new(history(HistoryPanel::Trends))),
        ("journal", Box::new(history(HistoryPanel::Journal))),
        ("cards", Box::new(history(HistoryPanel::Cards))),
        ("storage", Box::new(history(HistoryPanel::Storage))),
        (
            "review",
            Box::new(|s| {
                s.screen = Screen::Review;
                s.review.customer = Some(0);
                s.review.agent = Some(1);
                s.review.asking =
                    Some(RecordingRow { path: "/calls/a.wav".into(), duration_s: 61.0, channels: 2 });
            }),
        ),
        ("settings", Box::new(at(Screen::Settings))),
    ]
}

fn is_control(role: Role) -> bool {
    matches!(
        role,
        Role::Button
            | Role::CheckBox
            | Role::RadioButton
            | Role::TextInput
            | Role::MultilineTextInput
            | Role::ComboBox
            | Role::Slider
            | Role::SpinButton
            | Role::Link
            | Role::Tab
    )
}

fn shown(set: &dyn Fn(&mut State), settings: Settings) -> Window {
    let mut w = window(1180.0, 800.0);
    tell(&mut w, Event::Shelf(Box::new(shelf()), Some(settings)));
    set(&mut w.state_mut().state);
    w.run_steps(4);
    w
}

#[test]
fn every_control_on_every_screen_has_a_name() {
    for look in [Look::Light, Look::Dark] {
        for scale in [1.0, 2.0] {
            for (name, set) in screens() {
                let w = shown(&*set, Settings { look, text_scale: scale, ..settled() });
                assert_eq!(w.unnamed_widgets(), Vec::<String>::new(), "{name} at {scale}");
                let controls =
                    w.root().children_recursive().filter(|n| is_control(n.accesskit_node().role())).count();
                assert!(controls > 2, "{name} has {controls} controls");
            }
        }
    }
}

#[test]
fn double_size_text_loses_no_control() {
    for (name, set) in screens() {
        let names = |scale: f32| {
            let w = shown(&*set, Settings { text_scale: scale, ..settled() });
            let mut all: Vec<String> = w
                .root()
                .children_recursive()
                .filter(|n| is_control(n.accesskit_node().role()))
                .filter_map(|n| n.accesskit_node().label())
                .collect();
            all.sort();
            all.dedup();
            all
        };
        let (single, double) = (names(1.0), names(2.0));
        let lost: Vec<&String> = single.iter().filter(|n| !double.contains(n)).collect();
        assert!(lost.is_empty(), "{name} at 200 % loses {lost:?}");
    }
}
