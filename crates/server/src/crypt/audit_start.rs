//! Where the audit begins: rows that are too old, or too many, are cleared from its beginning.
//!
//! The last row that was cleared is kept by its id and its hash, under a keyed hash of their own: so the chain of what is
//! left still verifies, and nobody without the key can clear anything unseen.

use subtle::ConstantTimeEq as _;

use crate::crypt::keys::{Keys, Use};
use crate::store::audit::StartRow;
use crate::store::{self, Tx};

/// What of the audit is kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kept {
    /// Rows before this may go, in milliseconds since 1970.
    pub(crate) since: i64,
    /// Beyond so many rows the oldest go, however old they are.
    pub(crate) rows: i64,
}

/// The last row that was cleared; before the first there is none, which has the id 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Start {
    pub(crate) id: i64,
    pub(crate) mac: Vec<u8>,
}

/// Where the audit begins; nothing where somebody without the key has written that.
pub(crate) async fn start(tx: &mut Tx, keys: &Keys) -> store::Result<Option<Start>> {
    let Some(StartRow { id, mac, seal: kept }) = store::audit::start(tx).await? else {
        return Ok(Some(Start::default()));
    };
    let genuine = bool::from(seal(keys, id, &mac).as_slice().ct_eq(&kept));
    Ok(genuine.then_some(Start { id, mac }))
}

/// Clears some rows from the beginning, if they are too old or too many; how many. The last row always stays.
pub(crate) async fn clear(tx: &mut Tx, keys: &Keys, kept: Kept, most: i64) -> store::Result<u64> {
    let Some(begin) = start(tx, keys).await? else {
        tracing::error!("where the audit begins was written by somebody else; nothing of it is cleared");
        return Ok(0);
    };
    let last = store::audit::last_id(tx).await?;
    let oldest_kept = last.saturating_sub(kept.rows);
    let first = store::audit::heads(tx, begin.id, most).await?;
    let goes = first.into_iter().take_while(|row| row.id < last && (row.at < kept.since || row.id <= oldest_kept));
    let Some(end) = goes.last() else { return Ok(0) };
    if end.at >= kept.since {
        tracing::warn!(until = end.id, "the audit has too many rows: the oldest are cleared before their time");
    }
    let gone = store::audit::clear_until(tx, end.id).await?;
    let seal = seal(keys, end.id, &end.mac).to_vec();
    store::audit::put_start(tx, &StartRow { id: end.id, mac: end.mac, seal }).await?;
    Ok(gone)
}

fn seal(keys: &Keys, id: i64, mac: &[u8]) -> [u8; 32] {
    keys.mac(Use::Audit, &[b"start", &id.to_be_bytes(), mac])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypt::audit::{Entry, Event, append, verify};
    use crate::store::Store;

    async fn with_rows(many: i64) -> (Store, Keys) {
        let (store, keys) = (Store::in_memory().await.expect("store"), Keys::generate().expect("keys"));
        let mut tx = store.begin().await.expect("transaction");
        let entry = Entry { flow: "7K2M-Q4PX", subject: &[1; 32], event: Event::Started, outcome: "x", method: None };
        for second in 0..many {
            append(&mut tx, &keys, crate::clock::at(second * 1000), &entry).await.expect("row");
        }
        tx.commit().await.expect("committed");
        (store, keys)
    }

    #[tokio::test]
    async fn old_rows_go_from_the_beginning_and_the_chain_of_the_rest_verifies() {
        // LG-03
        let (store, keys) = with_rows(10).await;
        let mut tx = store.begin().await.expect("transaction");
        let kept = Kept { since: 4000, rows: 1000 };
        assert_eq!(clear(&mut tx, &keys, kept, 3).await.expect("cleared"), 3, "some at a time");
        assert_eq!(clear(&mut tx, &keys, kept, 3).await.expect("cleared"), 1);
        assert_eq!(clear(&mut tx, &keys, kept, 3).await.expect("cleared"), 0);
        assert_eq!(verify(&mut tx, &keys).await.expect("read"), Ok(6));
        let entry = Entry { flow: "", subject: &[], event: Event::Started, outcome: "x", method: None };
        append(&mut tx, &keys, crate::clock::at(11_000), &entry).await.expect("row");
        assert_eq!(verify(&mut tx, &keys).await.expect("read"), Ok(7));
        assert_eq!(clear(&mut tx, &keys, Kept { since: i64::MAX, rows: 1000 }, 100).await.expect("cleared"), 6);
        assert_eq!(verify(&mut tx, &keys).await.expect("read"), Ok(1), "the last row stays");
    }

    #[tokio::test]
    async fn too_many_rows_go_before_their_time() {
        let (store, keys) = with_rows(10).await;
        let mut tx = store.begin().await.expect("transaction");
        assert_eq!(clear(&mut tx, &keys, Kept { since: 0, rows: 4 }, 100).await.expect("cleared"), 6);
        assert_eq!(clear(&mut tx, &keys, Kept { since: 0, rows: 4 }, 100).await.expect("cleared"), 0);
        assert_eq!(verify(&mut tx, &keys).await.expect("read"), Ok(4));
    }

    #[tokio::test]
    async fn nobody_without_the_key_clears_anything_unseen() {
        // LG-03
        for deed in [
            "DELETE FROM audit WHERE id <= 6",
            "DELETE FROM audit WHERE id = 5",
            "UPDATE audit_start SET id = 5, mac = (SELECT mac FROM audit WHERE id = 5)",
            "DELETE FROM audit_start",
        ] {
            let (store, keys) = with_rows(10).await;
            let mut tx = store.begin().await.expect("transaction");
            clear(&mut tx, &keys, Kept { since: 3000, rows: 1000 }, 100).await.expect("cleared");
            assert_eq!(verify(&mut tx, &keys).await.expect("read"), Ok(7));
            tx.run(deed).await;
            assert!(verify(&mut tx, &keys).await.expect("read").is_err(), "{deed}");
        }
    }
}
