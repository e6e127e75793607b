// A bakery.
package main

import (
	"net/http"
	"net/http/httptest"
	"os"

	"github.com/gin-gonic/gin"
	"go.opentelemetry.io/contrib/instrumentation/github.com/gin-gonic/gin/otelgin"

	"shop/gin_bakery/bread"
	"shop/gin_bakery/orders"
	"shop/recorder"
)

func main() {
	recorder.Start(recorder.Folder())
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.Use(otelgin.Middleware("bakery"))
	r.GET("/health", health)
	r.GET("/version", func(c *gin.Context) {
		recorder.Here(c.Request.Context())
		c.String(http.StatusOK, "1")
	})
	v1 := r.Group("/api/v1")
	bread.Register(v1.Group("/bread"))
	shop := orders.NewShop()
	{
		group := v1.Group("/orders")
		group.POST("", shop.Place)
		group.GET("/:id", shop.Show)
		group.DELETE("/:id", shop.Cancel)
		group.PUT("/:id/lines/:line", shop.ChangeLine)
	}
	server := httptest.NewServer(r)
	orders.Base = server.URL
	recorder.Ask(server.URL, "GET /health", "GET /version", "GET /api/v1/bread", "GET /api/v1/bread/rye", "POST /api/v1/bread/rye/bake",
		"GET /api/v1/bread/rye/recipe", "POST /api/v1/orders", "GET /api/v1/orders/3", "DELETE /api/v1/orders/3", "PUT /api/v1/orders/3/lines/1")
	recorder.Write(os.Args[1])
}

func health(c *gin.Context) {
	recorder.Here(c.Request.Context())
	c.Status(http.StatusNoContent)
}
