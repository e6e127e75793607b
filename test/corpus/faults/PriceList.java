import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import java.util.List;
import java.util.stream.IntStream;

/** A list of prices asks for the discount of each price by itself. */
final class PriceList {
  private final Tracer tracer;

  PriceList(Tracer tracer) {
    this.tracer = tracer;
  }

  private int discountOf(int price) {
    Span span =
        tracer
            .spanBuilder("SELECT discounts")
            .setSpanKind(SpanKind.CLIENT)
            .setAttribute("db.query.text", "SELECT percent FROM discounts WHERE price = ?")
            .startSpan();
    try {
      Thread.sleep(3);
    } catch (InterruptedException e) {
      span.recordException(e);
    } finally {
      span.end();
    }
    return price;
  }

  private List<Integer> listPrices() {
    Span span = tracer.spanBuilder("listPrices").startSpan();
    try (Scope scope = span.makeCurrent()) {
      return IntStream.range(0, 25)
          .boxed()
          .filter(price -> price >= 0)
          .map(this::discountOf) // fault
          .toList();
    } finally {
      span.end();
    }
  }

  void run() {
    Span span = tracer.spanBuilder("GET /prices").setSpanKind(SpanKind.SERVER).startSpan();
    try (Scope scope = span.makeCurrent()) {
      listPrices();
    } finally {
      span.end();
    }
  }
}
