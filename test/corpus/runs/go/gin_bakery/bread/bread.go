package bread

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"
	"go.opentelemetry.io/otel"

	"shop/recorder"
)

var tracer = otel.Tracer("bread")

func Register(r *gin.RouterGroup) {
	r.GET("", List)
	r.GET("/:kind", Show)
	r.POST("/:kind/bake", Bake)
	r.GET("/:kind/recipe", recipe())
}

func List(c *gin.Context) {
	recorder.Here(c.Request.Context())
	_, span := tracer.Start(c.Request.Context(), "load bread")
	defer span.End()
	c.JSON(http.StatusOK, []string{"rye"})
}

func Show(c *gin.Context) {
	recorder.Here(c.Request.Context())
	c.JSON(http.StatusOK, c.Param("kind"))
}

func Bake(c *gin.Context) {
	ctx := c.Request.Context()
	recorder.Here(ctx)
	heat(ctx)
	c.Status(http.StatusAccepted)
}

func heat(ctx context.Context) {
	ctx, span := otel.Tracer("oven").Start(ctx, "heat oven")
	defer span.End()
	_, inner := tracer.Start(
		ctx,
		"knead dough",
	)
	inner.End()
}

func recipe() gin.HandlerFunc {
	return func(c *gin.Context) {
		c.Status(http.StatusOK)
	}
}
