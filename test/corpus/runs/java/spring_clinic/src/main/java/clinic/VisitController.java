package clinic;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.*;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;
import recorder.Recorder;

@Controller
@ResponseBody
@RequestMapping(Paths.API)
class VisitController {
  private static final String ROOMS = "http://127.0.0.1:8097/rooms";
  private final RestTemplate template = new RestTemplate();
  private final RestClient client = RestClient.create("http://127.0.0.1:8097");

  @PostMapping("/owners/{ownerId}/pets/{petId}/visits")
  String create(@PathVariable long ownerId, @PathVariable long petId) {
    Recorder.here();
    return template.getForObject(ROOMS + "/{id}", String.class, 9);
  }

  @GetMapping(Paths.VISITS)
  String find(@RequestParam int day) throws Exception {
    Recorder.here();
    HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:8097/vets/4")).build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  @GetMapping(value = {Paths.VISITS + "/recent/{count}"}, produces = "text/plain")
  String recent(@PathVariable int count) {
    Recorder.here();
    return client.get().uri("/vets").retrieve().body(String.class);
  }

  @PatchMapping({"/visits/{id}/cancel", "/visits/{id}/drop"})
  String cancel(@PathVariable long id) {
    Recorder.here();
    return "gone";
  }
}
