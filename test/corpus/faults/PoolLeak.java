import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A connection is not given back where a customer is unknown, until the pool has none left. */
final class PoolLeak {
  private final Tracer tracer;
  private final Semaphore connections = new Semaphore(3);

  PoolLeak(Tracer tracer) {
    this.tracer = tracer;
  }

  void takeConnection() throws Exception {
    Span span = tracer.spanBuilder("takeConnection").startSpan();
    try (Scope scope = span.makeCurrent()) {
      if (!connections.tryAcquire(150, TimeUnit.MILLISECONDS)) {
        throw new TimeoutException("no connection within 150 ms");
      }
    } catch (Exception e) {
      span.recordException(e);
      span.setStatus(StatusCode.ERROR);
      throw e;
    } finally {
      span.end();
    }
  }

  boolean findCustomer(int number) throws Exception {
    Span span = tracer.spanBuilder("SELECT customers").setSpanKind(SpanKind.CLIENT).startSpan();
    try {
      Thread.sleep(5);
      return number % 2 == 0;
    } finally {
      span.end();
    }
  }

  String greet(int number) throws Exception {
    Span span = tracer.spanBuilder("greet").setAttribute("customer", (long) number).startSpan();
    try (Scope scope = span.makeCurrent()) {
      takeConnection(); // fault
      if (!findCustomer(number)) {
        return "Welcome!";
      }
      connections.release();
      return "Welcome back!";
    } finally {
      span.end();
    }
  }

  void run() throws Exception {
    Span span = tracer.spanBuilder("POST /greetings").setSpanKind(SpanKind.SERVER).startSpan();
    try (Scope scope = span.makeCurrent()) {
      for (int number = 0; number < 7; number++) {
        greet(number);
      }
    } catch (TimeoutException e) {
      span.setStatus(StatusCode.ERROR, e.getMessage());
    } finally {
      span.end();
    }
  }
}
