"""Weights of criteria, and alternatives ranked under several of them."""
