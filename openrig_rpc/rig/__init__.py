"""The topology engine: up, down, plan, start, stop, and what tmux really has."""
