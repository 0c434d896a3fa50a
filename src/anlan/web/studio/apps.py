from django.apps import AppConfig


class StudioConfig(AppConfig):
    name = "anlan.web.studio"
    label = "studio"

    def ready(self) -> None:
        """A calibration that is done becomes a twin; runs that belong to the studio lead to it."""
        from anlan.web.runs import hooks
        from anlan.web.studio.selectors import links_of_run
        from anlan.web.studio.services.calibrating import twin_from_run

        hooks.when_done.append(twin_from_run)
        hooks.links_of.append(links_of_run)
