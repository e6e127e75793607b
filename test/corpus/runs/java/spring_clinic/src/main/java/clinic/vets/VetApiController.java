package clinic.vets;

import java.util.List;
import org.springframework.web.bind.annotation.RestController;
import recorder.Recorder;

@RestController
class VetApiController implements VetApi {
  private final Calendar calendar = new Calendar();

  @Override
  public List<String> listVets() {
    Recorder.here();
    return List.of("Ann");
  }

  @Override
  public String getVet(long vetId) {
    Recorder.here();
    return "Ann";
  }

  @Override
  public void takeLeave(long vetId) {
    Recorder.here();
    calendar.block(vetId);
  }
}
