//! Parts that several screens share. Each takes what it shows and returns what was asked for.

mod basics;
mod findings;
mod icons;
pub mod meter;
mod metric_card;
mod pacer;
mod pair_bar;
mod progress;
mod sparkline;
mod timeline;
mod transcript;
mod trend_chart;
mod voice_strip;

pub use basics::{
    Tone, card, chip, choice, heat, heat_dots, low_row, main_button, page, pips, section, small_note, tick,
    title,
};
pub use findings::{FindingAsk, findings};
pub use icons::{Icon, icon, icon_button};
pub use meter::meter;
pub use metric_card::metric_card;
pub use pacer::pacer;
pub use pair_bar::{PairBar, pair_bar};
pub use progress::progress;
pub use sparkline::sparkline;
pub use timeline::{TimelineAsk, TimelineView, pause_bars, timeline};
pub use transcript::{TranscriptAsk, transcript};
pub use trend_chart::trend_chart;
pub use voice_strip::voice_strip;
