//! The menu as a value: made from a state, compared by tests, drawn by the tray.

use latchkey_client::text::Texts;
use latchkey_flow::window::WindowKind;

/// What the menu depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    pub unfinished: Unfinished,
    pub may_quit: bool,
}

/// What changes of passwords have left to do on this workstation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Unfinished {
    /// Saved sign-ins that an earlier change has not reached.
    pub copies: usize,
    /// A change was made elsewhere: what it concerns here is known once somebody finishes it.
    pub elsewhere: bool,
}

impl Unfinished {
    /// How many things need somebody.
    pub fn count(self) -> usize {
        self.copies.max(usize::from(self.elsewhere))
    }
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
    let Unfinished { copies, elsewhere } = state.unfinished;
    if state.unfinished.count() > 0 {
        let text = match elsewhere {
            true => texts.get("tray-changed-elsewhere"),
            false => texts.count("tray-saved-sign-ins", "count", copies),
        };
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
        let left = |copies, elsewhere| Unfinished { copies, elsewhere };
        let plain = menu(State { unfinished: left(0, false), may_quit: false }, &texts);
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
        let more = menu(State { unfinished: left(2, false), may_quit: true }, &texts);
        assert_eq!(more[3], Entry::Line);
        assert!(matches!(&more[4], Entry::Open { text, window: WindowKind::Places, .. } if text.contains('2')));
        assert_eq!(more[5..], [Entry::Line, helpdesk, Entry::Quit { text: "Quit".into() }]);
        for copies in [0, 2] {
            let elsewhere = menu(State { unfinished: left(copies, true), may_quit: true }, &texts);
            let text = "Password changed elsewhere: finish here…";
            assert_eq!(elsewhere[4], open("tray-saved-sign-ins", text, WindowKind::Places));
        }
    }
}
