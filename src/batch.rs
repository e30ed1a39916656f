//! Many files: discovery, bounded workers, resume.
