"""What people and agents share: the inbox, rooms, tasks, transcripts."""
