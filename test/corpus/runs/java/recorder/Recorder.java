package recorder;

import io.opentelemetry.api.trace.Span;

public class Recorder {
  /** Is called in the first line of a handler: the span around it is this function's. */
  public static void here() {
    Span.current().setAttribute("recorded.at", Place.find(-1));
  }

  /** Sends the requests from outside, one after the other, and ends. */
  public static void ask(int port, String... requests) throws Exception {
    for (String each : requests) {
      String[] parts = each.split(" ");
      Process asking = new ProcessBuilder("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-X", parts[0],
          "http://127.0.0.1:" + port + parts[1]).start();
      String status = new String(asking.getInputStream().readAllBytes());
      if (status.compareTo("400") >= 0) System.out.println("ANSWER " + each + " " + status);
    }
    System.exit(0);
  }
}
