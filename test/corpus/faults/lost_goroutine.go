// Package notify tells a customer in a goroutine that forgets whom it works for.
package notify

import (
	"context"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"
)

var tracer = otel.Tracer("shop/notify")

func tell(ctx context.Context, customer string) {
	_, span := tracer.Start(ctx, "tellCustomer")
	defer span.End()
	time.Sleep(20 * time.Millisecond)
}

func ship(ctx context.Context, order int) {
	_, span := tracer.Start(ctx, "ship")
	defer span.End()
	var group sync.WaitGroup
	group.Add(1)
	go func() {
		defer group.Done()
		tell(context.Background(), "ann") // fault
	}()
	time.Sleep(10 * time.Millisecond)
	group.Wait()
}

// Main serves one request.
func Main() {
	ctx, span := tracer.Start(context.Background(), "POST /shipments", trace.WithSpanKind(trace.SpanKindServer))
	defer span.End()
	ship(ctx, 17)
}
