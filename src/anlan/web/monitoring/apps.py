from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "anlan.web.monitoring"
    label = "monitoring"

    def ready(self) -> None:
        """A run that proposes indicators leads to where they are taken up."""
        from anlan.web.monitoring.services.adopting import links_of_run
        from anlan.web.runs import hooks

        hooks.links_of.append(links_of_run)
