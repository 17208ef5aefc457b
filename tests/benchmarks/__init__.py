"""Speed, side by side with what a user would have otherwise, in one run: `make bench`. Nothing here is a test."""
