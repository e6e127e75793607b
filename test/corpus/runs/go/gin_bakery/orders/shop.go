package orders

import (
	"context"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"

	"shop/recorder"
)

// Base is where the bakery itself answers.
var Base string

type Shop struct {
	tracer trace.Tracer
	client *http.Client
}

func NewShop() *Shop {
	return &Shop{
		tracer: otel.Tracer("orders"),
		client: &http.Client{Transport: otelhttp.NewTransport(http.DefaultTransport)},
	}
}

func (s *Shop) Place(c *gin.Context) {
	recorder.Here(c.Request.Context())
	ctx, span := s.tracer.Start(c.Request.Context(), "place order")
	defer span.End()
	s.fetch(ctx, "rye")
	c.Status(http.StatusCreated)
}

func (s *Shop) fetch(ctx context.Context, kind string) {
	request, _ := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("%s/api/v1/bread/%s", Base, kind), nil)
	response, err := s.client.Do(request)
	if err == nil {
		response.Body.Close()
	}
}

func (s *Shop) Show(c *gin.Context) {
	recorder.Here(c.Request.Context())
	c.JSON(http.StatusOK, c.Param("id"))
}

func (s *Shop) Cancel(c *gin.Context) {
	recorder.Here(c.Request.Context())
	_, span := s.tracer.Start(c.Request.Context(), "refund order", trace.WithSpanKind(trace.SpanKindInternal))
	defer span.End()
	c.Status(http.StatusNoContent)
}

func (s *Shop) ChangeLine(c *gin.Context) {
	recorder.Here(c.Request.Context())
	c.Status(http.StatusOK)
}
