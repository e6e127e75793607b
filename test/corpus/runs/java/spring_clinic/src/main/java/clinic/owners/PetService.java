package clinic.owners;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.instrumentation.annotations.WithSpan;
import java.util.List;
import org.springframework.stereotype.Service;
import recorder.Recorder;

@Service
public class PetService {
  private static final String WEIGH = "weigh pet";
  private final Tracer tracer = GlobalOpenTelemetry.getTracer("clinic");

  @WithSpan
  public List<String> list(long ownerId) {
    Recorder.here();
    return List.of("Rex", "Tom");
  }

  @WithSpan("describe a pet")
  public String describe(long petId) {
    Recorder.here();
    Span span = tracer.spanBuilder("look up chip").startSpan();
    span.end();
    Span weighing = tracer.spanBuilder(WEIGH)
        .setAttribute("pet", petId)
        .startSpan();
    weighing.end();
    return "Rex";
  }
}
