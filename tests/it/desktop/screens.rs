//! Draws every screen into `docs/screens`: `EVENKEEL_SCREENS=1 cargo test --release --test it screens`.

use super::fake::{NOW, opened, settled, shelf, tell};
use super::names::screens;
use egui_kittest::Harness;
use evenkeel::desktop::state::{Look, Settings};
use evenkeel::desktop::{App, Event, theme};

#[test]
fn screens_are_drawn_when_asked_for() {
    if std::env::var_os("EVENKEEL_SCREENS").is_none() {
        return;
    }
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/screens");
    std::fs::create_dir_all(&dir).unwrap();
    for (look, suffix) in [(Look::Light, ""), (Look::Dark, "-dark")] {
        for (name, set) in screens() {
            let app = App::new(super::fake::Fake::default(), None);
            let mut w = Harness::builder()
                .with_size([1180.0, 820.0])
                .with_context_setup(theme::install)
                .wgpu()
                .build_ui_state(|ui, app: &mut App<super::fake::Fake>| app.frame(ui, NOW), app);
            tell(&mut w, Event::Shelf(Box::new(shelf()), Some(Settings { look, ..settled() })));
            set(&mut w.state_mut().state);
            w.run_steps(6);
            let image = w.render().expect("lavapipe or a GPU is there");
            image.save(dir.join(format!("{name}{suffix}.png"))).unwrap();
        }
    }
    let _ = opened();
}
