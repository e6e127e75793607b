// A shop's order, traced by the package that Traceside puts into projects.
package main

import (
	"context"
	"errors"
	"log"
	"os"
	"time"

	"traceside.dev/shop/traceside"
)

func chargeCard(context.Context) error { return nil }

func refund(ctx context.Context) (err error) {
	_, end := traceside.Span(ctx, "refund")
	defer func() { end(err) }()
	return errors.New("no such card")
}

func pickItem(ctx context.Context) {
	_, end := traceside.Span(ctx, "pickItem")
	defer end(nil)
}

// A goroutine of another process would know no more than the message.
func work(headers map[string]string) {
	ctx, end := traceside.Continue(context.Background(), headers, "orders process")
	defer end(nil)
	pickItem(ctx)
}

func placeOrder(ctx context.Context) {
	request, cancel := context.WithCancel(ctx)
	request, end := traceside.Span(request, "placeOrder")
	defer end(nil)
	traceside.Go(request, "chargeCard", func(ctx context.Context) error {
		// What was started outlives the request, and the program that does not wait for it.
		<-request.Done()
		time.Sleep(20 * time.Millisecond)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return chargeCard(ctx)
	})
	_ = refund(request)
	headers := traceside.Inject(request)
	done := make(chan struct{})
	go func() {
		defer close(done)
		work(headers)
	}()
	cancel()
	<-done
}

func printReceipt(context.Context) error { panic("no paper") }

func main() {
	ctx := context.Background()
	stop, err := traceside.Start(ctx, "shop")
	if err != nil {
		log.Fatal(err)
	}
	if len(os.Args) > 1 {
		traceside.Go(ctx, "printReceipt", printReceipt)
		select {}
	}
	placeOrder(ctx)
	if err := stop(ctx); err != nil {
		log.Fatal(err)
	}
}
