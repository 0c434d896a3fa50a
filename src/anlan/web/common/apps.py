from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "anlan.web.common"
    label = "common"
