//! The window without a window: the reducer, the whole rehearsal by accessible label, every screen drawn.

mod fake;
mod keyboard;
mod names;
mod pictures;
mod places;
mod real;
mod reducer;
mod rehearsal;
mod screens;
