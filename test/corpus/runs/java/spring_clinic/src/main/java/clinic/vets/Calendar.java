package clinic.vets;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.SpanKind;

class Calendar {
  void block(long vetId) {
    var tracer = GlobalOpenTelemetry.get().getTracer("calendar", "1.0");
    var span = tracer.spanBuilder("calendar.block")
        .setSpanKind(SpanKind.INTERNAL)
        .startSpan();
    try (var scope = span.makeCurrent()) {
      notifyOwner("owner-" + vetId);
    } finally {
      span.end();
    }
  }

  private void notifyOwner(String owner) {
    GlobalOpenTelemetry.getTracer("calendar").spanBuilder(String.format("notify %s", owner)).startSpan().end();
  }
}
