"""Which resources of an agent file each harness can be given by its own flags, and why not the rest."""

from .loaded import ResolvedResource

FRAGMENTS: dict[str, tuple[str, ...]] = {
    "claude-code": ("claude_settings_fragment", "claude_mcp_fragment"),
    "codex": ("codex_config_fragment",),
}
"""The runtimes whose agents are given resources, by their harness's own flags, and the fragments of each."""


def not_given(runtime: str, resource: ResolvedResource) -> str | None:
    """Why an agent in this runtime is not given a resource; None where it is."""
    if resource.kind == "plugins":
        return "plugins are not given to harnesses so far"
    if runtime not in FRAGMENTS:
        return f"{runtime} takes none"
    if resource.kind != "runtime_resources":
        return None
    if resource.runtime != runtime:
        return f"it is for {resource.runtime}, and this is {runtime}"
    if resource.type not in FRAGMENTS[runtime]:
        return f"{runtime} takes {' and '.join(FRAGMENTS[runtime])} only, and it is a {resource.type}"
    return None
