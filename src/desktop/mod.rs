//! The window: state and a pure reducer, views that return what was asked for, workers that do what takes time.
//!
//! `app` wires them together; nothing in a view changes state, and nothing over a few milliseconds runs in the reducer.

mod app;
pub mod msg;
pub mod state;
pub mod theme;
pub mod update;
pub mod views;
pub mod widgets;
pub mod workers;

pub use app::App;
pub use msg::{Backend, Event, Job, Msg};
pub use state::State;

use eframe::egui;

/// Opens the window, straight at the brief of a scenario where one is named.
pub fn run(scenario: Option<&str>, embedded: &crate::cli::Embedded) -> anyhow::Result<()> {
    let house = workers::House::new(embedded)?;
    if let Some(id) = scenario {
        // A wrong id is better said in the terminal than in a window.
        house.scenarios.open(id)?;
    }
    let straight_to = scenario.map(str::to_owned);
    let options = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_title("Evenkeel")
            .with_app_id("evenkeel")
            .with_inner_size([1180.0, 800.0])
            .with_min_inner_size([460.0, 420.0])
            .with_drag_and_drop(true),
        renderer: eframe::Renderer::Glow,
        ..eframe::NativeOptions::default()
    };
    let opened = eframe::run_native(
        "Evenkeel",
        options,
        Box::new(move |cc| {
            theme::install(&cc.egui_ctx);
            let backend = workers::Threads::start(house, &cc.egui_ctx);
            backend.end_on_signal();
            Ok(Box::new(App::new(backend, straight_to)))
        }),
    );
    opened.map_err(|e| {
        anyhow::anyhow!(
            "the window could not be opened: {e}; is OpenGL available here? Recordings can be analyzed without a \
             window: evenkeel analyze FILE"
        )
    })
}
