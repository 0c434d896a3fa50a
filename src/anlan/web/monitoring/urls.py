from django.urls import path

from anlan.web.monitoring import alert_views, doubt_views, formula_views, views

app_name = "monitoring"
urlpatterns = [
    path("indicators/", views.indicators, name="indicators"),
    path("indicators/new/", views.new_indicator, name="new_indicator"),
    path("indicators/check-formula/", formula_views.check_formula, name="check_formula"),
    path("indicators/<str:code>/", views.indicator, name="indicator"),
    path("indicators/<str:code>/edit/", views.edit_indicator, name="edit_indicator"),
    path("indicators/<str:code>/readings/", views.enter_reading, name="enter_reading"),
    path("from-run/<str:code>/", views.from_run, name="from_run"),
    path("alerts/", alert_views.alerts, name="alerts"),
    path("alerts/<str:code>/", alert_views.alert, name="alert"),
    path("alerts/<str:code>/do/", alert_views.act, name="act"),
    path("alerts/<str:code>/effects/<str:risk>/", alert_views.effect, name="effect"),
    path("doubts/", doubt_views.doubts, name="doubts"),
    path("doubts/<int:number>/", doubt_views.decide, name="decide_doubt"),
    path("silences/", alert_views.silences, name="silences"),
    path("silences/<int:number>/end/", alert_views.end_silence, name="end_silence"),
]
