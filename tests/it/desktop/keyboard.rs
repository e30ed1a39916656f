//! The keyboard: where its focus is seen, what Esc and Return do, and that nothing written is lost by a key.

use super::fake::{Window, jobs, opened, settled, shelf, tell, window};
use eframe::egui::{Key, Role, Shape};
use egui_kittest::kittest::{NodeT, Queryable};
use evenkeel::desktop::msg::SoundEvent;
use evenkeel::desktop::state::{Ask, Reflect, Screen, Work};
use evenkeel::desktop::{Event, Job};

const PROMPT: &str = "Which moment would you take again, and what would you say?";

fn reflecting() -> Window {
    let mut w = window(1180.0, 1500.0);
    tell(&mut w, Event::Shelf(Box::new(shelf()), Some(settled())));
    let state = &mut w.state_mut().state;
    state.screen = Screen::Reflect;
    state.reflect = Reflect { take: Some(7), heat: 2, ..Reflect::default() };
    state.work = Some(Work { id: 1, show: true, ..Work::default() });
    w.run_steps(3);
    tell(&mut w, Event::Analyzed(1, Box::new(opened())));
    jobs(&mut w);
    w
}

fn press(w: &mut Window, key: Key) {
    w.key_press(key);
    w.run_steps(3);
}

fn write(w: &mut Window, text: &str) {
    w.get_by_role_and_label(Role::MultilineTextInput, PROMPT).focus();
    w.run_steps(2);
    w.get_by_role_and_label(Role::MultilineTextInput, PROMPT).type_text(text);
    w.run_steps(2);
}

fn kept(w: &mut Window) -> (Option<u8>, Option<String>) {
    let all = jobs(w);
    let rating =
        all.iter().find_map(|j| if let Job::Reflect(7, rating, _) = j { Some(*rating) } else { None });
    let entry = all
        .into_iter()
        .find_map(|j| if let Job::WriteJournal(Some(7), text) = j { Some(text) } else { None });
    (rating, entry)
}

#[test]
fn esc_leaves_the_text_box_and_then_the_screen_without_losing_a_word() {
    let mut w = reflecting();
    press(&mut w, Key::Num4);
    write(&mut w, "The fee.");
    press(&mut w, Key::Escape);
    assert_eq!(w.state().state.screen, Screen::Reflect, "only the box was left");
    press(&mut w, Key::Escape);
    assert_eq!(w.state().state.screen, Screen::Feedback);
    let (rating, entry) = kept(&mut w);
    assert_eq!(rating, Some(4));
    assert!(entry.is_some_and(|e| e.contains("The fee.") && e.contains(PROMPT)), "and the journal finds it");
}

#[test]
fn words_without_a_rating_are_asked_about_before_they_are_lost() {
    let mut w = reflecting();
    w.get_by_label_contains("First say how it went");
    write(&mut w, "The fee.");
    press(&mut w, Key::Escape);
    press(&mut w, Key::Escape);
    assert_eq!((w.state().state.screen, w.state().state.ask), (Screen::Reflect, Some(Ask::DropWords)));
    w.get_by_label("Keep writing").click();
    w.run_steps(3);
    assert_eq!(w.state().state.reflect.answers[1], "The fee.");
    press(&mut w, Key::Num2);
    press(&mut w, Key::Enter);
    assert_eq!(w.state().state.screen, Screen::Feedback, "Return shows the feedback");
    assert_eq!(kept(&mut w).0, Some(2));
}

#[test]
fn what_was_written_before_the_numbers_is_among_the_notes() {
    let mut w = reflecting();
    press(&mut w, Key::Num4);
    write(&mut w, "The fee.");
    w.get_by_label("Show the feedback").click();
    w.run_steps(3);
    w.get_by_label("Notes and scorecard").click();
    w.run_steps(3);
    w.get_by_label("Before the numbers");
    w.get_by_label("The fee.");
}

#[test]
fn the_main_button_shows_that_it_has_the_focus() {
    let mut w = window(1180.0, 900.0);
    tell(&mut w, Event::Shelf(Box::new(shelf()), Some(settled())));
    let rings = |w: &Window, name: &str| {
        let at = w.get_by_label(name).rect();
        let around = |s: &Shape| match s {
            Shape::Rect(r) => {
                r.stroke.width >= 2.0
                    && r.rect.expand(0.5).contains_rect(at)
                    && r.rect.width() < at.width() + 12.0
            }
            _ => false,
        };
        w.output().shapes.iter().filter(|s| around(&s.shape)).count()
    };
    assert_eq!(rings(&w, "Start the first call"), 0);
    w.get_by_label("Start the first call").focus();
    w.run_steps(3);
    assert_eq!(rings(&w, "Start the first call"), 1);
}

#[test]
fn the_focus_stays_on_the_test_phrase_while_it_plays() {
    let mut w = window(1180.0, 900.0);
    tell(&mut w, Event::Shelf(Box::new(shelf()), Some(settled())));
    w.get_by_label("Sound check").click();
    w.run_steps(3);
    tell(&mut w, Event::Sound(SoundEvent::Open));
    w.get_by_label("Play the test phrase").focus();
    w.run_steps(2);
    press(&mut w, Key::Space);
    let played = |w: &mut Window| jobs(w).iter().filter(|j| matches!(j, Job::TestPhrase)).count();
    assert_eq!(played(&mut w), 1);
    assert!(w.get_by_label("Playing…").accesskit_node().is_focused());
    press(&mut w, Key::Space);
    assert_eq!((played(&mut w), w.state().state.screen), (0, Screen::Sound));
}
