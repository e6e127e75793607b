import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** Reservations of different articles wait for one lock, which is held while the warehouse is asked. */
final class StockLock {
  private final Tracer tracer;
  private final ReentrantLock lock = new ReentrantLock();

  StockLock(Tracer tracer) {
    this.tracer = tracer;
  }

  void askWarehouse(String article) throws InterruptedException {
    Span span = tracer.spanBuilder("GET /warehouse").setSpanKind(SpanKind.CLIENT).startSpan();
    try (Scope scope = span.makeCurrent()) {
      Thread.sleep(40);
    } finally {
      span.end();
    }
  }

  void reserveArticle(String article) {
    Span span = tracer.spanBuilder("reserveArticle").setAttribute("article", article).startSpan();
    try (Scope scope = span.makeCurrent()) {
      lock.lock(); // fault
      try {
        askWarehouse(article);
      } finally {
        lock.unlock();
      }
    } catch (InterruptedException e) {
      span.recordException(e);
    } finally {
      span.end();
    }
  }

  void run() throws InterruptedException {
    Span span = tracer.spanBuilder("POST /reservations").setSpanKind(SpanKind.SERVER).startSpan();
    ExecutorService pool = Context.taskWrapping(Executors.newFixedThreadPool(6));
    try (Scope scope = span.makeCurrent()) {
      for (int i = 0; i < 6; i++) {
        String article = "article-" + i;
        pool.submit(() -> reserveArticle(article));
      }
      pool.shutdown();
      pool.awaitTermination(5, TimeUnit.SECONDS);
    } finally {
      span.end();
    }
  }
}
