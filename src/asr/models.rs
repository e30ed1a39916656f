//! Recognizer weights: manifest, embedded, found, fetched, verified.
