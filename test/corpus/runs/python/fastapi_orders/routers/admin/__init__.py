from fastapi import APIRouter

from .reports import reports
from .users import list_users

admin = APIRouter()
admin.include_router(reports, prefix="/reports")
admin.add_api_route("/users", list_users, methods=["GET"])
