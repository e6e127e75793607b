package ferry;

import jakarta.ws.rs.*;
import recorder.Recorder;

@Path(TicketResource.ROOT)
public class TicketResource {
  static final String ROOT = "/tickets";
  private static final String ID = "/{id}";

  @GET
  @Path(ID)
  public String show(@PathParam("id") long id) {
    Recorder.here();
    return "ticket";
  }

  @PUT
  @Path(ID + "/refund")
  public String refund(@PathParam("id") long id) {
    Recorder.here();
    return "back";
  }

  @GET
  @Path("/by-name/{name}")
  public String findByName(@PathParam("name") String name) {
    Recorder.here();
    return name;
  }
}
