// Work that is handed over without its trace, in one way each, and work that is handed over well. One way a run.
package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"
	"traceside.dev/shop/traceside"
)

var done sync.WaitGroup
var parcels = make(chan int, 1)

func sendReceipt(ctx context.Context, order int) {
	// Last of all: who waits for it sends what has ended.
	defer done.Done()
	_, end := traceside.Span(ctx, "sendReceipt")
	defer end(nil)
	time.Sleep(20 * time.Millisecond)
}

func chargeCard(ctx context.Context, order int) {
	_, end := traceside.Span(ctx, "chargeCard")
	defer end(nil)
	time.Sleep(10 * time.Millisecond)
}

func loseGoroutine(ctx context.Context) {
	ctx, end := traceside.Span(ctx, "loseGoroutine")
	defer end(nil)
	chargeCard(ctx, 7)
	done.Add(1)
	go sendReceipt(context.Background(), 7)
}

func loseClosure(ctx context.Context) {
	ctx, end := traceside.Span(ctx, "loseClosure")
	defer end(nil)
	chargeCard(ctx, 7)
	done.Add(1)
	go func(order int) {
		late, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		sendReceipt(late, order)
	}(7)
}

func loseBackground(ctx context.Context) {
	ctx, end := traceside.Span(ctx, "loseBackground")
	defer end(nil)
	if ctx.Err() != nil {
		return
	}
	chargeCard(context.TODO(), 7)
}

func pack() {
	for parcel := range parcels {
		sendReceipt(context.Background(), parcel)
	}
}

// The span's own context is thrown away.
func loseChannel(ctx context.Context) {
	_, end := traceside.Span(ctx, "loseChannel")
	defer end(nil)
	done.Add(1)
	parcels <- 7
}

func loseTimer(ctx context.Context) {
	_, end := traceside.Span(ctx, "loseTimer")
	defer end(nil)
	done.Add(1)
	time.AfterFunc(time.Millisecond, func() { sendReceipt(context.Background(), 7) })
}

// toldTransport tells of each request, as instrumented clients do.
type toldTransport struct{}

func (toldTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	_, span := otel.Tracer("client").Start(request.Context(), "GET", trace.WithSpanKind(trace.SpanKindClient))
	defer span.End()
	return http.DefaultTransport.RoundTrip(request)
}

func loseRequest(ctx context.Context) {
	ctx, end := traceside.Span(ctx, "loseRequest")
	defer end(nil)
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	request, err := http.NewRequest("GET", server.URL, nil)
	if err != nil || ctx.Err() != nil {
		return
	}
	client := http.Client{Transport: toldTransport{}}
	if response, err := client.Do(request); err == nil {
		response.Body.Close()
	}
}

func keepGoroutine(ctx context.Context) {
	ctx, end := traceside.Span(ctx, "keepGoroutine")
	defer end(nil)
	done.Add(1)
	go sendReceipt(context.WithoutCancel(ctx), 7)
}

// The fresh context is of no span.
func keepBackground(ctx context.Context) {
	ctx, end := traceside.Span(ctx, "keepBackground")
	defer end(nil)
	waiting, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	<-waiting.Done()
	chargeCard(ctx, 7)
}

func main() {
	stop, err := traceside.Start(context.Background(), "shop")
	if err != nil {
		panic(err)
	}
	go pack()
	ways := map[string]func(context.Context){
		"loseGoroutine": loseGoroutine, "loseClosure": loseClosure, "loseBackground": loseBackground,
		"loseChannel": loseChannel, "loseTimer": loseTimer, "loseRequest": loseRequest,
		"keepGoroutine": keepGoroutine, "keepBackground": keepBackground,
	}
	ways[os.Args[1]](context.Background())
	done.Wait()
	_ = stop(context.Background())
}
