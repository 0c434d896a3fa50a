from django.apps import AppConfig


class StudioConfig(AppConfig):
    name = "anlan.web.studio"
    label = "studio"

    def ready(self) -> None:
        """A calibration that is done becomes a twin; runs that belong to the studio lead to it, and
        so do the nodes of a map."""
        from anlan.web.catalog import hooks as catalog_hooks
        from anlan.web.runs import hooks
        from anlan.web.studio.at_node import redesigns_of
        from anlan.web.studio.selectors import links_of_run
        from anlan.web.studio.services.calibrating import twin_from_run

        hooks.when_done.append(twin_from_run)
        hooks.links_of.append(links_of_run)
        catalog_hooks.redesigns_of.append(redesigns_of)
