from django.urls import path

from anlan.web.people import door_views, own_views, role_views, views

app_name = "people"
urlpatterns = [
    path("sign-in/", door_views.sign_in, name="sign_in"),
    path("sign-in/code/", door_views.second_step, name="second_step"),
    path("sign-out/", door_views.sign_out, name="sign_out"),
    path("look/", own_views.set_look, name="set_look"),
    path("me/", own_views.profile, name="profile"),
    path("me/password/", own_views.password, name="password"),
    path("me/sign-ins/<int:pk>/end/", own_views.end_sign_in, name="end_sign_in"),
    path("me/second-step/", own_views.factor, name="factor"),
    path("me/second-step/<str:action>/", own_views.change_factor, name="change_factor"),
    path("me/tokens/", own_views.new_token, name="new_token"),
    path("me/tokens/<int:pk>/revoke/", own_views.revoke_token, name="revoke_token"),
    path("people/", views.people, name="people"),
    path("people/new/", views.new_person, name="new_person"),
    path("people/units/new/", views.new_unit, name="new_unit"),
    path("people/units/<str:code>/", views.unit, name="unit"),
    path("people/units/<str:code>/move/", role_views.move_unit, name="move_unit"),
    path("people/roles/", role_views.role_list, name="roles"),
    path("people/roles/new/", role_views.new_role, name="new_role"),
    path("people/roles/<str:code>/", role_views.role, name="role"),
    path("people/roles/<str:code>/retire/", role_views.retire_role, name="retire_role"),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/roles/", views.give_role, name="give_role"),
    path("people/<int:pk>/roles/<int:assignment>/withdraw/", views.withdraw_role, name="withdraw_role"),
    path("people/<int:pk>/do/<str:action>/", views.act_on_person, name="act_on_person"),
]
