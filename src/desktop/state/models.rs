//! Recognizers: which there are, which is being fetched.

/// Recognizers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Models {
    /// As the manifest lists them.
    pub rows: Vec<ModelRow>,
    /// Where they come from.
    pub home: String,
    /// What is being fetched.
    pub fetching: Option<Fetching>,
    /// What was said last about one of them: name, text, whether something went wrong.
    pub said: Option<(String, String, bool)>,
    /// Whether those that are neither installed nor suggested are shown, too.
    pub all: bool,
}

/// A recognizer that is being fetched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fetching {
    /// Which.
    pub name: String,
    /// Bytes so far.
    pub done: u64,
    /// All of them, where known.
    pub whole: Option<u64>,
    /// Whether it is to stop.
    pub stopping: bool,
}

/// A line of the list of recognizers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModelRow {
    /// Name.
    pub name: String,
    /// Size, where known.
    pub bytes: Option<u64>,
    /// Whether every byte can be checked, not only the size.
    pub has_checksum: bool,
    /// Whether it can be used.
    pub installed: bool,
    /// Whether it was fetched and can be removed.
    pub own: bool,
}
