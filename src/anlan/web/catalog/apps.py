from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "anlan.web.catalog"
    label = "catalog"

    def ready(self) -> None:
        """Imports of workers that are gone are found."""
        from anlan.web.catalog.uploads import IMPORTS
        from anlan.web.common.background import kinds

        kinds.append(IMPORTS)
