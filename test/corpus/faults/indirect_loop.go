// Each order of a page asks for its customer, two functions below the loop.
package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

var pageTracer = otel.Tracer("pages")

func queryRow(ctx context.Context, statement string, argument int) string {
	_, span := pageTracer.Start(ctx, "SELECT customers", trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(
		attribute.String("db.system.name", "postgresql"), attribute.String("db.query.text", statement)))
	defer span.End()
	time.Sleep(3 * time.Millisecond)
	return fmt.Sprint("customer ", argument)
}

func customerName(ctx context.Context, id int) string {
	return strings.ToUpper(queryRow(ctx, "SELECT name FROM customers WHERE id = $1", id))
}

func formatOrder(ctx context.Context, order int) string {
	return fmt.Sprintf("%d for %s", order, customerName(ctx, order*3))
}

func listOrders(ctx context.Context) []int {
	_, span := pageTracer.Start(ctx, "SELECT orders", trace.WithSpanKind(trace.SpanKindClient))
	defer span.End()
	time.Sleep(4 * time.Millisecond)
	return []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}
}

func showOrders(ctx context.Context) string {
	ctx, span := pageTracer.Start(ctx, "showOrders")
	defer span.End()
	var page strings.Builder
	for _, order := range listOrders(ctx) {
		page.WriteString(formatOrder(ctx, order)) // fault
	}
	return page.String()
}

func indirectLoopMain() {
	ctx, span := pageTracer.Start(context.Background(), "GET /orders", trace.WithSpanKind(trace.SpanKindServer))
	defer span.End()
	showOrders(ctx)
}
