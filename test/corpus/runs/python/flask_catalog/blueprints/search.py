from flask import Blueprint, jsonify
from opentelemetry import trace
from recorder import here

bp = Blueprint("search", __name__, url_prefix="/")
tracer = trace.get_tracer("search")


@bp.route("/search/<word>")
def search(word):
    here()
    return jsonify(rank(word))


@tracer.start_as_current_span("rank results")
def rank(word):
    here()
    return [word]


@bp.route("/search/<word>/facets")
def facets(word):
    here()
    with tracer.start_as_current_span("count %s" % "facets"):
        return jsonify(word=word)


@bp.get("/suggest")
def suggest():
    here()
    return jsonify([])
