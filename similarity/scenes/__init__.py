"""Frames to scenes, while they are decoded."""
