"""RigSpec and AgentSpec files: YAML with positions to models, or diagnostics with ranges. Nothing is ever run."""
