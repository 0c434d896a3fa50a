"""The bow-tie of a risk: its picture, its form, its pages and endpoints."""
