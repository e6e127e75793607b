// A library.
package main

import (
	"net/http"
	"net/http/httptest"
	"os"

	"github.com/labstack/echo/v4"
	"go.opentelemetry.io/contrib/instrumentation/github.com/labstack/echo/otelecho"

	"shop/recorder"
)

func main() {
	recorder.Start(recorder.Folder())
	e := echo.New()
	e.Use(otelecho.Middleware("library"))
	e.GET("/health", func(c echo.Context) error {
		recorder.Here(c.Request().Context())
		return c.NoContent(http.StatusNoContent)
	})
	handler := &BookHandler{}
	handler.Register(e.Group("/books"))
	members := e.Group("/members")
	members.GET("/:id", showMember)
	members.POST("/:id/loans", lend)
	server := httptest.NewServer(e)
	recorder.Ask(server.URL, "GET /health", "GET /books", "GET /books/7", "POST /books/7/return", "GET /books/search/tea", "GET /members/4", "POST /members/4/loans")
	recorder.Write(os.Args[1])
}
