"""The scripted harness's parts: standard library only. Started by `../scripted_harness.py`, which documents it."""
