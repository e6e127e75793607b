mod fruit;
mod orders;

use axum::extract::{MatchedPath, Request};
use axum::routing::{get, post};
use axum::Router;
use tower_http::trace::TraceLayer;

fn make_span(request: &Request) -> tracing::Span {
    let route = request.extensions().get::<MatchedPath>().map_or("", |path| path.as_str());
    let method = request.method().as_str();
    tracing::info_span!("request", otel.name = format!("{method} {route}"), otel.kind = "server", http.route = route, http.request.method = method)
}

fn app() -> Router {
    Router::new()
        .route("/fruit", get(fruit::list).post(fruit::add))
        .route("/fruit/{name}", get(fruit::show).put(fruit::rename).delete(fruit::remove))
        .nest("/orders", orders::router())
        .route("/health", get(|| async {
            recorder::here!();
            "well"
        }))
        .route("/prices/{day}", post(set_price))
        .layer(TraceLayer::new_for_http().make_span_with(make_span))
}

async fn set_price() -> &'static str {
    recorder::here!();
    tracing::info_span!("round price").in_scope(|| "2.50")
}

#[tokio::main]
async fn main() {
    let recorder = recorder::start();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8101").await.unwrap();
    tokio::spawn(async move { axum::serve(listener, app()).await.unwrap() });
    recorder.ask("axum_market", 8101, &["GET /fruit", "POST /fruit", "GET /fruit/fig", "PUT /fruit/fig", "DELETE /fruit/fig", "GET /orders",
        "POST /orders", "GET /orders/7", "POST /orders/7/pay", "GET /health", "POST /prices/may"]).await;
}
