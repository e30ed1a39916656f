//! `scenarios`: list, check, new, pack, unpack.

use super::args::{ScenariosArgs, ScenariosCommand};
use super::{Embedded, Outcome, engines};
use crate::library::{Origin, ScenarioStore};
use anyhow::{Context, Result};
use std::path::PathBuf;

/// `evenkeel scenarios ...`
pub fn run(args: &ScenariosArgs, embedded: &Embedded) -> Result<Outcome> {
    let store = engines::scenarios(embedded);
    let own = |asked: &Option<PathBuf>| {
        asked
            .clone()
            .or_else(|| store.folder().map(PathBuf::from))
            .context("no folder for your own scenarios; give --out")
    };
    match &args.command {
        ScenariosCommand::List => Ok(list(&store)),
        ScenariosCommand::Check { folders } => Ok(check(&store, folders)),
        ScenariosCommand::New { id, out } => {
            let dir = ScenarioStore::create(&own(out)?, id)?;
            println!("{}", dir.display());
            eprintln!(
                "Write the lines in scenario.toml, record them into lines/, then: evenkeel scenarios check {}",
                dir.display()
            );
            Ok(Outcome::Done)
        }
        ScenariosCommand::Pack { folders, out } => {
            let names: Vec<String> = folders.iter().map(|f| f.display().to_string()).collect();
            store.pack(&names, out)?;
            println!("{}", out.display());
            Ok(Outcome::Done)
        }
        ScenariosCommand::Unpack { pack, out } => {
            for dir in ScenarioStore::unpack(pack, &own(out)?)? {
                println!("{}", dir.display());
            }
            Ok(Outcome::Done)
        }
    }
}

fn list(store: &ScenarioStore) -> Outcome {
    let mut outcome = Outcome::Done;
    for found in store.list() {
        let place = match &found.origin {
            Origin::Embedded => String::new(),
            Origin::Folder(dir) => format!("  {}", dir.display()),
        };
        match &found.scenario {
            Ok(s) => println!("{:<20} heat {}  {:<14} {}{place}", found.id, s.heat, s.sector, s.title),
            Err(error) => {
                outcome = Outcome::Partly;
                eprintln!("evenkeel: {error}");
            }
        }
    }
    outcome
}

fn check(store: &ScenarioStore, folders: &[PathBuf]) -> Outcome {
    let mut bad = 0;
    for folder in folders {
        match store.check(&folder.display().to_string()) {
            Ok(bundle) => println!("{}: fine, {} lines", bundle.scenario.id, bundle.scenario.lines.len()),
            Err(error) => {
                bad += 1;
                eprintln!("evenkeel: {error}");
            }
        }
    }
    match bad {
        0 => Outcome::Done,
        n if n == folders.len() => Outcome::Nothing,
        _ => Outcome::Partly,
    }
}
