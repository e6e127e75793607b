package trams

import io.ktor.server.application.call
import io.ktor.server.response.respondText
import io.ktor.server.routing.*
import recorder.Recorder

fun Route.tramRoutes() {
    route("/trams") {
        get {
            Recorder.here()
            call.respondText("all")
        }
        get("/{id}") {
            Recorder.here()
            call.respondText("one")
        }
        post {
            Recorder.here()
            call.respondText("new")
        }
        delete("{id}") {
            Recorder.here()
            call.respondText("gone")
        }
        route("/{id}/driver") {
            get {
                Recorder.here()
                call.respondText("Kim")
            }
        }
    }
    get("/health") {
        Recorder.here()
        call.respondText("well")
    }
}
