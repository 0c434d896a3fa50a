from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "anlan.web.notices"
    label = "notices"
