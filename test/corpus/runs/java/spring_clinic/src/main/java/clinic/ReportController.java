package clinic;

import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.web.bind.annotation.*;
import recorder.Recorder;

@RestController
class ReportController {
  @GetMapping("/reports/daily.csv")
  String daily() {
    Recorder.here();
    return "a,b";
  }

  @GetMapping("/reports/files/**")
  String file() {
    Recorder.here();
    return "x";
  }

  @GetMapping({"/old/owners", "/owners/search"})
  String search() {
    Recorder.here();
    return "found";
  }

  @Scheduled(fixedDelay = 60_000)
  void remind() {
    Recorder.here();
    Clinic.REMINDED.countDown();
  }
}
