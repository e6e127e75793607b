package ferry;

import jakarta.ws.rs.core.UriBuilder;
import org.glassfish.jersey.jetty.JettyHttpContainerFactory;
import org.glassfish.jersey.server.ResourceConfig;
import recorder.Recorder;

public class Ferry {
  public static void main(String[] arguments) throws Exception {
    ResourceConfig config = new ResourceConfig(BoatResource.class, CrossingResource.class, TicketResource.class);
    JettyHttpContainerFactory.createServer(UriBuilder.fromUri("http://127.0.0.1/").port(8098).build(), config);
    Recorder.ask(8098, "GET /boats", "GET /boats/3", "POST /boats", "DELETE /boats/3", "GET /boats/3/crew", "GET /crossings/today",
        "GET /crossings/2024-05-01", "POST /crossings/7/delay", "GET /tickets/5", "PUT /tickets/5/refund", "GET /tickets/by-name/ann");
  }
}
