import io.opentelemetry.context.Context;
import java.util.List;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Work that is handed over without its trace, in one way each, and work that is handed over well. One way a run. */
public final class Losses {
  private static final ExecutorService pool = Executors.newFixedThreadPool(2);

  static void sendReceipt(int order) {
    try {
      Traceside.traced("sendReceipt", () -> { Thread.sleep(20); return null; });
    } catch (Exception error) {
      throw new IllegalStateException(error);
    }
  }

  static void loseThread() throws Exception {
    Traceside.traced("loseThread", () -> {
      Thread thread = new Thread(() -> sendReceipt(7));
      thread.start();
      thread.join();
      return null;
    });
  }

  static void losePool() throws Exception {
    Traceside.traced("losePool", () -> {
      pool.submit(() -> sendReceipt(7)).get();
      return null;
    });
  }

  static void loseStream() throws Exception {
    Traceside.traced("loseStream", () -> {
      // This thread works along.
      List.of(7, 8).parallelStream().forEach(Losses::sendReceipt);
      return null;
    });
  }

  static void loseTimer() throws Exception {
    Timer timer = new Timer();
    CountDownLatch sent = new CountDownLatch(1);
    Traceside.traced("loseTimer", () -> {
      timer.schedule(new TimerTask() {
        @Override public void run() {
          sendReceipt(7);
          sent.countDown();
        }
      }, 5);
      sent.await();
      return null;
    });
    timer.cancel();
  }

  static void loseStage() throws Exception {
    Traceside.traced("loseStage", () -> {
      java.util.concurrent.CompletableFuture.supplyAsync(Context.current().wrapSupplier(() -> {
        pause();
        return 7;
      }), pool).thenAccept(order -> sendReceipt(order)).get();
      return null;
    });
  }

  static void pause() {
    try {
      Thread.sleep(40);
    } catch (InterruptedException error) {
      throw new IllegalStateException(error);
    }
  }

  static final class Sender extends Thread {
    private final int order;

    Sender(int order) {
      this.order = order;
    }

    @Override public void run() {
      sendReceipt(order);
    }
  }

  static void loseClass() throws Exception {
    Traceside.traced("loseClass", () -> {
      Thread sender = new Sender(7);
      sender.start();
      sender.join();
      return null;
    });
  }

  static void keepThread() throws Exception {
    Traceside.traced("keepThread", () -> {
      Thread thread = new Thread(Context.current().wrap((Runnable) () -> sendReceipt(7)));
      thread.start();
      thread.join();
      return null;
    });
  }

  static void keepPool() throws Exception {
    ExecutorService carrying = Traceside.carrying(pool);
    Traceside.traced("keepPool", () -> {
      carrying.submit(() -> sendReceipt(7)).get();
      return null;
    });
  }

  public static void main(String[] args) throws Exception {
    Traceside.start("shop");
    Losses.class.getDeclaredMethod(args[0]).invoke(null);
    pool.shutdown();
  }
}
