"""Fault trees, event trees and bow-ties that people draw: kept, changed, shown, calculated, exchanged."""
