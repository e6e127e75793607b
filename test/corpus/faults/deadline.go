// Package invoice prints an invoice with a deadline that its font loader can never keep.
package invoice

import (
	"context"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

var tracer = otel.Tracer("invoice")

func loadFonts(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "loadFonts")
	defer span.End()
	select {
	case <-time.After(140 * time.Millisecond):
		return nil
	case <-ctx.Done():
		span.RecordError(ctx.Err())
		span.SetStatus(codes.Error, ctx.Err().Error())
		return ctx.Err()
	}
}

func layOut(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "layOut")
	defer span.End()
	time.Sleep(5 * time.Millisecond)
	return loadFonts(ctx)
}

func printInvoice(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "printInvoice")
	defer span.End()
	bounded, cancel := context.WithTimeout(ctx, 50*time.Millisecond) // fault
	defer cancel()
	if err := layOut(bounded); err != nil {
		span.SetStatus(codes.Error, err.Error())
		return err
	}
	return nil
}

func Main() {
	ctx, span := tracer.Start(context.Background(), "POST /invoices", trace.WithSpanKind(trace.SpanKindServer))
	defer span.End()
	if err := printInvoice(ctx); err != nil {
		span.SetStatus(codes.Error, "not printed")
	}
}
