from django.urls import path

from . import views
from .labels import show_label

urlpatterns = [
    path("", views.parcel_list, name="parcel-list"),
    path("late/", views.late_parcels),
    path("<int:pk>/", views.ParcelDetail.as_view(), name="parcel-detail"),
    path("<int:pk>/ship/", views.ship),
    path("<int:pk>/labels/<int:number>/", show_label),
]
