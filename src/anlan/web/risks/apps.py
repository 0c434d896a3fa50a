from django.apps import AppConfig


class RisksConfig(AppConfig):
    name = "anlan.web.risks"
    label = "risks"
