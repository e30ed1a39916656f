//! Which channel is whose.

use crate::call::{Roles, Warning};

/// A choice of the person, before the number of channels is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// The first of two.
    Left,
    /// The second of two.
    Right,
    /// The only one.
    Mono,
    /// This person was not recorded.
    Nobody,
    /// From 0.
    Number(u16),
}

/// A choice that cannot be read or does not fit the recording.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoleError {
    /// Not one of the words.
    #[error("`{0}` is not a channel: use left, right, mono, none or a number from 0")]
    Unknown(String),
    /// The recording has fewer channels.
    #[error("there is no channel {wanted} for the {who}: the recording has {channels} (the first is 0)")]
    Missing {
        /// Customer or agent.
        who: &'static str,
        /// What was asked for.
        wanted: u16,
        /// What there is.
        channels: u16,
    },
    /// Both were put on one channel.
    #[error("agent and customer cannot both be channel {0}; give them different ones, or --customer none")]
    Same(u16),
    /// Nobody was chosen at all.
    #[error("neither agent nor customer has a channel; choose at least one")]
    Nobody,
}

impl std::str::FromStr for Channel {
    type Err = RoleError;

    fn from_str(text: &str) -> Result<Self, RoleError> {
        Ok(match text.to_ascii_lowercase().as_str() {
            "left" | "l" => Self::Left,
            "right" | "r" => Self::Right,
            "mono" => Self::Mono,
            "none" => Self::Nobody,
            number => Self::Number(number.parse().map_err(|_| RoleError::Unknown(text.to_owned()))?),
        })
    }
}

impl Channel {
    fn index(self) -> Option<u16> {
        match self {
            Self::Left | Self::Mono => Some(0),
            Self::Right => Some(1),
            Self::Nobody => None,
            Self::Number(n) => Some(n),
        }
    }
}

/// Settles the roles for a recording of so many channels, with a warning where something was assumed.
pub fn assign(
    agent: Option<Channel>,
    customer: Option<Channel>,
    channels: u16,
) -> Result<(Roles, Option<Warning>), RoleError> {
    let roles = match (agent, customer) {
        (None, None) if channels <= 1 => Roles { customer: None, agent: Some(0) },
        (None, None) => Roles { customer: Some(0), agent: Some(1) },
        (Some(agent), Some(customer)) => Roles { customer: customer.index(), agent: agent.index() },
        (Some(agent), None) => {
            let agent = agent.index();
            Roles { customer: other(agent, channels), agent }
        }
        (None, Some(customer)) => {
            let customer = customer.index();
            Roles { customer, agent: other(customer, channels) }
        }
    };
    for (who, index) in [("agent", roles.agent), ("customer", roles.customer)] {
        if let Some(wanted) = index.filter(|&i| i >= channels.max(1)) {
            return Err(RoleError::Missing { who, wanted, channels });
        }
    }
    match (roles.agent, roles.customer) {
        (Some(a), Some(c)) if a == c => return Err(RoleError::Same(a)),
        (None, None) => return Err(RoleError::Nobody),
        _ => {}
    }
    let assumed = channels > 2 && agent.is_none() && customer.is_none();
    let warning = assumed.then(|| {
        Warning::new(
            "channels",
            format!("{channels} channels: took the first as the customer and the second as the agent; choose with --agent and --customer"),
        )
    });
    Ok((roles, warning))
}

/// The other one of two; in a recording of one voice there is none.
fn other(chosen: Option<u16>, channels: u16) -> Option<u16> {
    match (chosen, channels) {
        (_, 0 | 1) => chosen.is_none().then_some(0),
        (Some(0), _) => Some(1),
        _ => Some(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roles(
        agent: Option<&str>,
        customer: Option<&str>,
        channels: u16,
    ) -> Result<(Option<u16>, Option<u16>), RoleError> {
        let parse = |t: Option<&str>| t.map(|t| t.parse::<Channel>().unwrap());
        assign(parse(agent), parse(customer), channels).map(|(r, _)| (r.agent, r.customer))
    }

    #[test]
    fn stereo_is_customer_left_and_agent_right_unless_chosen_otherwise() {
        assert_eq!(roles(None, None, 2), Ok((Some(1), Some(0))));
        assert_eq!(roles(Some("left"), None, 2), Ok((Some(0), Some(1))));
        assert_eq!(roles(None, Some("right"), 2), Ok((Some(0), Some(1))));
    }

    #[test]
    fn one_voice_is_the_agent() {
        assert_eq!(roles(None, None, 1), Ok((Some(0), None)));
        assert_eq!(roles(Some("mono"), None, 1), Ok((Some(0), None)));
        assert_eq!(roles(None, Some("mono"), 1), Ok((None, Some(0))));
    }

    #[test]
    fn somebody_can_be_left_out() {
        assert_eq!(roles(Some("1"), Some("none"), 2), Ok((Some(1), None)));
        assert_eq!(roles(Some("none"), Some("none"), 2), Err(RoleError::Nobody));
    }

    #[test]
    fn more_than_two_channels_without_a_choice_warn() {
        let (_, warning) = assign(None, None, 4).unwrap();
        assert_eq!(warning.unwrap().code, "channels");
        assert_eq!(assign(Some(Channel::Number(3)), None, 4).unwrap().1, None);
    }

    #[test]
    fn a_channel_that_is_not_there_is_refused_with_what_there_is() {
        let error = roles(Some("5"), None, 2).unwrap_err().to_string();
        assert!(error.contains("channel 5") && error.contains("has 2"), "{error}");
        assert!(roles(Some("right"), None, 1).is_err());
        assert_eq!(roles(Some("0"), Some("left"), 2), Err(RoleError::Same(0)));
    }

    #[test]
    fn a_word_that_is_no_channel_is_refused_by_name() {
        assert_eq!("middle".parse::<Channel>(), Err(RoleError::Unknown("middle".to_owned())));
    }
}
