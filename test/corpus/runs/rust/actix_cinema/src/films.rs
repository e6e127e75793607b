use actix_web::{delete, get, web, HttpResponse};
use tracing::instrument;

pub fn configure(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("").route(web::get().to(list)).route(web::post().to(create)))
        .service(show)
        .service(remove)
        .route("/{id}/cast", web::get().to(cast));
}

async fn list() -> HttpResponse {
    recorder::here!();
    HttpResponse::Ok().body(query_films().await)
}

#[get("/{id}")]
async fn show(id: web::Path<u32>) -> HttpResponse {
    recorder::here!();
    HttpResponse::Ok().body(id.to_string())
}

async fn create() -> HttpResponse {
    recorder::here!();
    HttpResponse::Created().finish()
}

#[delete("/{id}")]
#[instrument(skip_all, name = "remove a film")]
async fn remove(id: web::Path<u32>) -> HttpResponse {
    recorder::here!();
    HttpResponse::Ok().finish()
}

async fn cast(id: web::Path<u32>) -> HttpResponse {
    recorder::here!();
    let names = tracing::info_span!("load cast", film = *id).in_scope(|| "Ann, Bob");
    HttpResponse::Ok().body(names)
}

#[instrument]
async fn query_films() -> &'static str {
    recorder::here!();
    "Alien"
}
