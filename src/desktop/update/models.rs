//! Recognizers: choosing, fetching, checking, removing.

use crate::desktop::msg::{Event, Job, ModelDo, Msg};
use crate::desktop::state::{Fetching, State};

/// Gives the message back when it is not about recognizers.
pub fn update(state: &mut State, msg: Msg, jobs: &mut Vec<Job>) -> Option<Msg> {
    let models = &mut state.models;
    match msg {
        Msg::Model(name) => {
            state.settings.model = name;
            jobs.push(Job::SaveSettings(state.settings.clone()));
        }
        Msg::AllModels(all) => models.all = all,
        Msg::Models(ModelDo::Get(name)) => {
            // One at a time: the line is as fast as it is.
            if models.fetching.is_none() {
                models.said = None;
                models.fetching = Some(Fetching { name: name.clone(), ..Fetching::default() });
                jobs.push(Job::Models(ModelDo::Get(name)));
            }
        }
        Msg::Models(ModelDo::Stop) => {
            if let Some(fetching) = &mut models.fetching {
                fetching.stopping = true;
                jobs.push(Job::Models(ModelDo::Stop));
            }
        }
        Msg::Models(what) => {
            models.said = None;
            jobs.push(Job::Models(what));
        }
        other => return Some(other),
    }
    None
}

/// Gives the event back when it is not about recognizers.
pub fn absorb(state: &mut State, event: Event) -> Option<Event> {
    let models = &mut state.models;
    match event {
        Event::Models(rows, home) => (models.rows, models.home) = (rows, home),
        Event::Fetching(now) => {
            let stopping = models.fetching.as_ref().is_some_and(|f| f.stopping);
            models.fetching = now.map(|f| Fetching { stopping, ..f });
        }
        Event::ModelSaid(name, text, is_trouble) => models.said = Some((name, text, is_trouble)),
        other => return Some(other),
    }
    None
}
