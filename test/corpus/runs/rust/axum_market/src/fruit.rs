use axum::extract::Path;
use tracing::{info_span, instrument, Instrument};

pub async fn list() -> &'static str {
    recorder::here!();
    let found = info_span!("read shelf").in_scope(|| "fig, pear");
    sort_fruit(found).await
}

#[instrument]
async fn sort_fruit(found: &'static str) -> &'static str {
    recorder::here!();
    found
}

pub async fn show(Path(name): Path<String>) -> String {
    recorder::here!();
    weigh(&name).instrument(info_span!("weigh fruit", fruit = %name)).await
}

async fn weigh(name: &str) -> String {
    name.to_string()
}

pub async fn add() -> &'static str {
    recorder::here!();
    Shelf { slots: 4 }.put("fig")
}

pub async fn rename(Path(_name): Path<String>) -> &'static str {
    recorder::here!();
    Shelf { slots: 2 }.relabel()
}

pub async fn remove(Path(_name): Path<String>) -> &'static str {
    recorder::here!();
    let span = tracing::debug_span!("clear_slot");
    let _entered = span.enter();
    "gone"
}

#[derive(Debug)]
struct Shelf {
    slots: u32,
}

impl Shelf {
    #[instrument(skip(self), fields(slots = self.slots))]
    fn put(&self, name: &str) -> &'static str {
        recorder::here!();
        "put"
    }

    #[tracing::instrument(name = "relabel shelf", level = "debug")]
    fn relabel(&self) -> &'static str {
        recorder::here!();
        "new label"
    }
}
