// Package recorder records the spans of a program that really runs, each with the line that it comes from: the
// innermost line of the program on the stack when a span starts, and for a server's span the function that calls Here.
package recorder

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
	"sync"

	"go.opentelemetry.io/otel"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

type span struct {
	Name       string         `json:"name"`
	Kind       string         `json:"kind"`
	Attributes map[string]any `json:"attributes"`
	At         string         `json:"at"`
}

type processor struct {
	folder string
	mutex  sync.Mutex
	truth  map[trace.SpanID]string
	spans  []span
}

var recorded *processor

// Start makes the recorder the program's tracer provider; folder is the program's own.
func Start(folder string) {
	recorded = &processor{folder: folder + "/", truth: map[trace.SpanID]string{}}
	otel.SetTracerProvider(sdk.NewTracerProvider(sdk.WithSpanProcessor(recorded)))
}

func (p *processor) OnStart(_ context.Context, s sdk.ReadWriteSpan) {
	if s.SpanKind() == trace.SpanKindServer {
		return
	}
	pcs := make([]uintptr, 60)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs)])
	for {
		frame, more := frames.Next()
		if strings.HasPrefix(frame.File, p.folder) {
			p.set(s.SpanContext().SpanID(), frame.File, frame.Line)
			return
		}
		if !more {
			return
		}
	}
}

func (p *processor) set(id trace.SpanID, file string, line int) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.truth[id] = fmt.Sprintf("%s:%d", strings.TrimPrefix(file, p.folder), line)
}

// Here is called first in a handler: the span around it is this function's.
func Here(ctx context.Context) {
	_, file, line, _ := runtime.Caller(1)
	text, _ := os.ReadFile(file)
	lines := strings.Split(string(text), "\n")
	for line > 1 && !strings.Contains(lines[line-1], "func(") && !strings.HasPrefix(lines[line-1], "func ") {
		line--
	}
	recorded.set(trace.SpanContextFromContext(ctx).SpanID(), file, line)
}

func (p *processor) OnEnd(s sdk.ReadOnlySpan) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	at, ok := p.truth[s.SpanContext().SpanID()]
	if !ok {
		return
	}
	attributes := map[string]any{}
	for _, attribute := range s.Attributes() {
		attributes[string(attribute.Key)] = attribute.Value.AsInterface()
	}
	p.spans = append(p.spans, span{s.Name(), s.SpanKind().String(), attributes, at})
}

func (p *processor) Shutdown(context.Context) error   { return nil }
func (p *processor) ForceFlush(context.Context) error { return nil }

// Ask sends the requests, one after the other.
func Ask(base string, requests ...string) {
	for _, each := range requests {
		method, path, _ := strings.Cut(each, " ")
		request, _ := http.NewRequest(method, base+path, nil)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			panic(err)
		}
		response.Body.Close()
		if response.StatusCode >= 400 {
			fmt.Println("ANSWER", each, response.StatusCode)
		}
	}
}

// Write keeps what was recorded beside the other recordings.
func Write(target string) {
	recorded.mutex.Lock()
	defer recorded.mutex.Unlock()
	seen := map[string]bool{}
	spans := []span{}
	for _, each := range recorded.spans {
		key := each.Name + each.Kind + each.At
		if !seen[key] {
			seen[key] = true
			spans = append(spans, each)
		}
	}
	sort.SliceStable(spans, func(i, j int) bool { return spans[i].At+spans[i].Name < spans[j].At+spans[j].Name })
	framework := strings.TrimSuffix(filepath.Base(target), ".json")
	rows := make([]string, len(spans))
	for index, each := range spans {
		row, _ := json.Marshal(each)
		rows[index] = string(row)
	}
	text := fmt.Sprintf("{\"framework\":%q,\"spans\":[\n%s\n]}\n", framework, strings.Join(rows, ",\n"))
	if err := os.WriteFile(target, []byte(text), 0o644); err != nil {
		panic(err)
	}
	fmt.Printf("%s: %d spans\n", framework, len(spans))
}

// Folder is that of the caller's file.
func Folder() string {
	_, file, _, _ := runtime.Caller(1)
	return filepath.Dir(file)
}
