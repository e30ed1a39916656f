//! Where things are: what is needed is in sight, and what is opened begins at its top.

use super::fake::{Window, opened, settled, shelf, tell, window};
use super::names::screens;
use eframe::egui::{Key, Role};
use egui_kittest::kittest::{NodeT, Queryable};
use evenkeel::call::{OnHold, Roles, Warning};
use evenkeel::desktop::msg::AnalyzeWhat;
use evenkeel::desktop::state::{OpenedKind, Settings};
use evenkeel::desktop::{Event, Job};

fn ready(width: f32, height: f32) -> Window {
    let mut w = window(width, height);
    tell(&mut w, Event::Shelf(Box::new(shelf()), Some(settled())));
    w
}

#[test]
fn feedback_opens_at_its_top_however_far_the_one_before_was_scrolled() {
    let mut w = ready(1000.0, 600.0);
    let top = |w: &Window| w.get_by_role_and_label(Role::Label, "Charged twice for one month").rect().top();
    tell(&mut w, Event::Opened(Box::new(opened())));
    let first = top(&w);
    w.key_press(Key::End);
    w.run_steps(20);
    assert!(top(&w) < 0.0, "it was scrolled");
    tell(&mut w, Event::Opened(Box::new(opened())));
    w.run_steps(5);
    assert!((top(&w) - first).abs() < 1.0, "{} and {first}", top(&w));
}

#[test]
fn words_are_corrected_where_they_stand() {
    let mut w = ready(1180.0, 1500.0);
    tell(&mut w, Event::Opened(Box::new(opened())));
    w.get_by_label("Correct words of turn 4").click();
    w.run_steps(5);
    let editor = w.get_by_role_and_label(Role::MultilineTextInput, "Words of this turn");
    assert!(editor.accesskit_node().is_focused(), "and typing goes there");
    let turn = w.get_by_label("Correct words of turn 4").rect();
    let before = w.get_by_label("Correct words of turn 2").rect();
    assert!(editor.rect().top() > turn.top() && turn.top() > before.top());
    assert!(editor.rect().top() - turn.bottom() < 60.0);
}

#[test]
fn at_double_size_the_buttons_and_levels_of_a_call_are_in_sight() {
    let mut w = window(1180.0, 800.0);
    tell(&mut w, Event::Shelf(Box::new(shelf()), Some(Settings { text_scale: 2.0, ..settled() })));
    let (_, set) = screens().into_iter().find(|(n, _)| *n == "call").unwrap();
    set(&mut w.state_mut().state);
    w.run_steps(5);
    let height = w.ctx.content_rect().height();
    assert!((height - 400.0).abs() < 1.0, "{height}");
    w.get_by_role_and_label(Role::Status, "Your turn");
    for name in ["I'm done", "Hold", "End the call"] {
        let at = w.get_by_label(name).rect();
        assert!(at.top() >= 0.0 && at.bottom() <= height, "{name}: {at:?}");
    }
    for name in ["Customer level", "Your level"] {
        let at = w.get_by_label_contains(name).rect();
        assert!(at.top() >= 0.0 && at.bottom() <= height, "{name}: {at:?}");
    }
}

#[test]
fn the_timeline_tells_how_long_the_customer_was_on_hold() {
    let mut w = ready(1180.0, 900.0);
    let mut held = opened();
    held.shown.holds = vec![OnHold { start_s: 10.0, end_s: 22.0 }];
    tell(&mut w, Event::Opened(Box::new(held)));
    w.get_by_label_contains("12 s on hold");
    w.get_by_label("on hold");
}

#[test]
fn channels_that_look_swapped_are_said_with_a_button_to_swap_them() {
    let mut w = ready(1180.0, 900.0);
    let mut review = opened();
    review.kind = OpenedKind::Review;
    review.original.source.roles = Roles { customer: Some(0), agent: Some(1) };
    review.shown = review.original.clone();
    review.shown.warnings = vec![Warning::new("roles", "the customer's channel sounds like the agent")];
    tell(&mut w, Event::Opened(Box::new(review)));
    w.get_by_label("Are the channels the other way round?");
    super::fake::jobs(&mut w);
    w.get_by_label("Swap customer and agent").click();
    w.run_steps(3);
    let what = super::fake::jobs(&mut w).into_iter().find_map(|j| match j {
        Job::Analyze { what, .. } => Some(what),
        _ => None,
    });
    let path = "/nowhere/take-000007.wav".into();
    assert_eq!(what, Some(AnalyzeWhat::File { path, customer: Some(1), agent: Some(0) }));
}
