"""What agents do, told from hooks, files, screens and processes: a state with its evidence, always derivable again."""
