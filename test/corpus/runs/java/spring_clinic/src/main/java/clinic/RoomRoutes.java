package clinic;

import static org.springframework.web.servlet.function.RouterFunctions.route;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;
import recorder.Recorder;

@Configuration
class RoomRoutes {
  @Bean
  RouterFunction<ServerResponse> rooms() {
    return route().GET("/rooms", this::list).GET("/rooms/{id}", this::show).build();
  }

  private ServerResponse list(ServerRequest request) {
    Recorder.here();
    return ServerResponse.ok().body("all");
  }

  private ServerResponse show(ServerRequest request) {
    Recorder.here();
    return ServerResponse.ok().body("one");
  }
}
