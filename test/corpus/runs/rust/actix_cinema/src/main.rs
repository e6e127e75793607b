mod films;
mod seats;

use actix_web::{get, web, App, HttpServer, Responder};
use tracing_actix_web::TracingLogger;

#[get("/")]
async fn index() -> impl Responder {
    recorder::here!();
    "cinema"
}

async fn ping() -> &'static str {
    recorder::here!();
    "pong"
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let recorder = recorder::start();
    let server = HttpServer::new(|| {
        App::new()
            .wrap(TracingLogger::default())
            .service(index)
            .route("/ping", web::get().to(ping))
            .service(web::scope("/films").configure(films::configure))
            .service(web::scope("/v1").service(seats::free).service(seats::reserve).service(web::resource("/halls/{hall}").route(web::get().to(seats::hall)).route(web::delete().to(seats::close))))
    })
    .workers(1)
    .bind(("127.0.0.1", 8102))?
    .run();
    actix_web::rt::spawn(server);
    recorder.ask("actix_cinema", 8102, &["GET /", "GET /ping", "GET /films", "GET /films/4", "POST /films", "DELETE /films/4", "GET /films/4/cast",
        "GET /v1/seats/4/free", "POST /v1/seats/4/reserve", "GET /v1/halls/blue", "DELETE /v1/halls/blue"]).await;
    Ok(())
}
