//! Sound cards (the only room that names cpal).
