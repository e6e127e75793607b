import os

import requests
from flask import Blueprint, jsonify
from opentelemetry import trace
from recorder import here

cart = Blueprint("cart", __name__)
tracer = trace.get_tracer("cart")


@cart.route("/<cart_id>")
def show(cart_id):
    here()
    return jsonify(id=cart_id)


@cart.route("/<cart_id>/lines", methods=["POST"])
def add_line(cart_id):
    here()
    url = os.environ["STOCK_URL"] + "/stock/" + cart_id
    requests.get(url, timeout=5)
    return jsonify(ok=True)


@cart.delete("/<cart_id>/lines/<int:line>")
def remove_line(cart_id, line):
    here()
    return jsonify(line=line)


@cart.post("/<cart_id>/checkout")
def checkout(cart_id):
    here()
    with tracer.start_as_current_span("checkout.total"):
        with tracer.start_as_current_span("checkout.discounts"):
            pass
    with tracer.start_as_current_span(name="checkout.payment"):
        return jsonify(ok=True)
