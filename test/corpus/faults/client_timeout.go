// Package search asks its index with a client that gives up too early.
package search

import (
	"context"
	"net/http"
	"net/http/httptest"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

var tracer = otel.Tracer("shop/search")

var client = &http.Client{Timeout: 40 * time.Millisecond}

func find(ctx context.Context, url string) error {
	ctx, span := tracer.Start(ctx, "find", trace.WithSpanKind(trace.SpanKindClient))
	defer span.End()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := client.Do(request) // fault
	if err != nil {
		span.RecordError(err, trace.WithStackTrace(true))
		span.SetStatus(codes.Error, err.Error())
		return err
	}
	return response.Body.Close()
}

// Main serves one request.
func Main() {
	index := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { time.Sleep(90 * time.Millisecond) }))
	defer index.Close()
	ctx, span := tracer.Start(context.Background(), "GET /search", trace.WithSpanKind(trace.SpanKindServer))
	defer span.End()
	if err := find(ctx, index.URL); err != nil {
		span.SetStatus(codes.Error, "no results")
	}
}
