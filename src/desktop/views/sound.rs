//! Sound check: devices, level, leakage, and the offer of free talk.

use crate::desktop::msg::Msg;
use crate::desktop::state::{DeviceRow, State};
use crate::desktop::theme::{palette, strong};
use crate::desktop::widgets::{Tone, card, chip, main_button, meter, page, progress, small_note, title};
use eframe::egui::{ComboBox, RichText, Ui};

/// Seconds of free talk that make a baseline.
const TALK_S: f64 = 40.0;

/// Draws it.
pub fn show(ui: &mut Ui, state: &State, out: &mut Vec<Msg>) {
    page(ui, "sound", |ui| {
        title(
            ui,
            "Sound check",
            "Can the customer hear you, and do you hear only the customer? Once per headset; redo it whenever you like.",
        );
        problems(ui, state, out);
        let wide = ui.available_width() > 720.0;
        if wide {
            ui.columns(2, |columns| {
                microphone(&mut columns[0], state, out);
                headphones(&mut columns[1], state, out);
            });
        } else {
            microphone(ui, state, out);
            ui.add_space(8.0);
            headphones(ui, state, out);
        }
        ui.add_space(8.0);
        free_talk(ui, state, out);
        ui.add_space(14.0);
        let call = state.brief.is_some();
        let name = if call { "Try a call now" } else { "Done" };
        if main_button(ui, name).on_hover_text("Space").clicked() {
            out.push(Msg::Main);
        }
        if call {
            small_note(ui, "A call needs only a microphone level. All else can wait.");
        }
    });
}

fn problems(ui: &mut Ui, state: &State, out: &mut Vec<Msg>) {
    let sound = &state.sound;
    let all: Vec<&String> = sound.trouble.iter().chain(&sound.problems).collect();
    if all.is_empty() {
        return;
    }
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(RichText::new("This needs a hand").font(strong(16.0)).color(palette(ui).warn));
        for text in all {
            // Errors begin in lower case, as they may stand in a sentence.
            ui.label(super::sentence(text));
        }
        ui.horizontal_wrapped(|ui| {
            if ui.button("Look again").clicked() {
                out.push(Msg::Go(crate::desktop::state::Screen::Sound));
            }
            if ui.button("See sample feedback").clicked() {
                out.push(Msg::OpenSample);
            }
        });
        small_note(ui, "Review, history and the sample call work without a microphone.");
    });
    ui.add_space(8.0);
}

/// Lets the person choose a device; its id when they did, empty for the system's own.
pub(super) fn chooser(
    ui: &mut Ui,
    name: &str,
    devices: &[DeviceRow],
    chosen: &str,
    is_input: bool,
    width: f32,
) -> Option<String> {
    let of_kind: Vec<&DeviceRow> = devices.iter().filter(|d| d.is_input == is_input).collect();
    let default = of_kind.iter().find(|d| d.is_default).map_or("none found", |d| d.name.as_str());
    let system = format!("System default ({default})");
    let found = of_kind.iter().find(|d| d.id == chosen);
    let shown = match (chosen.is_empty(), found) {
        (true, _) => system.clone(),
        (false, Some(d)) => d.name.clone(),
        (false, None) => "not connected".to_owned(),
    };
    let mut picked = None;
    let combo = ComboBox::from_id_salt(name).selected_text(shown).width(width).truncate().show_ui(ui, |ui| {
        if ui.selectable_label(chosen.is_empty(), &system).clicked() {
            picked = Some(String::new());
        }
        for device in &of_kind {
            let label = match &device.trouble {
                Some(_) => format!("{} (can't be used)", device.name),
                None => device.name.clone(),
            };
            let row = ui.selectable_label(chosen == device.id, label);
            if let Some(trouble) = &device.trouble {
                row.clone().on_hover_text(trouble);
            }
            if row.clicked() {
                picked = Some(device.id.clone());
            }
        }
    });
    ui.ctx().accesskit_node_builder(combo.response.id, |node| node.set_label(name));
    picked
}

