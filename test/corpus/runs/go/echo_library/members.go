package main

import (
	"net/http"

	"github.com/labstack/echo/v4"
	"go.opentelemetry.io/otel"

	"shop/recorder"
)

const spanLend = "members.lend"

func showMember(c echo.Context) error {
	recorder.Here(c.Request().Context())
	return c.JSON(http.StatusOK, c.Param("id"))
}

func lend(c echo.Context) error {
	recorder.Here(c.Request().Context())
	_, span := otel.Tracer("members").Start(c.Request().Context(), spanLend)
	defer span.End()
	return c.NoContent(http.StatusCreated)
}
