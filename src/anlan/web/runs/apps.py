from django.apps import AppConfig


class RunsConfig(AppConfig):
    name = "anlan.web.runs"
    label = "runs"
