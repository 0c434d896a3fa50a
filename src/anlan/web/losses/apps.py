from django.apps import AppConfig


class LossesConfig(AppConfig):
    name = "anlan.web.losses"
    label = "losses"

    def ready(self) -> None:
        """A run that belongs to a loss year leads to it."""
        from anlan.web.losses.selectors import links_of_run
        from anlan.web.runs.hooks import links_of

        links_of.append(links_of_run)
