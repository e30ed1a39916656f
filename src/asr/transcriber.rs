//! Words inside detected speech.
