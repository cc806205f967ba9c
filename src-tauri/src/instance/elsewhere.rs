//! Windows and macOS: as the plugin does it.

use tauri::plugin::TauriPlugin;
use tauri::{AppHandle, Wry};

use super::FurtherStart;

/// A process that is, or is about to find out whether it is, the only one of its identifier.
pub struct Instance;

/// The plugin hands over later, when the app is built.
pub fn claim(_: &str) -> Option<Instance> {
    Some(Instance)
}

impl Instance {
    /// Calls `answer` with every further start. These systems let the process that was clicked on choose who comes to
    /// the front.
    pub fn plugin(self, answer: impl Fn(&AppHandle, &FurtherStart) + Send + Sync + 'static) -> TauriPlugin<Wry> {
        tauri_plugin_single_instance::init(move |app, arguments, _| {
            answer(app, &FurtherStart { arguments, activation: None });
        })
    }
}
