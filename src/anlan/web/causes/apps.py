from django.apps import AppConfig


class CausesConfig(AppConfig):
    name = "anlan.web.causes"
    label = "causes"

    def ready(self) -> None:
        """A risk's page lists the models about it, and they go with it to another unit."""
        from anlan.web.causes.selectors import models_about
        from anlan.web.causes.services import follow_risk
        from anlan.web.risks import hooks

        hooks.models_about.append(models_about)
        hooks.followed.append(follow_risk)
