//! `models`: list, get, verify, remove. `get` is the only command that uses the network.

use super::args::{ModelsArgs, ModelsCommand};
use super::progress::Progress;
use super::{Embedded, Outcome, engines};
use crate::asr::Store;
use crate::asr::models::{Check, Place};
use anyhow::Result;

/// `evenkeel models ...`
pub fn run(args: &ModelsArgs, embedded: &Embedded) -> Result<Outcome> {
    let store = Store::new(embedded.models);
    match &args.command {
        ModelsCommand::List => {
            list(&store);
            Ok(Outcome::Done)
        }
        ModelsCommand::Get { name } => get(&store, name),
        ModelsCommand::Verify { names } => Ok(verify(&store, names)),
        ModelsCommand::Remove { name } => {
            println!("removed {}", store.remove(name)?.display());
            Ok(Outcome::Done)
        }
    }
}

fn list(store: &Store) {
    println!("{:<26} {:>9}  {:<10}  where it is", "name", "MB", "checksum");
    for (model, place) in store.list() {
        let size = model.bytes.map_or_else(|| "unknown".to_owned(), |b| format!("{:.1}", b as f64 / 1e6));
        let known = if model.sha256.is_some() { "SHA-256" } else { "size only" };
        let place = match place {
            Place::Embedded => "inside the program".to_owned(),
            Place::File(path) => path.display().to_string(),
            Place::Absent => "not here".to_owned(),
        };
        println!("{:<26} {size:>9}  {known:<10}  {place}", model.name);
    }
}

fn get(store: &Store, name: &str) -> Result<Outcome> {
    let bar = Progress::new(name, 1000);
    let cancel = engines::cancel_on_interrupt();
    let path = store.get(
        name,
        &mut |done, total| {
            if let Some(total) = total.filter(|t| *t > 0) {
                bar.set_fraction(done as f64 / total as f64);
            }
        },
        &cancel,
    );
    bar.finish();
    println!("{}", path?.display());
    Ok(Outcome::Done)
}

fn verify(store: &Store, names: &[String]) -> Outcome {
    let names: Vec<String> = if names.is_empty() {
        store.list().into_iter().filter(|(_, p)| *p != Place::Absent).map(|(m, _)| m.name.clone()).collect()
    } else {
        names.to_vec()
    };
    let mut bad = 0;
    for name in &names {
        match store.verify(name) {
            Ok(Check::Sha256) => println!("{name}: fine, every byte (SHA-256)"),
            Ok(Check::SizeOnly) => {
                println!("{name}: size and first bytes are right; its checksum is not known");
            }
            Err(error) => {
                bad += 1;
                eprintln!("evenkeel: {error}");
            }
        }
    }
    match bad {
        0 => Outcome::Done,
        n if n == names.len() => Outcome::Nothing,
        _ => Outcome::Partly,
    }
}
