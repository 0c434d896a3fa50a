from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "anlan.web.monitoring"
    label = "monitoring"
