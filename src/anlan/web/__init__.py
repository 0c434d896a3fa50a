"""The web application: Django apps by noun over the studies.

Views translate, services write, selectors read.
"""
