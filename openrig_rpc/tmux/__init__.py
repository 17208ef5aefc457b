"""The only code that runs tmux. `server.Tmux` is the door; `pane` has the nouns it hands out."""
