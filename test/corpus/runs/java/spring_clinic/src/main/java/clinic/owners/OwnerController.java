package clinic.owners;

import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.*;
import recorder.Recorder;

@RestController
@RequestMapping("/api/owners")
class OwnerController {
  private final OwnerRepository owners;
  private final PetService pets;

  OwnerController(OwnerRepository owners, PetService pets) {
    this.owners = owners;
    this.pets = pets;
  }

  @GetMapping
  List<Map<String, Object>> list() {
    Recorder.here();
    return owners.findAll();
  }

  @GetMapping("/{id}")
  Map<String, Object> get(@PathVariable long id) {
    Recorder.here();
    return owners.findById(id);
  }

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  void create() {
    Recorder.here();
    owners.save("Ada");
  }

  @PutMapping(path = "/{id}")
  void rename(@PathVariable("id") long id) {
    Recorder.here();
    owners.rename(id, "Eve");
  }

  @RequestMapping(value = "/{id}", method = RequestMethod.DELETE)
  void remove(@PathVariable long id) {
    Recorder.here();
    owners.remove(id);
  }

  @GetMapping("/{ownerId}/pets")
  List<String> listPets(@PathVariable long ownerId) {
    Recorder.here();
    return pets.list(ownerId);
  }

  @GetMapping("/{ownerId}/pets/{petId}")
  String getPet(@PathVariable long ownerId, @PathVariable long petId) {
    Recorder.here();
    return pets.describe(petId);
  }
}
