//! Generated files are written by the tests that compare them.

use crate::setup;
use crate::step::{Done, cargo, run, step};

pub(crate) fn generate() -> Done {
    setup::setup()?;
    step("write the generated files again", || {
        run(
            cargo(["test", "--workspace", "--test", "all", "contract"]).env("UPDATE", "1"),
            "the tests named contract:: write the files; read the failure above",
        )
    })
}
