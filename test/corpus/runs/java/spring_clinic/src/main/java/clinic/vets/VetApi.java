package clinic.vets;

import java.util.List;
import org.springframework.web.bind.annotation.*;

@RequestMapping("/vets")
interface VetApi {
  @GetMapping
  List<String> listVets();

  @GetMapping("/{vetId}")
  String getVet(@PathVariable("vetId") long vetId);

  @PostMapping("/{vetId}/leave")
  void takeLeave(@PathVariable("vetId") long vetId);
}
