// The ledger is locked while its entry is written to a slow disk, so bookings wait for each other.
package invoice

import (
	"context"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

type ledger struct {
	mutex   sync.Mutex
	entries []int
}

func (l *ledger) writeEntry(ctx context.Context, amount int) {
	_, span := tracer.Start(ctx, "writeEntry")
	defer span.End()
	time.Sleep(30 * time.Millisecond)
	l.entries = append(l.entries, amount)
}

func (l *ledger) book(ctx context.Context, amount int) {
	ctx, span := tracer.Start(ctx, "book", trace.WithAttributes(attribute.Int("amount", amount)))
	defer span.End()
	checkAmount(ctx, amount)
	l.mutex.Lock() // fault
	defer l.mutex.Unlock()
	l.writeEntry(ctx, amount)
}

func checkAmount(ctx context.Context, amount int) {
	_, span := tracer.Start(ctx, "checkAmount")
	defer span.End()
	time.Sleep(time.Duration(amount%3) * time.Millisecond)
}

func MainOfLedger() {
	ctx, span := tracer.Start(context.Background(), "POST /bookings/batch", trace.WithSpanKind(trace.SpanKindServer))
	defer span.End()
	var l ledger
	var wait sync.WaitGroup
	for amount := range 8 {
		wait.Add(1)
		go func() {
			defer wait.Done()
			l.book(ctx, amount)
		}()
	}
	wait.Wait()
}
