//! The scenario format and the call in progress as a pure state machine.
