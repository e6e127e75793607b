import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A shop's order, traced by the class that Traceside puts into projects. */
public final class Shop {
  private static String chargeCard() throws Exception {
    return Traceside.traced("chargeCard", () -> "charged");
  }

  private static String refund() throws Exception {
    return Traceside.traced(
        "refund",
        () -> {
          throw new IllegalStateException("no such card");
        });
  }

  private static String pickItem() throws Exception {
    return Traceside.traced("pickItem", () -> "picked");
  }

  private static String printReceipt() throws Exception {
    return Traceside.traced(
        "printReceipt",
        () -> {
          throw new IllegalStateException("no paper");
        });
  }

  /** A thread of another process would know no more than the message. */
  private static void work(Map<String, String> headers) {
    try {
      Traceside.continued(headers, "orders process", Shop::pickItem);
    } catch (Exception error) {
      throw new IllegalStateException(error);
    }
  }

  private static String placeOrder(ExecutorService pool) throws Exception {
    return Traceside.traced(
        "placeOrder",
        () -> {
          pool.submit(Shop::chargeCard).get();
          try {
            refund();
          } catch (IllegalStateException error) {
            // The order stands.
          }
          Map<String, String> headers = Traceside.inject();
          Thread consumer = new Thread(() -> work(headers));
          consumer.start();
          consumer.join();
          return "placed";
        });
  }

  public static void main(String[] args) throws Exception {
    Traceside.start("shop");
    if (args.length > 0) printReceipt();
    ExecutorService pool = Traceside.carrying(Executors.newSingleThreadExecutor());
    placeOrder(pool);
    pool.shutdown();
  }
}
