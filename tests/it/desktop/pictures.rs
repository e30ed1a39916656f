//! Three screens look as they did; `UPDATE_SNAPSHOTS=1` draws them anew. And what a frame costs.

use super::fake::{Fake, Window, frame, settled, shelf, tell, window};
use super::names::screens;
use egui_kittest::Harness;
use evenkeel::desktop::state::{Look, Settings};
use evenkeel::desktop::{App, Event, theme};
use std::time::Instant;

fn show(w: &mut Window, name: &str, look: Look) {
    tell(w, Event::Shelf(Box::new(shelf()), Some(Settings { look, ..settled() })));
    let (_, set) = screens().into_iter().find(|(n, _)| *n == name).unwrap();
    set(&mut w.state_mut().state);
    w.run_steps(5);
}

fn looks_as_it_did(name: &str, look: Look) {
    let app = App::new(Fake::default(), None);
    let mut w = Harness::builder()
        .with_size([1000.0, 700.0])
        .with_context_setup(theme::install)
        .wgpu()
        .build_ui_state(frame, app);
    show(&mut w, name, look);
    w.snapshot(name);
}

#[test]
fn the_ladder_looks_as_it_did() {
    looks_as_it_did("home", Look::Light);
}

#[test]
fn a_call_in_the_dark_looks_as_it_did() {
    looks_as_it_did("call", Look::Dark);
}

#[test]
fn feedback_looks_as_it_did() {
    looks_as_it_did("feedback", Look::Light);
}

/// At most 8 ms of CPU a frame in reducer, views and layout on a quiet machine; a busy one gets five times as much here.
#[test]
fn a_frame_costs_little() {
    for (name, _) in screens() {
        let mut w = window(1180.0, 820.0);
        show(&mut w, name, Look::Light);
        let mut costs: Vec<f64> = (0..20)
            .map(|_| {
                let since = Instant::now();
                w.step();
                since.elapsed().as_secs_f64() * 1000.0
            })
            .collect();
        costs.sort_by(f64::total_cmp);
        println!("{name}: median {:.2} ms a frame", costs[10]);
        assert!(costs[10] < 40.0, "{name}: {costs:?}");
    }
}
