//! What to know before trusting the numbers: about each channel, and whether the roles look swapped.

use crate::call::{BaselineKind, Roles, Speaker, Turn, Voice, Warning};
use crate::measure::voice::VoicePolicy;
use crate::signal::speech::{ChannelQuality, DetectedSpeech};

/// Warnings from the sound of each channel.
pub fn of_sound(speech: &DetectedSpeech, roles: Roles, words: bool) -> Vec<Warning> {
    let mut out = Vec::new();
    if roles.agent.is_some() {
        channel("agent", &speech.agent_quality, &mut out);
        if speech.agent.is_empty() && !speech.agent_quality.all_zero {
            out.push(Warning::new("no_agent_speech", "no speech was found on the agent's channel"));
        }
    }
    if roles.customer.is_some() {
        channel("customer", &speech.customer_quality, &mut out);
        if speech.customer.is_empty() && !speech.customer_quality.all_zero {
            out.push(Warning::new("no_customer_speech", "no speech was found on the customer's channel"));
        }
    }
    if roles.customer.is_none() {
        out.push(Warning::new(
            "one_voice",
            "one channel was taken for the agent's voice alone: response times, interruptions and talk share cannot be measured, and if somebody else speaks on it, their words count as the agent's",
        ));
    }
    if !words {
        out.push(Warning::new(
            "no_words",
            "without the recognizer short speech counts as a backchannel, and fillers are not excluded",
        ));
    }
    out
}

/// What the voice was measured against, or why it was not, where that needs to be known.
pub fn of_voice(voice: &Voice, policy: &VoicePolicy) -> Option<Warning> {
    match policy {
        VoicePolicy::OffByPolicy(reason) => Some(Warning::new("voice_off", reason.clone())),
        _ if voice.baseline == BaselineKind::OwnTurns => Some(Warning::new(
            "own_baseline",
            "no baseline was given: the agent's voice is measured against their own calm turns of this recording, so that a voice raised from start to end cannot be told",
        )),
        _ => None,
    }
}

fn channel(who: &str, quality: &ChannelQuality, out: &mut Vec<Warning>) {
    /// Where a listener begins to notice.
    const CLIPPED: f64 = 0.001;
    /// Below this, edges and pitch suffer (`docs/quality.md`).
    const NOISY_DB: f64 = 12.0;
    if quality.all_zero {
        out.push(Warning::new(
            "silent_channel",
            format!("the {who}'s channel is digital silence: a muted or forbidden microphone, or the wrong channel"),
        ));
        return;
    }
    if quality.clipped_fraction > CLIPPED {
        out.push(Warning::new(
            "clipping",
            format!(
                "the {who}'s channel is clipped ({:.1} % of samples): turn the input level down",
                quality.clipped_fraction * 100.0
            ),
        ));
    }
    if let Some(snr) = quality.snr_db.filter(|s| *s < NOISY_DB) {
        out.push(Warning::new(
            "noise",
            format!("the {who}'s channel is noisy: speech is only {snr:.0} dB above it"),
        ));
    }
    if let Some(bleed) = quality.bleed_db {
        let other = if who == "agent" { "customer" } else { "agent" };
        out.push(Warning::new(
            "leakage",
            format!("the {other} can be heard on the {who}'s channel ({bleed:.0} dB); it was removed before measuring. Headphones prevent it"),
        ));
    }
}

/// What the sound check found against what the call shows.
pub fn of_leak(agent: &ChannelQuality, checked_db: Option<f64>) -> Option<Warning> {
    /// Measured over a phrase and over a call, the same leak differs by less than this.
    const CHANGED_DB: f64 = 8.0;
    let (checked, found) = (checked_db?, agent.bleed_db);
    let text = match found {
        Some(found) if found > checked + CHANGED_DB => format!(
            "the loudspeaker is louder in the microphone ({found:.0} dB) than in the sound check ({checked:.0} dB): do the sound check again, or use headphones"
        ),
        Some(found) => format!(
            "the sound check had found the loudspeaker in the microphone at {checked:.0} dB, the call shows {found:.0} dB"
        ),
        None => format!(
            "the sound check had found the loudspeaker in the microphone at {checked:.0} dB; in this call none was found"
        ),
    };
    Some(Warning::new("sound_check_leakage", text))
}

/// Phrases with which whoever answers for a company gives themselves away.
const AGENT_PHRASES: [&str; 6] = [
    "how can i help",
    "how may i help",
    "thank you for calling",
    "thanks for calling",
    "can i help you",
    "you're speaking with",
];

/// Whether the talk suggests that the channels are the other way round.
pub fn of_roles(turns: &[Turn], chosen: bool) -> Option<Warning> {
    if chosen {
        return None;
    }
    let phrases = |speaker: Speaker| -> usize {
        let of = turns.iter().filter(|t| t.speaker == speaker);
        of.map(|t| {
            let lower = t.text.to_lowercase();
            AGENT_PHRASES.iter().filter(|p| lower.contains(*p)).count()
        })
        .sum()
    };
    (phrases(Speaker::Customer) > phrases(Speaker::Agent)).then(|| {
        Warning::new(
            "roles",
            "the customer's channel sounds like the agent: if the channels are the other way round, give --agent left --customer right",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(speaker: Speaker, text: &str) -> Turn {
        Turn { speaker, start_s: 0.0, end_s: 1.0, text: text.into(), words: Vec::new() }
    }

    #[test]
    fn a_greeting_on_the_customers_channel_suggests_swapped_channels() {
        let swapped = [
            turn(Speaker::Customer, "Thank you for calling Northgate, how can I help you?"),
            turn(Speaker::Agent, "My bill is wrong again."),
        ];
        assert_eq!(of_roles(&swapped, false).map(|w| w.code), Some("roles".to_owned()));
        assert_eq!(of_roles(&swapped, true), None);
    }

    #[test]
    fn an_angry_customer_who_tells_what_happened_is_no_agent() {
        let call = [
            turn(
                Speaker::Customer,
                "I'm calling because you lost my form, and I will write to my councillor.",
            ),
            turn(Speaker::Agent, "You need to fill in a new one."),
        ];
        assert_eq!(of_roles(&call, false), None);
    }
}
