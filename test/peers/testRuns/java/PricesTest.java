import static org.junit.jupiter.api.Assertions.assertEquals;

import io.opentelemetry.api.GlobalOpenTelemetry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TracesideTests.class)
class PricesTest {
  static int total(int... prices) {
    GlobalOpenTelemetry.getTracer("prices").spanBuilder("total").startSpan().end();
    int sum = 0;
    for (int price : prices) sum += price;
    return sum;
  }

  @Test
  void addsPrices() {
    assertEquals(10, total(5, 5));
  }

  @Test
  void discountOfNothing() {
    assertEquals(0, total());
  }

  @Test
  void isWrong() {
    assertEquals(4, total(1, 2));
  }
}
