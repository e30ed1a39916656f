//! Parts that several screens share. Each takes what it shows and returns what was asked for.

mod basics;
mod icons;
mod timeline;

pub use basics::{Tone, card, chip, heat_dots, main_button, page, section, small_note, title};
pub use icons::{Icon, icon, icon_button};
pub use timeline::{TimelineAsk, TimelineView, timeline};
