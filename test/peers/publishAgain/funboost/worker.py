"""Runs what stands in the queues."""

from shop.tasks import place_order

place_order.consume()
