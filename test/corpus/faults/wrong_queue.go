// The consumer listens to another queue than the one that orders are sent to, so that nobody handles them.
package main

import (
	"context"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

var orderTracer = otel.Tracer("orders")

type orderMessage struct {
	headers propagation.MapCarrier
	order   int
}

type orderBroker map[string]chan orderMessage

func (b orderBroker) queue(name string) chan orderMessage {
	if b[name] == nil {
		b[name] = make(chan orderMessage, 8)
	}
	return b[name]
}

func sendOrder(ctx context.Context, broker orderBroker, queue string, order int) {
	ctx, span := orderTracer.Start(ctx, "send "+queue, trace.WithSpanKind(trace.SpanKindProducer), trace.WithAttributes(
		attribute.String("messaging.system", "memory"), attribute.String("messaging.destination.name", queue)))
	defer span.End()
	headers := propagation.MapCarrier{}
	propagation.TraceContext{}.Inject(ctx, headers)
	broker.queue(queue) <- orderMessage{headers, order}
}

func receiveOrders(broker orderBroker, queue string, done <-chan time.Time) {
	for {
		select {
		case message := <-broker.queue(queue):
			ctx := propagation.TraceContext{}.Extract(context.Background(), message.headers)
			_, span := orderTracer.Start(ctx, "process "+queue, trace.WithSpanKind(trace.SpanKindConsumer), trace.WithAttributes(
				attribute.String("messaging.system", "memory"), attribute.String("messaging.destination.name", queue)))
			time.Sleep(10 * time.Millisecond)
			span.End()
		case <-done:
			return
		}
	}
}

func placeOrder(ctx context.Context, broker orderBroker, order int) {
	ctx, span := orderTracer.Start(ctx, "placeOrder")
	defer span.End()
	sendOrder(ctx, broker, "mail", order)
	sendOrder(ctx, broker, "order-placed", order) // fault
}

func wrongQueueMain() {
	broker := orderBroker{}
	broker.queue("mail")
	broker.queue("orders-placed")
	ctx, span := orderTracer.Start(context.Background(), "POST /orders", trace.WithSpanKind(trace.SpanKindServer))
	placeOrder(ctx, broker, 7)
	span.End()
	go receiveOrders(broker, "mail", time.After(100*time.Millisecond))
	receiveOrders(broker, "orders-placed", time.After(100*time.Millisecond))
}
