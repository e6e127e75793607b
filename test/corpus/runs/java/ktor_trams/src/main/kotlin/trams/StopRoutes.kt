package trams

import io.ktor.server.application.call
import io.ktor.server.response.respondText
import io.ktor.server.routing.*
import recorder.Recorder

private const val STOPS = "/stops"

fun Route.stopRoutes(timetable: Timetable) = route("/v1") {
    get(STOPS) {
        Recorder.here()
        call.respondText(timetable.list())
    }
    get("$STOPS/{name}/next") {
        Recorder.here()
        call.respondText(timetable.next(call.parameters["name"]!!))
    }
    put("$STOPS/{name}") {
        Recorder.here()
        call.respondText(timetable.move(call.parameters["name"]!!))
    }
}
