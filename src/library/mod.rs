//! Takes, notes and trends in SQLite.
