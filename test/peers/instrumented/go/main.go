// A shop's order, traced by the package that Traceside puts into projects.
package main

import (
	"context"
	"errors"
	"log"
	"sync"

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
	var wait sync.WaitGroup
	wait.Add(2)
	traceside.Go(request, "chargeCard", func(ctx context.Context) error {
		defer wait.Done()
		// What was started outlives the request.
		<-request.Done()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return chargeCard(ctx)
	})
	_ = refund(request)
	headers := traceside.Inject(request)
	go func() {
		defer wait.Done()
		work(headers)
	}()
	cancel()
	wait.Wait()
}

func main() {
	ctx := context.Background()
	stop, err := traceside.Start(ctx, "shop")
	if err != nil {
		log.Fatal(err)
	}
	placeOrder(ctx)
	if err := stop(ctx); err != nil {
		log.Fatal(err)
	}
}
