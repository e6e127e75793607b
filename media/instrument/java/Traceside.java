import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;

/**
 * Shows this program's work in Traceside: spans of OpenTelemetry.
 *
 * <p>Packages, of group {@code io.opentelemetry}: {@code opentelemetry-sdk-extension-autoconfigure} and
 * {@code opentelemetry-exporter-otlp}.
 *
 * <p>Once, where the program starts, then where the work is done:
 *
 * <pre>
 *   Traceside.start("shop");
 *   Receipt receipt = Traceside.traced("chargeCard", () -> charge(order));
 * </pre>
 *
 * <p>A pool's threads take the trace along where the pool is wrapped: {@code Traceside.carrying(executor)}.
 *
 * <p>A message takes it along too: put {@code inject()} into its headers where it is sent, and begin with
 * {@code continued} where it is taken.
 *
 * <p>A program that was started with {@code TRACEPARENT} (by an agent, a test, or {@code traceside run}) hangs below the
 * call that started it.
 *
 * <p>Spans go to {@code OTEL_EXPORTER_OTLP_ENDPOINT}, by default the port on this machine where Traceside listens; where
 * nobody does, the program runs as it would without. MIT licence.
 */
public final class Traceside {
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "otel.exporter.otlp.endpoint", "http://127.0.0.1:4318",
          "otel.exporter.otlp.protocol", "http/protobuf",
          "otel.traces.exporter", "otlp",
          "otel.metrics.exporter", "none",
          "otel.logs.exporter", "none",
          // A program that ends waits no longer than this for whoever receives its spans.
          "otel.exporter.otlp.timeout", "2000",
          // A debugger wants to see a span soon after it ended.
          "otel.bsp.schedule.delay", "500");

  private static OpenTelemetry telemetry = OpenTelemetry.noop();

  private Traceside() {}

  /** Sends every span from now on, and what is left when the program ends. */
  public static void start(String service) {
    Map<String, String> properties = new HashMap<>(DEFAULTS);
    properties.put("otel.service.name", service);
    telemetry =
        AutoConfiguredOpenTelemetrySdk.builder()
            .addPropertiesSupplier(() -> properties)
            .setResultAsGlobal()
            .build()
            .getOpenTelemetrySdk();
  }

  /** Runs in a span, with the place of the caller, so that a click leads to it. */
  public static <T> T traced(String name, Callable<T> work) throws Exception {
    return inSpan(name, SpanKind.INTERNAL, around(), work);
  }

  /** The pool, whose threads take the context of whoever hands them work. */
  public static ExecutorService carrying(ExecutorService executor) {
    return Context.taskWrapping(executor);
  }

  /** Headers that take the current trace along with a message. */
  public static Map<String, String> inject() {
    Map<String, String> headers = new HashMap<>();
    telemetry.getPropagators().getTextMapPropagator().inject(around(), headers, Map::put);
    return headers;
  }

  /** Runs in a span of the consumer's, below the span that sent the message. */
  public static <T> T continued(Map<String, String> headers, String name, Callable<T> work)
      throws Exception {
    Context parent =
        telemetry.getPropagators().getTextMapPropagator().extract(Context.root(), headers, GETTER);
    return inSpan(name, SpanKind.CONSUMER, parent, work);
  }

  /** What is current; where nothing is, what the environment says of who started this program. */
  private static Context around() {
    Context current = Context.current();
    if (Span.fromContext(current).getSpanContext().isValid()) return current;
    Map<String, String> startedBy = new HashMap<>();
    for (String name : new String[] {"TRACEPARENT", "TRACESTATE", "BAGGAGE"}) {
      String value = System.getenv(name);
      if (value != null && !value.isEmpty()) startedBy.put(name.toLowerCase(), value);
    }
    return telemetry.getPropagators().getTextMapPropagator().extract(current, startedBy, GETTER);
  }

  private static <T> T inSpan(String name, SpanKind kind, Context parent, Callable<T> work)
      throws Exception {
    Tracer tracer = telemetry.getTracer("traceside");
    Span span = tracer.spanBuilder(name).setSpanKind(kind).setParent(parent).startSpan();
    StackWalker.getInstance()
        .walk(frames -> frames.filter(each -> !each.getClassName().equals("Traceside")).findFirst())
        .ifPresent(
            frame -> {
              span.setAttribute(
                  "code.function.name", frame.getClassName() + "." + frame.getMethodName());
              span.setAttribute("code.file.path", frame.getFileName());
              span.setAttribute("code.line.number", frame.getLineNumber());
            });
    try (Scope ignored = parent.with(span).makeCurrent()) {
      return work.call();
    } catch (Exception | Error error) {
      span.recordException(error);
      span.setStatus(StatusCode.ERROR, String.valueOf(error.getMessage()));
      throw error;
    } finally {
      span.end();
    }
  }

  private static final TextMapGetter<Map<String, String>> GETTER =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Map<String, String> headers) {
          return headers.keySet();
        }

        @Override
        public String get(Map<String, String> headers, String key) {
          return headers == null ? null : headers.get(key);
        }
      };
}
