SECRET_KEY = "not a secret: this server is a test's"
DEBUG = False
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "urls"
INSTALLED_APPS = []
MIDDLEWARE = []
APPEND_SLASH = False

REQUESTS = [
    ("GET", "/"),
    ("GET", "/stock/7/"),
    ("GET", "/parcels/"),
    ("GET", "/parcels/12/"),
    ("POST", "/parcels/12/ship/"),
    ("GET", "/parcels/12/labels/2/"),
    ("GET", "/parcels/late/"),
    ("GET", "/trucks/AB-12"),
    ("PUT", "/trucks/AB-12"),
    ("GET", "/api/v2/routes/2026/"),
    ("POST", "/api/v2/routes/2026/plan/"),
    ("GET", "/api/v2/drivers/"),
]
