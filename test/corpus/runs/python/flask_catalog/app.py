"""A catalogue of things to buy."""

import os

import requests
from flask import Flask, jsonify
from flask.views import MethodView
from opentelemetry import trace
from recorder import here

tracer = trace.get_tracer(__name__)
STOCK = os.environ["STOCK_URL"] + "/stock"


class ItemView(MethodView):
    def get(self, item_id):
        here()
        return jsonify(id=item_id)

    def delete(self, item_id):
        here()
        with tracer.start_as_current_span("drop item"):
            return "", 204


class TagView(MethodView):
    def get(self):
        here()
        return jsonify([])


def create_app():
    from blueprints.cart import cart
    from blueprints.search import bp as search

    app = Flask(__name__)
    app.register_blueprint(cart, url_prefix="/cart")
    app.register_blueprint(search)
    app.add_url_rule("/items/<int:item_id>", view_func=ItemView.as_view("item"))
    app.add_url_rule("/tags", view_func=TagView.as_view("tags"))
    app.add_url_rule("/version", "version", show_version)

    @app.route("/")
    def home():
        here()
        return "home"

    @app.get("/stock/<sku>")
    def stock(sku):
        here()
        return jsonify(count=3)

    @app.route("/items", methods=["GET"])
    def list_items():
        here()
        with tracer.start_as_current_span("load items"):
            return jsonify(requests.get(f"{STOCK}/all", timeout=5).json())

    @app.route("/items", methods=["POST"])
    def add_item():
        here()
        with tracer.start_as_current_span("store item"):
            pass
        return jsonify(ok=True)

    @app.errorhandler(404)
    def missing(_error):
        return "missing", 404

    return app


def show_version():
    here()
    return "1"


REQUESTS = [
    ("GET", "/"),
    ("GET", "/stock/7"),
    ("GET", "/items"),
    ("POST", "/items"),
    ("GET", "/items/4"),
    ("DELETE", "/items/4"),
    ("GET", "/tags"),
    ("GET", "/version"),
    ("GET", "/cart/17"),
    ("POST", "/cart/17/lines"),
    ("DELETE", "/cart/17/lines/2"),
    ("POST", "/cart/17/checkout"),
    ("GET", "/search/tea"),
    ("GET", "/search/tea/facets"),
    ("GET", "/suggest"),
]
