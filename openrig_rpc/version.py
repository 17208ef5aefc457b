"""The one place that says which version this is; imported by nothing heavy."""

VERSION = "0.1.0"
PROTOCOL = "1.0"
