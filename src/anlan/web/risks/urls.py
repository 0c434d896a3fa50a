from django.urls import path

from anlan.web.risks import criteria_views, register_views, settings_views, views, workshop_views
from anlan.web.risks.bow_tie.views import edit_bow_tie
from anlan.web.risks.estimating.views import estimate
from anlan.web.risks.exchange import views as exchange
from anlan.web.risks.looking import views as looking
from anlan.web.risks.movement.views import show_movement
from anlan.web.risks.tracing import views as tracing
from anlan.web.risks.worksheets import views as sheets
from anlan.web.risks.worksheets import workbook_views as books

app_name = "risks"
urlpatterns = [
    path("", register_views.register, name="register"),
    path("bulk/", register_views.bulk, name="bulk"),
    path("views/", register_views.keep_view, name="keep_view"),
    path("fields/", settings_views.fields, name="fields"),
    path("fields/new/", settings_views.new_field, name="new_field"),
    path("fields/<str:key>/", settings_views.edit_field, name="edit_field"),
    path("criteria/", criteria_views.criteria, name="criteria"),
    path("criteria/edit/", criteria_views.edit_criteria, name="edit_criteria"),
    path("criteria/picture/", criteria_views.picture, name="criteria_picture"),
    path("criteria/<int:number>/", criteria_views.version, name="criteria_version"),
    path("criteria/<int:number>/criteria.toml", criteria_views.export_criteria, name="export_criteria"),
    path("criteria/<int:number>/decide/", criteria_views.decide_criteria, name="decide_criteria"),
    path("appetite/", settings_views.appetite, name="appetite"),
    path("matrix/", views.matrix, name="matrix"),
    path("movement/", show_movement, name="movement"),
    path("new/", views.new_risk, name="new_risk"),
    path("candidates/", views.candidates, name="candidates"),
    path("looking/<str:code>/", looking.sources, name="sources"),
    path("looking/<str:code>/checklist/", looking.checklist, name="checklist"),
    path("looking/<str:code>/feedback/", looking.feedback, name="feedback"),
    path("candidates/<str:code>/decide/", views.decide, name="decide"),
    path("export.xlsx", exchange.export, name="export"),
    path("template.xlsx", exchange.template, name="template"),
    path("import/", exchange.upload, name="upload"),
    path("import/<int:number>/", exchange.preview, name="preview"),
    path("import/<int:number>/cancel/", exchange.cancel, name="cancel_import"),
    path("worksheets/", sheets.worksheets, name="worksheets"),
    path("worksheets/new/<str:code>/", sheets.new_worksheet, name="new_worksheet"),
    path("worksheets/templates/<str:kind>.xlsx", books.worksheet_template, name="worksheet_template"),
    path("worksheets/<str:code>/", sheets.worksheet, name="worksheet"),
    path("worksheets/<str:code>/sheet.xlsx", books.worksheet_out, name="worksheet_out"),
    path("worksheets/<str:code>/import/", books.worksheet_in, name="worksheet_in"),
    path("worksheets/<str:code>/rows/new/", sheets.new_worksheet_row, name="new_worksheet_row"),
    path("worksheets/<str:code>/rows/<int:number>/", sheets.worksheet_row, name="worksheet_row"),
    path("worksheets/<str:code>/rows/<int:number>/do/<str:action>/", sheets.act_on_row, name="act_on_row"),
    path("workshops/", workshop_views.workshops, name="workshops"),
    path("workshops/new/", workshop_views.new_workshop, name="new_workshop"),
    path("workshops/<str:code>/", workshop_views.workshop, name="workshop"),
    path("workshops/<str:code>/move/", workshop_views.move_workshop, name="move_workshop"),
    path("workshops/<str:code>/record/", workshop_views.workshop_record, name="workshop_record"),
    path("workshops/<str:code>/answer/", workshop_views.my_answer, name="my_answer"),
    path("answer/<str:token>/", workshop_views.answer, name="answer"),
    path("<str:code>/", views.risk, name="risk"),
    path("<str:code>/edit/", views.edit_risk, name="edit_risk"),
    path("<str:code>/assess/", views.assess, name="assess"),
    path("<str:code>/assessments/<int:number>/sign/", views.sign_assessment, name="sign_assessment"),
    path("<str:code>/bow-tie/", edit_bow_tie, name="bow_tie"),
    path("<str:code>/estimate/<str:way>/", estimate, name="estimate"),
    path("<str:code>/trace/", tracing.show_trace, name="trace"),
    path("<str:code>/trace.<str:form>", tracing.trace_file, name="trace_file"),
    path("<str:code>/do/<str:action>/", views.act_on_risk, name="act"),
]
