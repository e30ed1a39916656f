//! Takes, notes and trends in SQLite, scenario folders, and the installation's policy.

pub mod policy;
