import os

import requests
from django.http import HttpResponse, JsonResponse
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from opentelemetry import trace
from recorder import here

tracer = trace.get_tracer("depot")
API = os.environ["STOCK_URL"]


def home(request):
    here()
    return HttpResponse("home")


def stock(request, sku):
    here()
    return JsonResponse({"count": 3})


def parcel_list(request):
    here()
    with tracer.start_as_current_span("select parcels"):
        return JsonResponse({"parcels": []})


def late_parcels(request):
    here()
    return JsonResponse({})


class ParcelDetail(View):
    def get(self, request, pk):
        here()
        requests.get("%s/stock/%s/" % (API, pk), timeout=5)
        return JsonResponse({"id": pk})


@csrf_exempt
def ship(request, pk):
    here()
    with tracer.start_as_current_span("ship parcel") as span:
        span.set_attribute("parcel", pk)
        book_truck(pk)
    return JsonResponse({})


@tracer.start_as_current_span("book truck")
def book_truck(pk):
    here()
    requests.get(API + "/stock/" + str(pk) + "/", timeout=5)


class TruckView(View):
    def get(self, request, plate):
        here()
        return JsonResponse({"plate": plate})

    def put(self, request, plate):
        here()
        with tracer.start_as_current_span("update truck"):
            return JsonResponse({"plate": plate})


def routes(request, year):
    here()
    return JsonResponse({"year": year})


@csrf_exempt
def plan_routes(request, year):
    here()
    with tracer.start_as_current_span("solve routes"):
        return JsonResponse({"year": year})


class DriverList(View):
    def get(self, request):
        here()
        return JsonResponse({})
