from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("studio", "0002_designs"),
    ]

    operations = [
        migrations.AddField(
            model_name="twindesign",
            name="origin",
            field=models.JSONField(default=dict),
        ),
    ]
