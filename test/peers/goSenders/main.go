// This program sends one trace with OpenTelemetry's Go SDK and prints what the SDK made of it: ids, and times in
// nanoseconds as decimal digits. It knows nothing of who receives.
//
//	sender grpc|http|grpc-gzip|http-gzip    standard input: {"ports": …, "spans": […]}, each span after its parent
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

type order struct {
	Ports map[string]int `json:"ports"`
	Spans []span         `json:"spans"`
}

type span struct {
	Name       string  `json:"name"`
	Parent     string  `json:"parent"`
	Link       string  `json:"link"`
	Service    string  `json:"service"`
	Kind       string  `json:"kind"`
	StartNs    string  `json:"startNs"`
	EndNs      string  `json:"endNs"`
	Attributes []typed `json:"attributes"`
	Error      *thrown `json:"error"`
}

// JSON cannot tell an integer from a float, nor write one of 64 bits; the type stands beside the value.
type typed struct {
	Key   string          `json:"key"`
	Type  string          `json:"type"`
	Value json.RawMessage `json:"value"`
}

type thrown struct {
	Type    string `json:"type"`
	Message string `json:"message"`
	Stack   string `json:"stack"`
	TimeNs  string `json:"timeNs"`
}

type made struct {
	Name     string  `json:"name"`
	SpanID   string  `json:"spanId"`
	ParentID *string `json:"parentId"`
	StartNs  string  `json:"startNs"`
	EndNs    string  `json:"endNs"`
}

var kinds = map[string]trace.SpanKind{
	"internal": trace.SpanKindInternal,
	"server":   trace.SpanKindServer,
	"client":   trace.SpanKindClient,
	"producer": trace.SpanKindProducer,
	"consumer": trace.SpanKindConsumer,
}

func main() {
	if err := send(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func send(protocol string) error {
	var work order
	if err := json.NewDecoder(os.Stdin).Decode(&work); err != nil {
		return err
	}
	// An exporter tells nobody but this handler what became of a request.
	var failure error
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { failure = err }))

	ctx := context.Background()
	providers := map[string]*sdktrace.TracerProvider{}
	contexts := map[string]context.Context{}
	all := make([]trace.Span, 0, len(work.Spans))
	for _, each := range work.Spans {
		provider, ok := providers[each.Service]
		if !ok {
			exporter, err := newExporter(ctx, protocol, work.Ports)
			if err != nil {
				return err
			}
			provider = sdktrace.NewTracerProvider(
				sdktrace.WithBatcher(exporter),
				sdktrace.WithResource(resource.NewSchemaless(
					attribute.String("service.name", each.Service),
					attribute.String("host.name", "desk"),
				)),
			)
			providers[each.Service] = provider
		}
		parent, ok := contexts[each.Parent]
		if !ok {
			parent = ctx
		}
		options := []trace.SpanStartOption{
			trace.WithSpanKind(kinds[each.Kind]),
			trace.WithTimestamp(instant(each.StartNs)),
			trace.WithAttributes(attributesOf(each.Attributes)...),
		}
		if link, ok := contexts[each.Link]; ok {
			options = append(options, trace.WithLinks(trace.Link{
				SpanContext: trace.SpanContextFromContext(link),
				Attributes:  []attribute.KeyValue{attribute.String("why", "retry")},
			}))
		}
		tracer := provider.Tracer("shop.tracer", trace.WithInstrumentationVersion("1.2.3"))
		own, one := tracer.Start(parent, each.Name, options...)
		if each.Error != nil {
			one.SetStatus(codes.Error, each.Error.Message)
			one.AddEvent("exception", trace.WithTimestamp(instant(each.Error.TimeNs)), trace.WithAttributes(
				attribute.String("exception.type", each.Error.Type),
				attribute.String("exception.message", each.Error.Message),
				attribute.String("exception.stacktrace", each.Error.Stack),
			))
		}
		contexts[each.Name] = own
		all = append(all, one)
	}
	for i := len(all) - 1; i >= 0; i-- {
		all[i].End(trace.WithTimestamp(instant(work.Spans[i].EndNs)))
	}
	for _, provider := range providers {
		if err := provider.Shutdown(ctx); err != nil {
			return err
		}
	}
	if failure != nil {
		return failure
	}
	return tell(all)
}

func tell(all []trace.Span) error {
	spans := make([]made, 0, len(all))
	for _, each := range all {
		one := each.(sdktrace.ReadOnlySpan)
		told := made{
			Name:    one.Name(),
			SpanID:  one.SpanContext().SpanID().String(),
			StartNs: strconv.FormatInt(one.StartTime().UnixNano(), 10),
			EndNs:   strconv.FormatInt(one.EndTime().UnixNano(), 10),
		}
		if one.Parent().IsValid() {
			parent := one.Parent().SpanID().String()
			told.ParentID = &parent
		}
		spans = append(spans, told)
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{
		"traceId": all[0].SpanContext().TraceID().String(),
		"spans":   spans,
	})
}

func newExporter(ctx context.Context, protocol string, ports map[string]int) (*otlptrace.Exporter, error) {
	isGzip := strings.HasSuffix(protocol, "-gzip")
	switch strings.TrimSuffix(protocol, "-gzip") {
	case "grpc":
		options := []otlptracegrpc.Option{
			otlptracegrpc.WithInsecure(),
			otlptracegrpc.WithEndpoint(fmt.Sprintf("localhost:%d", ports["otlpGrpc"])),
		}
		if isGzip {
			options = append(options, otlptracegrpc.WithCompressor("gzip"))
		}
		return otlptracegrpc.New(ctx, options...)
	case "http":
		options := []otlptracehttp.Option{
			otlptracehttp.WithInsecure(),
			otlptracehttp.WithEndpoint(fmt.Sprintf("localhost:%d", ports["otlpHttp"])),
		}
		if isGzip {
			options = append(options, otlptracehttp.WithCompression(otlptracehttp.GzipCompression))
		}
		return otlptracehttp.New(ctx, options...)
	}
	return nil, fmt.Errorf("unknown protocol %s", protocol)
}

func instant(ns string) time.Time {
	number, err := strconv.ParseInt(ns, 10, 64)
	if err != nil {
		log.Fatal(err)
	}
	return time.Unix(0, number)
}

func attributesOf(list []typed) []attribute.KeyValue {
	read := make([]attribute.KeyValue, 0, len(list))
	for _, each := range list {
		text := strings.Trim(string(each.Value), `"`)
		switch each.Type {
		case "int":
			number, _ := strconv.ParseInt(text, 10, 64)
			read = append(read, attribute.Int64(each.Key, number))
		case "double":
			number, _ := strconv.ParseFloat(text, 64)
			read = append(read, attribute.Float64(each.Key, number))
		case "bool":
			read = append(read, attribute.Bool(each.Key, text == "true"))
		case "strings":
			var words []string
			_ = json.Unmarshal(each.Value, &words)
			read = append(read, attribute.StringSlice(each.Key, words))
		default:
			var word string
			_ = json.Unmarshal(each.Value, &word)
			read = append(read, attribute.String(each.Key, word))
		}
	}
	return read
}
