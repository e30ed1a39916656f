//! Silero through whisper-rs: probabilities of speech.
