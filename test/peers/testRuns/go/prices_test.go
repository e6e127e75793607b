package main

import (
	"context"
	"testing"

	"traceside.dev/shop/traceside"
)

func total(ctx context.Context, prices ...int) int {
	_, end := traceside.Span(ctx, "total")
	defer end(nil)
	sum := 0
	for _, price := range prices {
		sum += price
	}
	return sum
}

func TestTotal(t *testing.T) {
	if total(traceside.Test(t), 5, 5) != 10 {
		t.Error("no sum")
	}
}

func TestDiscount(t *testing.T) {
	t.Run("none", func(t *testing.T) {
		if total(traceside.Test(t)) != 0 {
			t.Error("not nothing")
		}
	})
}

func TestWrong(t *testing.T) {
	if total(traceside.Test(t), 1, 2) != 4 {
		t.Error("expected 4")
	}
}
