"""`rig`: a client over the socket, with the standard library and the generated table of verbs alone."""
