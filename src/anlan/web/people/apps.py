from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "anlan.web.people"
    label = "people"
