"""A role that is given to nobody any more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0003_sign_ins")]

    operations = [migrations.AddField("role", "retired", models.BooleanField(default=False))]
