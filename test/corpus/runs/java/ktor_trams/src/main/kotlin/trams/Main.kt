package trams

import io.ktor.server.engine.embeddedServer
import io.ktor.server.netty.Netty
import io.ktor.server.routing.routing
import recorder.Recorder

fun main() {
    embeddedServer(Netty, port = 8099, host = "127.0.0.1") {
        routing {
            tramRoutes()
            stopRoutes(Timetable())
        }
    }.start(wait = false)
    Recorder.ask(8099, "GET /trams", "GET /trams/4", "POST /trams", "DELETE /trams/4", "GET /trams/4/driver", "GET /v1/stops",
        "GET /v1/stops/market/next", "PUT /v1/stops/market", "GET /health")
}
