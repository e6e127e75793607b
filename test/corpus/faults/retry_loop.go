// Package stock asks a warehouse again at once when it fails, five times, so that it never comes to rest.
package stock

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

var tracer = otel.Tracer("shop/stock")

func ask(ctx context.Context, sku string) (int, error) {
	_, span := tracer.Start(ctx, "GET /stock", trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(attribute.String("sku", sku)))
	defer span.End()
	time.Sleep(9 * time.Millisecond)
	err := errors.New("503 warehouse is busy")
	span.RecordError(err)
	span.SetStatus(codes.Error, err.Error())
	return 0, err
}

func count(ctx context.Context, sku string) (int, error) {
	ctx, span := tracer.Start(ctx, "count")
	defer span.End()
	var last error
	for range 5 {
		number, err := ask(ctx, sku) // fault
		if err == nil {
			return number, nil
		}
		last = err
	}
	span.SetStatus(codes.Error, last.Error())
	return 0, last
}

// Main serves one request.
func Main() {
	ctx, span := tracer.Start(context.Background(), "GET /items", trace.WithSpanKind(trace.SpanKindServer))
	defer span.End()
	if _, err := count(ctx, "A1"); err != nil {
		span.SetStatus(codes.Error, err.Error())
	}
}
