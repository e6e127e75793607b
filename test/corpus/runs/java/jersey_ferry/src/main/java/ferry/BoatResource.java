package ferry;

import jakarta.ws.rs.*;
import recorder.Recorder;

@Path("/boats")
@Produces("text/plain")
public class BoatResource {
  @GET
  public String list() {
    Recorder.here();
    return "all";
  }

  @GET
  @Path("/{id}")
  public String show(@PathParam("id") long id) {
    Recorder.here();
    return "one";
  }

  @POST
  public String build() {
    Recorder.here();
    return "built";
  }

  @DELETE
  @Path("{id}")
  public String sink(@PathParam("id") long id) {
    Recorder.here();
    return "sunk";
  }

  @Path("/{id}/crew")
  public CrewResource crew(@PathParam("id") long id) {
    return new CrewResource();
  }

  public static class CrewResource {
    @GET
    public String list() {
      Recorder.here();
      return "crew";
    }
  }
}