fn microphone(ui: &mut Ui, state: &State, out: &mut Vec<Msg>) {
    let sound = &state.sound;
    let p = palette(ui);
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.set_min_height(196.0);
        ui.label(RichText::new("Microphone").font(strong(17.0)));
        let width = ui.available_width() - 10.0;
        if let Some(id) = chooser(ui, "Microphone", &sound.devices, &state.settings.microphone, true, width) {
            out.push(Msg::Microphone(id));
        }
        ui.add_space(4.0);
        ui.label("Say something, as you would on the phone.");
        meter(ui, "Microphone level", &sound.meter, p.agent, true);
        ui.horizontal_wrapped(|ui| {
            let heard = sound.loudest_db.is_some_and(|db| db > meter::QUIET_DB);
            if sound.meter.clipped {
                chip(ui, "Too loud: move the microphone away or lower its level", Tone::Warn);
            } else if heard {
                chip(ui, "We hear you", Tone::Good);
            } else if sound.open {
                chip(ui, "Nothing louder than a whisper yet", Tone::Plain);
            } else {
                chip(ui, "The microphone is not open", Tone::Absent);
            }
            // Below this there is no room at all, but a muted microphone.
            if let Some(floor) = sound.floor_db.filter(|f| *f > -95.0) {
                let (text, tone) = if floor < -55.0 {
                    (format!("Quiet room ({floor:.0} dB)"), Tone::Good)
                } else if floor < -42.0 {
                    (format!("Some background noise ({floor:.0} dB)"), Tone::Plain)
                } else {
                    (format!("Noisy room ({floor:.0} dB): timing will be less exact"), Tone::Warn)
                };
                chip(ui, &text, tone);
            }
        });
    });
}

fn headphones(ui: &mut Ui, state: &State, out: &mut Vec<Msg>) {
    let sound = &state.sound;
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.set_min_height(196.0);
        ui.label(RichText::new("Headphones").font(strong(17.0)));
        let width = ui.available_width() - 10.0;
        if let Some(id) = chooser(ui, "Headphones", &sound.devices, &state.settings.headphones, false, width)
        {
            out.push(Msg::Headphones(id));
        }
        ui.add_space(4.0);
        ui.label("Play a phrase: you hear it, and we listen whether your microphone hears it, too.");
        ui.horizontal_wrapped(|ui| {
            let name = if sound.testing { "Playing…" } else { "Play the test phrase" };
            // It stays a button while it plays: one that is switched off would lose the focus of the keyboard.
            let pressed = ui.add_enabled(sound.open, eframe::egui::Button::new(name)).clicked();
            if pressed && !sound.testing {
                out.push(Msg::TestPhrase);
            }
        });
        if let Some(leak) = sound.leak_db {
            let (text, tone) = if leak < -35.0 {
                ("The microphone does not hear the customer".to_owned(), Tone::Good)
            } else if leak < -18.0 {
                (
                    format!(
                        "A little of the customer is heard ({leak:.0} dB); it is removed in the analysis"
                    ),
                    Tone::Plain,
                )
            } else {
                (
                    format!("The microphone hears the loudspeaker ({leak:.0} dB): headphones help a lot"),
                    Tone::Warn,
                )
            };
            chip(ui, &text, tone);
        }
        if let Some(delay) = sound.delay_ms {
            small_note(ui, &format!("Round trip through loudspeaker and microphone: {delay:.0} ms"));
        }
    });
}

fn free_talk(ui: &mut Ui, state: &State, out: &mut Vec<Msg>) {
    // Where the voice may not be measured, nobody is asked for it.
    if !state.policy.is_empty() {
        return;
    }
    let sound = &state.sound;
    let shelf = state.shelf.as_ref();
    let has = shelf.is_some_and(|s| s.has_baseline);
    let first = shelf.is_some_and(|s| s.takes.is_empty());
    if state.brief.is_some() && first && sound.talk_s.is_none() && sound.talk_done.is_none() {
        return;
    }
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(RichText::new("Your own voice").font(strong(17.0)));
        match (sound.talk_s, &sound.talk_done) {
            (Some(s), _) => {
                ui.label("Describe your way to work, as you would to a friend. Anything will do.");
                let text = format!("{s:.0} of {TALK_S:.0} s");
                progress(ui, "Free talk", s / TALK_S, &text);
                if ui.button("Stop talking").clicked() {
                    out.push(Msg::FreeTalk(false));
                }
            }
            (None, Some(done)) => {
                ui.label(done);
                if ui.button("Record it again").clicked() {
                    out.push(Msg::FreeTalk(true));
                }
            }
            (None, None) => {
                ui.label(if has {
                    "Your neutral voice is known for this microphone. Record it again when your headset or your voice changed."
                } else {
                    "Forty seconds of calm free talk teach Evenkeel your neutral voice. Feedback then says how far a call \
                     moved pitch, loudness, effort and pace away from it. Without, your own calm turns serve, less exactly."
                });
                let name = if has { "Record it again" } else { "Record 40 seconds" };
                if ui.add_enabled(sound.open, eframe::egui::Button::new(name)).clicked() {
                    out.push(Msg::FreeTalk(true));
                }
            }
        }
    });
}
