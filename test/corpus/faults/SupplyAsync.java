import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The rates of a currency are asked for in a pool, which does not know the request's context. */
final class SupplyAsync {
  private final Tracer tracer;
  private final ExecutorService pool = Executors.newFixedThreadPool(2);

  SupplyAsync(Tracer tracer) {
    this.tracer = tracer;
  }

  double fetchRate(String currency) {
    Span span = tracer.spanBuilder("fetchRate").setSpanKind(SpanKind.CLIENT).startSpan();
    try (Scope scope = span.makeCurrent()) {
      Thread.sleep(20);
      return currency.length() / 3.0;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      span.end();
    }
  }

  double convert(double amount, String currency) {
    Span span = tracer.spanBuilder("convert").startSpan();
    try (Scope scope = span.makeCurrent()) {
      CompletableFuture<Double> rate = CompletableFuture.supplyAsync(() -> fetchRate(currency), pool); // fault
      return amount * rate.join();
    } finally {
      span.end();
    }
  }

  void run() {
    Span span = tracer.spanBuilder("GET /prices").setSpanKind(SpanKind.SERVER).startSpan();
    try (Scope scope = span.makeCurrent()) {
      convert(12.5, "EUR");
    } finally {
      span.end();
      pool.shutdown();
    }
  }
}
