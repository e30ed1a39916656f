//! The threads that do what takes time, each with its own queue; what happened comes back through one [`Outbox`], which
//! wakes the window.

mod analysis;
pub mod call;
mod dialogs;
mod ears;
mod export;
mod house;
mod library;
mod lines;
mod models;
mod player;
mod sound;

pub use house::{House, OpenSound};

use super::msg::{Backend, CallDo, Event, Job, ModelDo};
use eframe::egui;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, TrySendError, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Jobs that may wait for one worker; a person does not ask for more than this in a moment.
const QUEUE: usize = 64;
/// How long a call may take to close its take when the program ends.
const CLOSE: Duration = Duration::from_secs(4);

/// Takes what happened to the window and wakes it.
#[derive(Clone)]
pub struct Outbox {
    events: Sender<Event>,
    ctx: egui::Context,
}

impl Outbox {
    /// Tells the window.
    pub fn send(&self, event: Event) {
        // A window that is gone needs no news.
        if self.events.send(event).is_ok() {
            self.ctx.request_repaint();
        }
    }
}

/// The real backend.
pub struct Threads {
    events: Receiver<Event>,
    outbox: Outbox,
    library: SyncSender<Job>,
    analysis: SyncSender<Job>,
    sound: SyncSender<Job>,
    player: SyncSender<Job>,
    models: SyncSender<Job>,
    /// Ends what is being fetched.
    stop_fetching: Arc<AtomicBool>,
    /// The flag that stops each analysis.
    cancels: Arc<Mutex<BTreeMap<u64, Arc<AtomicBool>>>>,
    house: Arc<House>,
    call: Option<(SyncSender<CallDo>, JoinHandle<()>)>,
}

impl Threads {
    /// Starts the workers; nothing slow happens here.
    pub fn start(house: House, ctx: &egui::Context) -> Self {
        let house = Arc::new(house);
        let (tx, events) = channel();
        let outbox = Outbox { events: tx, ctx: ctx.clone() };
        let cancels = Arc::<Mutex<BTreeMap<u64, Arc<AtomicBool>>>>::default();
        let (h, o, c) = (house.clone(), outbox.clone(), cancels.clone());
        let analysis = worker("analysis", move |jobs| analysis::run(&h, &o, &c, &jobs));
        let (h, o) = (house.clone(), outbox.clone());
        let library = worker("library", move |jobs| library::run(&h, &o, &jobs));
        let (h, o) = (house.clone(), outbox.clone());
        let sound = worker("sound-check", move |jobs| sound::run(&h, &o, &jobs));
        let o = outbox.clone();
        let player = worker("player", move |jobs| player::run(&o, &jobs));
        let stop_fetching = Arc::<AtomicBool>::default();
        let (h, o, stop) = (house.clone(), outbox.clone(), stop_fetching.clone());
        let models = worker("models", move |jobs| models::run(&h, &o, &stop, &jobs));
        Self {
            events,
            outbox,
            library,
            analysis,
            sound,
            player,
            models,
            stop_fetching,
            cancels,
            house,
            call: None,
        }
    }

    /// A request to end (Ctrl-C, SIGTERM) closes the window; a take that is being recorded is finished first.
    pub fn end_on_signal(&self) {
        let outbox = self.outbox.clone();
        // Where another handler is installed already, the system's own behavior stays.
        let _ = ctrlc::set_handler(move || outbox.send(Event::Terminate));
    }

    fn give(&self, to: &SyncSender<Job>, job: Job) {
        match to.try_send(job) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => {
                self.outbox.send(Event::Failed("Too much at once; try again in a moment.".to_owned()));
            }
            Err(TrySendError::Disconnected(_)) => {
                let text = "A part of the program has stopped. Start Evenkeel again; your takes are safe.";
                self.outbox.send(Event::Failed(text.to_owned()));
            }
        }
    }

    fn to_call(&self, what: CallDo) {
        if let Some((call, _)) = &self.call {
            // A call that just ended takes no more orders.
            let _ = call.try_send(what);
        }
    }
}

