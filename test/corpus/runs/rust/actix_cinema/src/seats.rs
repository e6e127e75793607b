use actix_web::{get, post, web, HttpResponse};
use tracing::{info_span, Instrument};

#[get("/seats/{film}/free")]
pub async fn free(film: web::Path<u32>) -> HttpResponse {
    recorder::here!();
    let count = async { 12 }.instrument(info_span!("count seats")).await;
    HttpResponse::Ok().body(format!("{film} {count}"))
}

#[post("/seats/{film}/reserve")]
pub async fn reserve(film: web::Path<u32>) -> HttpResponse {
    recorder::here!();
    let _span = tracing::span!(tracing::Level::INFO, "lock_seat", film = *film).entered();
    HttpResponse::Ok().finish()
}

pub async fn hall() -> HttpResponse {
    recorder::here!();
    HttpResponse::Ok().finish()
}

pub async fn close() -> HttpResponse {
    recorder::here!();
    HttpResponse::Ok().finish()
}
