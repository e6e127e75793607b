// The receipt could not be written, and the caller throws the error away.
package main

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

var receiptTracer = otel.Tracer("receipts")

var errDiskFull = errors.New("no space left on device")

func charge(ctx context.Context, cents int) error {
	_, span := receiptTracer.Start(ctx, "charge", trace.WithSpanKind(trace.SpanKindClient))
	defer span.End()
	time.Sleep(12 * time.Millisecond)
	return nil
}

func writeReceipt(ctx context.Context, cents int) error {
	_, span := receiptTracer.Start(ctx, "writeReceipt")
	defer span.End()
	time.Sleep(4 * time.Millisecond)
	if cents > 1000 {
		span.RecordError(errDiskFull)
		span.SetStatus(codes.Error, errDiskFull.Error())
		return errDiskFull
	}
	return nil
}

func pay(ctx context.Context, cents int) error {
	ctx, span := receiptTracer.Start(ctx, "pay")
	defer span.End()
	if err := charge(ctx, cents); err != nil {
		return err
	}
	_ = writeReceipt(ctx, cents) // fault
	return nil
}

func droppedErrorMain() {
	ctx, span := receiptTracer.Start(context.Background(), "POST /payments", trace.WithSpanKind(trace.SpanKindServer))
	defer span.End()
	if err := pay(ctx, 4999); err != nil {
		span.SetStatus(codes.Error, err.Error())
	}
}