/// A named thread with a bounded queue.
fn worker(name: &str, work: impl FnOnce(Receiver<Job>) + Send + 'static) -> SyncSender<Job> {
    let (tx, rx) = sync_channel(QUEUE);
    // Without the thread the queue is disconnected, and the first job says so.
    let _ = std::thread::Builder::new().name(name.to_owned()).spawn(move || work(rx));
    tx
}

/// A named thread for one piece of work that nobody waits for.
fn aside(name: &str, work: impl FnOnce() + Send + 'static) {
    // Without the thread it is done when it is needed.
    let _ = std::thread::Builder::new().name(name.to_owned()).spawn(work);
}

impl Backend for Threads {
    fn run(&mut self, job: Job) {
        match job {
            Job::Call(what) => self.to_call(what),
            Job::StartCall(plan) => {
                // The microphone belongs to the call.
                self.give(&self.sound, Job::CloseSound);
                self.give(&self.player, Job::StopPlaying);
                let (tx, rx) = sync_channel(QUEUE);
                let (house, outbox) = (self.house.clone(), self.outbox.clone());
                let work = move || call::run(&house, &outbox, *plan, &rx);
                match std::thread::Builder::new().name("call".to_owned()).spawn(work) {
                    Ok(thread) => self.call = Some((tx, thread)),
                    Err(e) => self.outbox.send(Event::Failed(format!("The call could not be started: {e}"))),
                }
            }
            Job::Cancel(id) => {
                let flags = self.cancels.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(flag) = flags.get(&id) {
                    flag.store(true, Ordering::Relaxed);
                }
            }
            Job::Analyze { id, .. } => {
                let flag = Arc::<AtomicBool>::default();
                self.cancels.lock().unwrap_or_else(PoisonError::into_inner).insert(id, flag);
                self.give(&self.analysis, job);
            }
            Job::Play { .. } | Job::StopPlaying => self.give(&self.player, job),
            Job::ListDevices | Job::OpenSound(_) | Job::CloseSound | Job::TestPhrase | Job::FreeTalk(_) => {
                self.give(&self.sound, job);
            }
            Job::Pick { folder } => dialogs::pick(folder, &self.outbox),
            Job::Ready(scenario) => {
                let house = self.house.clone();
                // What is wrong with a scenario is said when its call is started.
                aside("lines", move || {
                    if let Ok(bundle) = house.scenarios.open(&scenario) {
                        let _ = house.lines.ready(&house, &scenario, &bundle.scenario.lines);
                    }
                });
            }
            Job::Models(ModelDo::Use(name)) => {
                let (house, outbox, choice) = (self.house.clone(), self.outbox.clone(), self.house.choose());
                aside("recognizer", move || {
                    if let Some((used, why)) = house.use_model(&name, choice) {
                        outbox.send(Event::ModelInUse(name, used, why));
                    }
                });
            }
            Job::Models(ModelDo::Stop) => self.stop_fetching.store(true, Ordering::Relaxed),
            Job::Models(_) => {
                self.stop_fetching.store(false, Ordering::Relaxed);
                self.give(&self.models, job);
            }
            Job::ExportDebrief(page, opened, voice) => export::debrief(*page, *opened, voice, &self.outbox),
            Job::ExportReport(opened, voice) => export::report(*opened, voice, &self.outbox),
            other => self.give(&self.library, other),
        }
    }

    fn poll(&mut self) -> Vec<Event> {
        self.events.try_iter().collect()
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.stop_fetching.store(true, Ordering::Relaxed);
        for flag in self.cancels.lock().unwrap_or_else(PoisonError::into_inner).values() {
            flag.store(true, Ordering::Relaxed);
        }
        let Some((call, thread)) = self.call.take() else { return };
        let _ = call.try_send(CallDo::End);
        let since = Instant::now();
        while !thread.is_finished() && since.elapsed() < CLOSE {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}
