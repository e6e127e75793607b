package main

import (
	"net/http"

	"github.com/labstack/echo/v4"
	"go.opentelemetry.io/otel"

	"shop/recorder"
)

type BookHandler struct{}

func (h *BookHandler) Register(g *echo.Group) {
	g.GET("", h.List)
	g.GET("/:isbn", h.Show)
	g.POST("/:isbn/return", h.Return)
	g.GET("/search/:word", h.Search)
}

func (h *BookHandler) List(c echo.Context) error {
	recorder.Here(c.Request().Context())
	return c.JSON(http.StatusOK, []string{})
}

func (h *BookHandler) Show(c echo.Context) error {
	recorder.Here(c.Request().Context())
	_, span := otel.Tracer("books").Start(c.Request().Context(), "books.find")
	defer span.End()
	return c.JSON(http.StatusOK, c.Param("isbn"))
}

func (h *BookHandler) Return(c echo.Context) error {
	recorder.Here(c.Request().Context())
	ctx, span := otel.Tracer("books").Start(c.Request().Context(), "books.return")
	defer span.End()
	_, fine := otel.Tracer("books").Start(ctx, "books.fine")
	fine.End()
	return c.NoContent(http.StatusOK)
}

func (h *BookHandler) Search(c echo.Context) error {
	recorder.Here(c.Request().Context())
	return c.JSON(http.StatusOK, c.Param("word"))
}
