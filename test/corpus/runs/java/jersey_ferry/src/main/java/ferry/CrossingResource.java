package ferry;

import io.opentelemetry.instrumentation.annotations.WithSpan;
import jakarta.ws.rs.*;
import recorder.Recorder;

@Path("crossings")
public class CrossingResource {
  @GET
  @Path("today")
  public String today() {
    Recorder.here();
    return plan("now");
  }

  @GET
  @Path("{day: \\d{4}-\\d{2}-\\d{2}}")
  public String ofDay(@PathParam("day") String day) {
    Recorder.here();
    return plan(day);
  }

  @Path("/{id}/delay")
  @POST
  public String delay(@PathParam("id") long id) {
    Recorder.here();
    return "late";
  }

  @WithSpan
  String plan(String day) {
    Recorder.here();
    return day;
  }
}
