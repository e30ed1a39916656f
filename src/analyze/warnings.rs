//! What to know before trusting the numbers: about each channel, and whether the roles look swapped.

use crate::call::{Roles, Speaker, Turn, Warning};
use crate::signal::speech::{ChannelQuality, DetectedSpeech};
use crate::words::{ReplyContext, Rules};

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
            "only one voice: response times, interruptions and talk share cannot be measured",
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

/// Phrases with which whoever answers for a company gives themselves away.
const AGENT_PHRASES: [&str; 8] = [
    "how can i help",
    "how may i help",
    "thank you for calling",
    "thanks for calling",
    "can i help you",
    "you're speaking with",
    "is there anything else",
    "this call",
];
/// Skills that a caller hardly ever shows.
const AGENT_SKILLS: [&str; 5] = ["announce_hold", "leave_door_open", "next_steps", "can_do", "offer_options"];

/// Whether the talk suggests that the channels are the other way round.
pub fn of_roles(turns: &[Turn], rules: &Rules, chosen: bool) -> Option<Warning> {
    if chosen {
        return None;
    }
    let score = |speaker: Speaker| -> usize {
        turns
            .iter()
            .filter(|t| t.speaker == speaker)
            .map(|t| {
                let lower = t.text.to_lowercase();
                let phrases = AGENT_PHRASES.iter().filter(|p| lower.contains(*p)).count();
                let skills = rules
                    .hear(&ReplyContext::default(), &t.text)
                    .iter()
                    .filter(|h| AGENT_SKILLS.contains(&h.id))
                    .count();
                phrases * 3 + skills
            })
            .sum()
    };
    let (agent, customer) = (score(Speaker::Agent), score(Speaker::Customer));
    (customer >= 3 && customer > agent * 2).then(|| {
        Warning::new(
            "roles",
            "the customer's channel sounds like the agent: if the channels are the other way round, give --agent left --customer right",
        )
    })
}
