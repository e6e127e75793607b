// Package traceside shows this program's work in Traceside: spans of OpenTelemetry.
//
//	go get go.opentelemetry.io/otel/sdk go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp
//
// Once, where the program starts:
//
//	stop, err := traceside.Start(ctx, "shop")
//	defer stop(context.Background())
//
// And where the work is done:
//
//	ctx, end := traceside.Span(ctx, "chargeCard")
//	defer func() { end(err) }()
//
// A goroutine takes the trace along, and not the deadline of the request that started it; stop waits for it, a while:
//
//	traceside.Go(ctx, "sendReceipt", func(ctx context.Context) error { … })
//
// A message takes it along too: put Inject(ctx) into its headers where it is sent, and begin with Continue where it is
// taken.
//
// A test is a trace that is named as the test; what it calls with the context hangs below it:
//
//	func TestPrices(t *testing.T) {
//		ctx := traceside.Test(t)
//		…
//	}
//
// A program that was started with TRACEPARENT (by an agent, a test, or traceside run) hangs below the call that started
// it.
//
// Spans go to OTEL_EXPORTER_OTLP_ENDPOINT, by default the port on this machine where Traceside listens; where nobody
// does, the program runs as it would without. MIT licence.
package traceside

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// A debugger wants to see a span soon after it ended.
const exportEvery = 500 * time.Millisecond

// A program that ends waits no longer than this for its goroutines, or for whoever receives its spans.
const patience = 2 * time.Second

// The goroutines of Go whose spans have not ended.
var working atomic.Int64

var propagator = propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{})

// Start sends every span from now on. What it answers with waits for the goroutines of Go, sends the rest, and ends it.
func Start(ctx context.Context, service string) (func(context.Context) error, error) {
	var options []otlptracehttp.Option
	if os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") == "" && os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") == "" {
		options = append(options, otlptracehttp.WithEndpointURL("http://127.0.0.1:4318/v1/traces"))
	}
	exporter, err := otlptracehttp.New(ctx, options...)
	if err != nil {
		return nil, fmt.Errorf("traceside: %w", err)
	}
	described, err := resource.Merge(resource.Default(), resource.NewSchemaless(attribute.String("service.name", service)))
	if err != nil {
		return nil, fmt.Errorf("traceside: %w", err)
	}
	provider := sdktrace.NewTracerProvider(
		sdktrace.WithBatcher(exporter, sdktrace.WithBatchTimeout(exportEvery)),
		sdktrace.WithResource(described),
	)
	otel.SetTracerProvider(provider)
	otel.SetTextMapPropagator(propagator)
	return func(ctx context.Context) error {
		waitForWork(ctx)
		return provider.Shutdown(ctx)
	}, nil
}

// Span begins a span, with the place of the function that calls it. Call what it answers with when the work has ended,
// with its error or nil.
func Span(ctx context.Context, name string) (context.Context, func(error)) {
	return start(ctx, name, 2, trace.SpanKindInternal)
}

// Go runs work in a goroutine of its own, below the current span. The work outlives the request that started it, so
// that request's deadline and cancellation are not its own. A panic is told in the span, and sent, before it goes on.
func Go(ctx context.Context, name string, work func(context.Context) error) {
	ctx, end := start(context.WithoutCancel(ctx), name, 2, trace.SpanKindInternal)
	working.Add(1)
	go func() {
		// Whatever work itself signals, its span ends after that: only this says that it has ended.
		defer working.Add(-1)
		var err error
		defer func() {
			lost := recover()
			if lost != nil {
				err = fmt.Errorf("panic: %v\n%s", lost, debug.Stack())
			}
			end(err)
			if lost != nil {
				flush()
				panic(lost)
			}
		}()
		err = work(ctx)
	}()
}

// Inject answers with headers that take the current trace along with a message.
func Inject(ctx context.Context) map[string]string {
	headers := propagation.MapCarrier{}
	propagator.Inject(around(ctx), headers)
	return headers
}

// Continue begins a span of the consumer's, below the span that sent the message.
func Continue(ctx context.Context, headers map[string]string, name string) (context.Context, func(error)) {
	parent := propagator.Extract(ctx, propagation.MapCarrier(headers))
	return start(parent, name, 2, trace.SpanKindConsumer)
}

// TB is what Test needs of a *testing.T.
type TB interface {
	Helper()
	Name() string
	Failed() bool
	Skipped() bool
	Cleanup(func())
	Logf(format string, args ...any)
}

// Programs that test call no Start.
var startTests sync.Once

// Test begins a span that ends with the test, and answers with the context of what the test calls. The log of a test
// that fails says which trace tells of it.
func Test(t TB) context.Context {
	t.Helper()
	startTests.Do(func() {
		if _, isStarted := otel.GetTracerProvider().(*sdktrace.TracerProvider); isStarted {
			return
		}
		service := os.Getenv("OTEL_SERVICE_NAME")
		if service == "" {
			service = "tests"
		}
		if _, err := Start(context.Background(), service); err != nil {
			t.Logf("traceside: %v", err)
		}
	})
	ctx, end := start(context.Background(), t.Name(), 2, trace.SpanKindInternal)
	span := trace.SpanFromContext(ctx)
	span.SetAttributes(attribute.String("test.case.name", t.Name()))
	t.Cleanup(func() {
		status, err := "pass", error(nil)
		if t.Failed() {
			status, err = "fail", fmt.Errorf("%s failed", t.Name())
			t.Logf("trace_id=%s", span.SpanContext().TraceID())
		} else if t.Skipped() {
			status = "skip"
		}
		span.SetAttributes(attribute.String("test.case.result.status", status))
		end(err)
		// A program of tests ends without a word.
		flush()
	})
	return ctx
}

func start(ctx context.Context, name string, skip int, kind trace.SpanKind) (context.Context, func(error)) {
	var place []attribute.KeyValue
	if counter, file, line, ok := runtime.Caller(skip); ok {
		place = append(place, attribute.String("code.file.path", file), attribute.Int("code.line.number", line))
		if function := runtime.FuncForPC(counter); function != nil {
			place = append(place, attribute.String("code.function.name", function.Name()))
		}
	}
	ctx, span := otel.Tracer("traceside").Start(around(ctx), name, trace.WithSpanKind(kind), trace.WithAttributes(place...))
	return ctx, func(err error) {
		if err != nil {
			span.RecordError(err)
			span.SetStatus(codes.Error, err.Error())
		}
		span.End()
	}
}

// The context; where no span is current in it, with what the environment says of who started this program.
func around(ctx context.Context) context.Context {
	if trace.SpanContextFromContext(ctx).IsValid() {
		return ctx
	}
	return propagator.Extract(ctx, propagation.MapCarrier{
		"traceparent": os.Getenv("TRACEPARENT"),
		"tracestate":  os.Getenv("TRACESTATE"),
		"baggage":     os.Getenv("BAGGAGE"),
	})
}

func waitForWork(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for working.Load() > 0 && ctx.Err() == nil {
		time.Sleep(time.Millisecond)
	}
}

func flush() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if provider, ok := otel.GetTracerProvider().(*sdktrace.TracerProvider); ok {
		_ = provider.ForceFlush(ctx)
	}
}
