"""Django's settings. Everything an operator may change comes from `environment`."""

from pathlib import Path

from anlan.web.project.environment import read_environment

_ENVIRONMENT = read_environment()

SECRET_KEY = _ENVIRONMENT.secret_key
DEBUG = _ENVIRONMENT.debug
ALLOWED_HOSTS = list(_ENVIRONMENT.allowed_hosts)
ANLAN_HOME = _ENVIRONMENT.home

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "axes",
    "anlan.web.common",
    "anlan.web.people",
    "anlan.web.notices",
    "anlan.web.catalog",
    "anlan.web.risks",
    "anlan.web.causes",
    "anlan.web.runs",
    "anlan.web.losses",
    "anlan.web.calibration",
    "anlan.web.studio",
    "anlan.web.staffing",
    "anlan.web.readings",
    "anlan.web.monitoring",
    "anlan.web.sources",
    "anlan.web.project",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "anlan.web.common.middleware.RequestId",
    "anlan.web.common.middleware.ContentPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "anlan.web.people.middleware.OwnLanguageAndZone",
    "anlan.web.project.middleware.NoNul",
    "anlan.web.project.middleware.StartFirst",
    "anlan.web.people.middleware.SignedInUnlessPublic",
    "anlan.web.people.middleware.PasswordIsOwn",
    "anlan.web.people.middleware.RefusalsAreRecorded",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "anlan.web.project.urls"
WSGI_APPLICATION = "anlan.web.project.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "anlan.web.project.context.page",
            ],
            "builtins": ["anlan.web.common.templatetags.anlan"],
        },
    }
]

DATABASES = {"default": _ENVIRONMENT.database, **_ENVIRONMENT.readings}
DATABASE_ROUTERS = ["anlan.web.readings.router.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "people:sign_in"
LOGIN_REDIRECT_URL = "project:cockpit"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "anlan.web.people.door_views.locked_out"
AXES_VERBOSE = False

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [Path(__file__).parents[1] / "static"]
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(ANLAN_HOME / "files")},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MEDIA_ROOT = str(ANLAN_HOME / "files")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 8_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1 * 2**20
ATTACHMENT_MOST_BYTES = _ENVIRONMENT.attachment_mb * 2**20

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "OPTIONS": {}}}

SOURCE_FOLDERS, SOURCE_HOSTS = _ENVIRONMENT.source_folders, _ENVIRONMENT.source_hosts

API_REQUESTS_PER_MINUTE = 600
API_UNKNOWN_PER_MINUTE = 60

ANLAN_ADDRESS = _ENVIRONMENT.address
ANLAN_MAIL = _ENVIRONMENT.mail is not None
if _ENVIRONMENT.mail is not None:
    EMAIL_HOST, EMAIL_PORT = _ENVIRONMENT.mail.host, _ENVIRONMENT.mail.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _ENVIRONMENT.mail.user, _ENVIRONMENT.mail.password
    EMAIL_USE_SSL, EMAIL_USE_TLS = _ENVIRONMENT.mail.tls, _ENVIRONMENT.mail.starttls
    DEFAULT_FROM_EMAIL = _ENVIRONMENT.mail.sender
EMAIL_TIMEOUT = 10

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_HTTPONLY = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = _ENVIRONMENT.https
SECURE_HSTS_SECONDS = 31_536_000 if _ENVIRONMENT.https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _ENVIRONMENT.https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _ENVIRONMENT.https else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
