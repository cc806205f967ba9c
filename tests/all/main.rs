//! Every integration test: the real server, the real keyring, the real windows. One binary, so that all is linked once.

#[cfg(test)]
mod api;
#[cfg(test)]
mod app_kills;
#[cfg(test)]
mod campus_place;
#[cfg(test)]
mod commands;
#[cfg(test)]
mod constant_time;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod delivery;
#[cfg(test)]
mod device;
#[cfg(test)]
mod directories;
#[cfg(test)]
mod drives;
#[cfg(test)]
mod elsewhere;
#[cfg(test)]
mod environment;
#[cfg(test)]
mod fault;
#[cfg(test)]
mod journeys;
#[cfg(test)]
mod keepassxc;
#[cfg(test)]
mod keyring;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod kwallet;
#[cfg(test)]
mod late_keyring;
#[cfg(test)]
mod load;
#[cfg(test)]
mod login_keyring;
#[cfg(test)]
mod matrix;
#[cfg(test)]
mod networks;
#[cfg(test)]
mod offline_sign_in;
#[cfg(test)]
mod online_accounts;
#[cfg(test)]
mod oo7;
#[cfg(test)]
mod operating;
#[cfg(test)]
mod operators;
#[cfg(test)]
mod password_path;
#[cfg(test)]
mod places;
#[cfg(test)]
mod places_by_command;
#[cfg(test)]
mod spoken;
#[cfg(test)]
mod tickets;
#[cfg(test)]
mod torn;
#[cfg(test)]
mod traces;
#[cfg(test)]
mod tray;
#[cfg(test)]
mod tree;
#[cfg(test)]
mod wayland;
#[cfg(test)]
mod whole;
#[cfg(test)]
mod windows;
