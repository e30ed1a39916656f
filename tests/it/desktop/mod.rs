//! The window without a window: the reducer, the whole rehearsal by accessible label, every screen drawn.

mod fake;
mod names;
mod pictures;
mod real;
mod reducer;
mod rehearsal;
mod screens;
