import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_INDEX = "risks_risk_custom"


def _index(apps, schema_editor):
    """An index over the values of custom fields, where the database has one for JSON."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"CREATE INDEX {_INDEX} ON risks_risk USING gin (custom jsonb_path_ops)")


def _no_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX IF EXISTS {_INDEX}")


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_initial"),
        ("risks", "0003_register_import"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CustomField',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=30, unique=True)),
                ('label', models.CharField(max_length=60)),
                ('label_en', models.CharField(blank=True, max_length=60)),
                ('kind', models.CharField(choices=[('text', 'Text'), ('number', 'Number'), ('date', 'Date'), ('choice', 'Choice'), ('choices', 'Choices'), ('yes_no', 'Yes No'), ('person', 'Person')], max_length=8)),
                ('required', models.BooleanField(default=False)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('measure', models.CharField(blank=True, max_length=20)),
                ('least', models.FloatField(blank=True, null=True)),
                ('most', models.FloatField(blank=True, null=True)),
                ('choices', models.JSONField(blank=True, default=list)),
                ('retired', models.BooleanField(default=False)),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'ordering': ['position', 'id'],
            },
        ),
        migrations.AlterModelOptions(
            name='savedview',
            options={'ordering': ['name']},
        ),
        migrations.AddField(
            model_name='savedview',
            name='first',
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.UniqueConstraint(condition=models.Q(('first', True)), fields=('user',), name='one_first_view'),
        ),
        migrations.AddField(
            model_name='customfield',
            name='unit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='custom_fields', to='people.unit'),
        ),
        migrations.AddConstraint(
            model_name='customfield',
            constraint=models.CheckConstraint(condition=models.Q(('least', None), ('most', None), ('least__lte', models.F('most')), _connector='OR'), name='bounds_in_order'),
        ),
        migrations.RunPython(_index, _no_index),
    ]
