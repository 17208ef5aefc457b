"""One file a harness, its screen rules as data beside it. `shelf` knows them all."""
