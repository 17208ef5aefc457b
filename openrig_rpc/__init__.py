"""OpenRig RPC: a team of coding agents in tmux, seen and steered over JSON-RPC."""
