//! Recognizers: choosing, fetching, checking, removing.

use crate::asr::models::DEFAULT_MODEL;
use crate::desktop::msg::{Event, Job, ModelDo, Msg};
use crate::desktop::state::{Fetching, State};

/// Gives the message back when it is not about recognizers.
pub fn update(state: &mut State, msg: Msg, jobs: &mut Vec<Job>) -> Option<Msg> {
    let models = &mut state.models;
    match msg {
        Msg::Model(name) => {
            choose(state, name, jobs);
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
            // What is removed cannot be used any more.
            if matches!(&what, ModelDo::Remove(name) if *name == state.settings.model) {
                choose(state, String::new(), jobs);
            }
            jobs.push(Job::Models(what));
        }
        other => return Some(other),
    }
    None
}

/// Empty = the usual one.
fn choose(state: &mut State, name: String, jobs: &mut Vec<Job>) {
    let wanted = if name.is_empty() { DEFAULT_MODEL.to_owned() } else { name.clone() };
    state.models.said = Some((wanted.clone(), "It is being loaded…".to_owned(), false));
    state.settings.model = name;
    jobs.push(Job::SaveSettings(state.settings.clone()));
    jobs.push(Job::Models(ModelDo::Use(wanted)));
}

/// Gives the event back when it is not about recognizers.
pub fn absorb(state: &mut State, event: Event, jobs: &mut Vec<Job>) -> Option<Event> {
    let models = &mut state.models;
    match event {
        Event::Models(rows, home) => (models.rows, models.home) = (rows, home),
        Event::Fetching(now) => {
            let stopping = models.fetching.as_ref().is_some_and(|f| f.stopping);
            models.fetching = now.map(|f| Fetching { stopping, ..f });
        }
        Event::ModelInUse(wanted, _, None) => {
            models.said = Some((wanted, "In use from now on.".to_owned(), false));
        }
        Event::ModelInUse(wanted, used, Some(why)) => {
            let stays = if used.is_empty() { String::new() } else { format!(" {used} stays in use.") };
            models.said = Some((wanted, format!("It can't be used: {why}.{stays}"), true));
            state.settings.model = used;
            jobs.push(Job::SaveSettings(state.settings.clone()));
        }
        Event::ModelSaid(name, text, is_trouble) => models.said = Some((name, text, is_trouble)),
        other => return Some(other),
    }
    None
}
