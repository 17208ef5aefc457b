"""Secrets of known shapes, taken out of what agents' terminals show before anybody reads it."""

import re

SHAPES: tuple[tuple[str, str], ...] = (
    ("private key", r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?:[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----|[\s\S]*)"),
    ("AWS key", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    ("GitHub token", r"\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255})"),
    ("GitLab token", r"\bglpat-[A-Za-z0-9_-]{20,}"),
    ("Anthropic key", r"\bsk-ant-[A-Za-z0-9_-]{20,}"),
    ("OpenAI key", r"\bsk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{32,}"),
    ("Stripe key", r"\b[rs]k_(?:live|test)_[A-Za-z0-9]{20,}"),
    ("Slack token", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}"),
    ("Google key", r"\bAIza[0-9A-Za-z_-]{35}"),
    ("npm token", r"\bnpm_[A-Za-z0-9]{36}"),
    ("JWT", r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"),
)
MARKS = (
    "PRIVATE KEY", "AKIA", "ASIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "sk-", "k_live_",
    "k_test_", "xox", "AIza", "npm_", "eyJ",
)  # fmt: skip
"""One of these is in every secret: what has none need not be looked at closely."""
_ANY = re.compile("|".join(f"(?P<s{number}>{shape})" for number, (_, shape) in enumerate(SHAPES)))


def redacted(text: str) -> str:
    """`text` with `[redacted KIND]` where a secret of a known shape stands, if it is not wrapped over lines."""

    if not any(mark in text for mark in MARKS):
        return text

    def named(found: re.Match[str]) -> str:
        assert found.lastgroup is not None
        return f"[redacted {SHAPES[int(found.lastgroup[1:])][0]}]"

    return _ANY.sub(named, text)
