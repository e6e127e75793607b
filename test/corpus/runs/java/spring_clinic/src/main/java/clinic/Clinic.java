package clinic;

import java.util.concurrent.CountDownLatch;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.scheduling.annotation.EnableScheduling;
import recorder.Recorder;

@SpringBootApplication
@EnableScheduling
public class Clinic {
  public static final CountDownLatch REMINDED = new CountDownLatch(1);

  public static void main(String[] arguments) throws Exception {
    SpringApplication.run(Clinic.class, arguments);
    REMINDED.await();
    Recorder.ask(8097, "GET /api/owners", "GET /api/owners/1", "POST /api/owners", "PUT /api/owners/1", "DELETE /api/owners/7",
        "GET /api/owners/1/pets", "GET /api/owners/1/pets/2", "POST /api/owners/1/pets/2/visits", "GET /api/visits?day=1",
        "GET /api/visits/recent/5", "PATCH /api/visits/3/cancel", "GET /vets", "GET /vets/4", "POST /vets/4/leave", "GET /rooms", "GET /rooms/9",
        "GET /reports/daily.csv", "GET /reports/files/a/b.txt", "GET /old/owners", "GET /owners/search");
  }
}
