import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * Makes a trace of each test of JUnit 5 and later, with all that the test called, for Traceside.
 *
 * <p>Packages, for tests: {@code io.opentelemetry:opentelemetry-sdk-extension-autoconfigure} and {@code
 * io.opentelemetry:opentelemetry-exporter-otlp}.
 *
 * <p>Above a class of tests:
 *
 * <pre>
 *   {@literal @}ExtendWith(TracesideTests.class)
 *   class PricesTest {
 * </pre>
 *
 * <p>The trace is named as the test; the trace id of a test that fails is printed. Spans go to {@code
 * OTEL_EXPORTER_OTLP_ENDPOINT}, by default the port on this machine where Traceside listens; where nobody does, the tests
 * run as they would without. MIT licence.
 */
public final class TracesideTests implements InvocationInterceptor, AfterAllCallback {
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "otel.exporter.otlp.endpoint", "http://127.0.0.1:4318",
          "otel.exporter.otlp.protocol", "http/protobuf",
          "otel.metrics.exporter", "none",
          "otel.logs.exporter", "none",
          "otel.service.name", "tests",
          // Tests that end wait no longer than this for whoever receives their spans.
          "otel.exporter.otlp.timeout", "2000",
          "otel.bsp.schedule.delay", "500");

  private static OpenTelemetry telemetry;

  @Override
  public void interceptTestMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    inSpan(invocation, method.getExecutable(), context);
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    inSpan(invocation, method.getExecutable(), context);
  }

  /** What ran so far is sent. */
  @Override
  public void afterAll(ExtensionContext context) {
    if (telemetry instanceof OpenTelemetrySdk sdk) {
      sdk.getSdkTracerProvider().forceFlush().join(2, java.util.concurrent.TimeUnit.SECONDS);
    }
  }

  private static void inSpan(Invocation<Void> invocation, Method method, ExtensionContext context)
      throws Throwable {
    String name = method.getDeclaringClass().getName() + "." + method.getName();
    Context parent = startedBy();
    Span span =
        find()
            .getTracer("traceside")
            .spanBuilder(method.getName())
            .setParent(parent)
            .setAttribute("test.case.name", name)
            .setAttribute("test.suite.name", method.getDeclaringClass().getName())
            .setAttribute("code.function.name", name)
            .startSpan();
    try (Scope ignored = parent.with(span).makeCurrent()) {
      invocation.proceed();
      span.setAttribute("test.case.result.status", "pass");
    } catch (Throwable error) {
      span.setAttribute("test.case.result.status", "fail");
      span.recordException(error);
      span.setStatus(StatusCode.ERROR, String.valueOf(error.getMessage()));
      System.err.println(name + " failed: trace_id=" + span.getSpanContext().getTraceId());
      throw error;
    } finally {
      span.end();
    }
  }

  /** What the program or an agent has started; else one that sends where Traceside listens. */
  private static synchronized OpenTelemetry find() {
    if (telemetry != null) return telemetry;
    if (GlobalOpenTelemetry.isSet()) {
      telemetry = GlobalOpenTelemetry.get();
    } else {
      telemetry =
          AutoConfiguredOpenTelemetrySdk.builder()
              .addPropertiesSupplier(() -> DEFAULTS)
              .setResultAsGlobal()
              .build()
              .getOpenTelemetrySdk();
    }
    return telemetry;
  }

  /** What the environment says of who started the tests. */
  private static Context startedBy() {
    Map<String, String> headers = new HashMap<>();
    for (String name : new String[] {"TRACEPARENT", "TRACESTATE", "BAGGAGE"}) {
      String value = System.getenv(name);
      if (value != null && !value.isEmpty()) headers.put(name.toLowerCase(), value);
    }
    return find().getPropagators().getTextMapPropagator().extract(Context.root(), headers, GETTER);
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
