from django.apps import AppConfig


class ReadingsConfig(AppConfig):
    name = "anlan.web.readings"
    label = "readings"
