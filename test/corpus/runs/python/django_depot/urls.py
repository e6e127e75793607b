from django.urls import include, path, re_path
from parcels import views

api = [
    path("routes/<int:year>/", views.routes),
    re_path(r"^routes/(?P<year>[0-9]{4})/plan/$", views.plan_routes),
    path("drivers/", views.DriverList.as_view()),
]

urlpatterns = [
    path("", views.home, name="home"),
    path("stock/<sku>/", views.stock),
    path("parcels/", include("parcels.urls")),
    re_path(r"^trucks/(?P<plate>[A-Z0-9-]+)$", views.TruckView.as_view(), name="truck"),
    path("api/v2/", include(api)),
]
