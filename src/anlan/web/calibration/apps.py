from django.apps import AppConfig


class CalibrationConfig(AppConfig):
    name = "anlan.web.calibration"
    label = "calibration"
