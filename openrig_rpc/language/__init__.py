"""rig.yaml and agent.yaml as a language: what an editor shows, offers, changes. Imported when an LSP client comes."""
