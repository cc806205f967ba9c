//! The menu as a value: made from a state, compared by tests, drawn by the tray.

use latchkey_client::text::Texts;
use latchkey_flow::window::WindowKind;

/// What the menu depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// Saved sign-ins that an earlier change has not reached.
    pub unfinished: usize,
    pub may_quit: bool,
}

/// One line of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    Line,
    Open { id: &'static str, text: String, window: WindowKind },
    Quit { text: String },
}

/// The whole menu for a state.
pub fn menu(state: State, texts: &Texts) -> Vec<Entry> {
    let open = |id, window| Entry::Open { id, text: texts.get(id), window };
    let mut entries = vec![
        open("tray-recover", WindowKind::Recover),
        open("tray-change", WindowKind::Change),
        open("tray-register", WindowKind::Register),
    ];
    if state.unfinished > 0 {
        let text = texts.count("tray-saved-sign-ins", "count", state.unfinished);
        entries.extend([Entry::Line, Entry::Open { id: "tray-saved-sign-ins", text, window: WindowKind::Places }]);
    }
    entries.extend([Entry::Line, open("tray-helpdesk", WindowKind::Helpdesk)]);
    if state.may_quit {
        entries.push(Entry::Quit { text: texts.get("tray-quit") });
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_menu_offers_the_windows_and_says_what_is_unfinished() {
        let texts = Texts::of(&["en".into()]);
        let plain = menu(State { unfinished: 0, may_quit: false }, &texts);
        let open = |id, text: &str, window| Entry::Open { id, text: text.into(), window };
        let helpdesk = open("tray-helpdesk", "Helpdesk…", WindowKind::Helpdesk);
        assert_eq!(
            plain,
            [
                open("tray-recover", "Can't access your account?", WindowKind::Recover),
                open("tray-change", "Change my password…", WindowKind::Change),
                open("tray-register", "Set up account recovery…", WindowKind::Register),
                Entry::Line,
                helpdesk.clone(),
            ]
        );
        let more = menu(State { unfinished: 2, may_quit: true }, &texts);
        assert_eq!(more[3], Entry::Line);
        assert!(matches!(&more[4], Entry::Open { text, window: WindowKind::Places, .. } if text.contains('2')));
        assert_eq!(more[5..], [Entry::Line, helpdesk, Entry::Quit { text: "Quit".into() }]);
    }
}
