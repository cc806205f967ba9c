//! Generated files are written by the tests that compare them.

use crate::setup::{self, npm};
use crate::step::{Done, cargo, run, step};

pub(crate) fn generate() -> Done {
    setup::setup()?;
    step("write again what is made of Rust", || {
        let mut tests =
            cargo(["test", "--workspace", "--test", "all", "--", "contract::the_pages", "the_description_of_the_api"]);
        run(tests.env("UPDATE", "1"), "the tests write the files; read the failure above")
    })?;
    step("write again what the controls of the pages say", || {
        run(
            &mut npm(["exec", "--", "vitest", "run", "test/controls.test.ts", "--update"]),
            "the test writes ui/controls.json; read the failure above",
        )
    })
}
