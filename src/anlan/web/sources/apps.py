from django.apps import AppConfig


class SourcesConfig(AppConfig):
    name = "anlan.web.sources"
    label = "sources"
