// A garage, with nothing but net/http.
package main

import (
	"net/http"
	"net/http/httptest"
	"os"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"

	"shop/recorder"
)

type garage struct {
	client *http.Client
	base   string
}

func main() {
	recorder.Start(recorder.Folder())
	g := &garage{client: &http.Client{Transport: otelhttp.NewTransport(nil)}}
	mux := http.NewServeMux()
	mux.Handle("GET /cars", otelhttp.NewHandler(http.HandlerFunc(g.listCars), "list cars"))
	mux.Handle("GET /cars/{plate}", otelhttp.NewHandler(http.HandlerFunc(g.showCar), "GET /cars/{plate}"))
	mux.Handle("POST /cars/{plate}/repair", otelhttp.NewHandler(http.HandlerFunc(g.repair), "repair"))
	handle(mux, "/parts", g.parts)
	server := httptest.NewServer(mux)
	g.base = server.URL
	recorder.Ask(server.URL, "GET /cars", "GET /cars/AB", "POST /cars/AB/repair", "GET /parts")
	recorder.Write(os.Args[1])
}

func handle(mux *http.ServeMux, path string, handler http.HandlerFunc) {
	mux.Handle(path, otelhttp.NewHandler(handler, path))
}

func (g *garage) listCars(w http.ResponseWriter, r *http.Request) {
	recorder.Here(r.Context())
	_, span := otel.Tracer("garage").Start(r.Context(), "look around")
	span.End()
}

func (g *garage) showCar(w http.ResponseWriter, r *http.Request) {
	recorder.Here(r.Context())
}

func (g *garage) repair(w http.ResponseWriter, r *http.Request) {
	recorder.Here(r.Context())
	request, _ := http.NewRequestWithContext(r.Context(), "GET", g.base+"/parts", nil)
	if response, err := g.client.Do(request); err == nil {
		response.Body.Close()
	}
}

func (g *garage) parts(w http.ResponseWriter, r *http.Request) {
	recorder.Here(r.Context())
}
