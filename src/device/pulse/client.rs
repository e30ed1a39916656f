//! The connection to the server, and what it answers.

use cpal::{Error, ErrorKind};
use futures_executor::block_on;
use pulseaudio::protocol::PulseError;
use pulseaudio::{Client, ClientError};
use std::ffi::CString;
use std::sync::{Mutex, PoisonError};

/// How much of the buffer is the device's own. A virtual device passes on what it will play so much early, and its monitor
/// is heard by so much too soon: more would cost exactness there, less would cost time everywhere.
const DEVICE_MS: u32 = 5;

/// The connection: one for the program, because it outlives its handle, and a server takes 64.
static CLIENT: Mutex<Option<Client>> = Mutex::new(None);

pub(super) fn client() -> Result<Client, Error> {
    let kept = || CLIENT.lock().unwrap_or_else(PoisonError::into_inner);
    let known = kept().clone();
    if let Some(client) = known
        && block_on(client.server_info()).is_ok()
    {
        return Ok(client);
    }
    let client = Client::from_env(c"Evenkeel").map_err(|e| error(&e))?;
    *kept() = Some(client.clone());
    Ok(client)
}

/// PipeWire gives its devices a whole request where nothing is left for them, which is as it should be.
pub(super) fn device_ms(client: &Client) -> u32 {
    let name = block_on(client.server_info()).ok().and_then(|info| info.server_name);
    let is_pipewire = name.is_some_and(|n| n.to_string_lossy().contains("PipeWire"));
    if is_pipewire { 0 } else { DEVICE_MS }
}

pub(super) fn error(error: &ClientError) -> Error {
    let kind = match error {
        ClientError::ServerUnavailable => ErrorKind::HostUnavailable,
        ClientError::ServerError(PulseError::NoEntity) => ErrorKind::DeviceNotAvailable,
        ClientError::ServerError(PulseError::AccessDenied | PulseError::AuthKey) => {
            ErrorKind::PermissionDenied
        }
        ClientError::ServerError(PulseError::Busy | PulseError::Timeout) => ErrorKind::DeviceBusy,
        ClientError::Disconnected | ClientError::Io(_) | ClientError::UnexpectedSequenceNumber => {
            ErrorKind::StreamInvalidated
        }
        _ => ErrorKind::BackendError,
    };
    Error::with_message(kind, format!("the sound server says: {error}"))
}

pub(super) fn c_string(name: &str) -> CString {
    CString::new(name).unwrap_or_default()
}
