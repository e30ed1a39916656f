//! What the person chose; kept in the library.

use serde::{Deserialize, Serialize};

/// Stands for "whatever the system uses".
pub const ALL_DEVICES: &str = "";

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// As the system.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// What the person chose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "one switch of the settings screen each")]
pub struct Settings {
    /// Id of the microphone, the system's own when empty.
    pub microphone: String,
    /// Id of the headphones, the system's own when empty.
    pub headphones: String,
    /// Light or dark.
    pub look: Look,
    /// 1 to 2.
    pub text_scale: f32,
    /// The waits for the agent's next words, times this.
    pub patience: f64,
    /// The ring with pace and loudness during a call.
    pub ring: bool,
    /// Days that takes are kept; 0 = for ever.
    pub retention_days: u32,
    /// Weights by name; the default ones when empty.
    pub model: String,
    /// Whether the voice is measured.
    pub voice: bool,
    /// Loudspeaker in the microphone as the sound check measured it, dB against what was played.
    pub leak_db: Option<f64>,
    /// Whether the sound check was done once.
    pub sound_checked: bool,
    /// Whether free talk was declined.
    pub talk_declined: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            microphone: ALL_DEVICES.to_owned(),
            headphones: ALL_DEVICES.to_owned(),
            look: Look::System,
            text_scale: 1.0,
            patience: 1.0,
            ring: false,
            retention_days: 0,
            model: String::new(),
            voice: true,
            leak_db: None,
            sound_checked: false,
            talk_declined: false,
        }
    }
}
