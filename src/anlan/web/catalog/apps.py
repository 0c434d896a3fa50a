from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "anlan.web.catalog"
    label = "catalog"
