package recorder;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizer;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizerProvider;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** An extension of OpenTelemetry's Java agent: writes each span with the innermost line of the program that started it. */
public class SpanRecorder implements AutoConfigurationCustomizerProvider, SpanProcessor {
  private static final AttributeKey<String> AT = AttributeKey.stringKey("recorded.at");
  private final Map<String, String> rows = new TreeMap<>();

  public void customize(AutoConfigurationCustomizer customizer) {
    customizer.addTracerProviderCustomizer((provider, config) -> provider.addSpanProcessor(this));
  }

  public boolean isStartRequired() { return true; }
  public boolean isEndRequired() { return true; }

  public void onStart(Context parent, ReadWriteSpan span) {
    if (span.getKind() == SpanKind.SERVER) return;
    String at = Place.find(0);
    if (at != null) span.setAttribute(AT, at);
  }

  public synchronized void onEnd(ReadableSpan span) {
    String at = span.getAttribute(AT);
    if (at == null) return;
    String attributes = span.toSpanData().getAttributes().asMap().entrySet().stream()
        .filter(each -> !each.getKey().getKey().equals(AT.getKey()) && !each.getKey().getKey().startsWith("thread."))
        .map(each -> quote(each.getKey().getKey()) + ":" + write(each.getValue()))
        .sorted().collect(Collectors.joining(","));
    String kind = span.getKind().name().toLowerCase();
    rows.putIfAbsent(at + span.getName() + kind, String.format("{\"name\":%s,\"kind\":\"%s\",\"attributes\":{%s},\"at\":%s}",
        quote(span.getName()), kind, attributes, quote(at)));
  }

  private static String write(Object value) {
    return value instanceof Number || value instanceof Boolean ? value.toString() : quote(value.toString());
  }

  private static String quote(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
  }

  public synchronized CompletableResultCode shutdown() {
    if (rows.isEmpty()) return CompletableResultCode.ofSuccess();
    Path target = Path.of(System.getProperty("recording"));
    String framework = target.getFileName().toString().replace(".json", "");
    String text = "{\"framework\":\"" + framework + "\",\"spans\":[\n" + String.join(",\n", rows.values()) + "\n]}\n";
    try {
      Files.writeString(target, text);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    System.out.println(framework + ": " + rows.size() + " spans");
    return CompletableResultCode.ofSuccess();
  }
}
