//! One frame: what happened, what is shown, what was asked for.

use super::msg::{Backend, Event, Job, Msg};
use super::state::{Look, State};
use super::{update, views};
use eframe::egui::{self, ThemePreference, Ui};

/// How long a good piece of news stays at the bottom.
const NOTICE_S: f64 = 8.0;

/// The window's contents over whatever does its jobs.
pub struct App<B: Backend> {
    /// What is shown.
    pub state: State,
    /// What does the jobs.
    pub backend: B,
    shown: Option<(Look, f32)>,
}

impl<B: Backend> App<B> {
    /// Asks for the library. Fonts and colors are installed once for each context ([`super::theme::install`]).
    pub fn new(mut backend: B, straight_to: Option<String>) -> Self {
        backend.run(Job::LoadShelf);
        Self { state: State { straight_to, ..State::default() }, backend, shown: None }
    }

    /// One frame. `now` is in seconds since 1970 (UTC).
    pub fn frame(&mut self, ui: &mut Ui, now: i64) {
        self.state.now = now;
        self.state.clock_s = ui.input(|i| i.time);
        let mut jobs = Vec::new();
        for event in self.backend.poll() {
            update::absorb(&mut self.state, event, &mut jobs);
        }
        self.look(ui.ctx());
        let dropped: Vec<_> =
            ui.input(|i| i.raw.dropped_files.iter().map(|f| f.path().to_path_buf()).collect());
        let mut asked = views::show(ui, &self.state);
        if !dropped.is_empty() {
            asked.push(Msg::Dropped(dropped));
        }
        if let Some(notice) = self.state.notice.as_ref().filter(|n| !n.is_trouble) {
            let left = notice.since_s + NOTICE_S - self.state.clock_s;
            if left <= 0.0 {
                asked.push(Msg::CloseNotice);
            } else {
                ui.ctx().request_repaint_after_secs(left as f32);
            }
        }
        if !asked.is_empty() {
            // What was asked for changes what is shown.
            ui.ctx().request_repaint();
        }
        for msg in asked {
            update::update(&mut self.state, msg, &mut jobs);
        }
        for job in jobs {
            self.backend.run(job);
        }
        if self.state.closing {
            ui.ctx().send_viewport_cmd(egui::ViewportCommand::Close);
        }
    }

    /// Theme and text size, when they changed.
    fn look(&mut self, ctx: &egui::Context) {
        let wanted = (self.state.settings.look, self.state.settings.text_scale);
        if self.shown == Some(wanted) {
            return;
        }
        self.shown = Some(wanted);
        ctx.set_theme(match wanted.0 {
            Look::System => ThemePreference::System,
            Look::Light => ThemePreference::Light,
            Look::Dark => ThemePreference::Dark,
        });
        ctx.set_zoom_factor(wanted.1);
    }

    /// Tells the state something, as a worker would.
    pub fn tell(&mut self, event: Event) {
        let mut jobs = Vec::new();
        update::absorb(&mut self.state, event, &mut jobs);
        for job in jobs {
            self.backend.run(job);
        }
    }
}

impl<B: Backend> eframe::App for App<B> {
    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        self.frame(ui, now.map_or(0, |d| d.as_secs().cast_signed()));
    }
}
