use axum::extract::Path;
use axum::{routing, Router};
use tracing::instrument;

pub fn router() -> Router {
    Router::new()
        .route("/", routing::get(list).post(place))
        .route("/{id}", routing::get(show))
        .merge(payments())
}

fn payments() -> Router {
    Router::new().route("/{id}/pay", routing::post(pay))
}

async fn list() -> &'static str {
    recorder::here!();
    "all"
}

async fn show(Path(_id): Path<u32>) -> &'static str {
    recorder::here!();
    "one"
}

async fn place() -> &'static str {
    recorder::here!();
    check_stock(3).await
}

#[instrument(err)]
async fn charge_card(id: u32) -> Result<&'static str, std::io::Error> {
    recorder::here!();
    Ok("paid")
}

async fn pay(Path(id): Path<u32>) -> &'static str {
    recorder::here!();
    charge_card(id).await.unwrap()
}

#[instrument(name = "stock::check", skip_all)]
async fn check_stock(count: u32) -> &'static str {
    recorder::here!();
    "in stock"
}
