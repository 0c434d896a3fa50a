from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "anlan.web.project"
    label = "project"
