"""What an editor announced that it can do. Nothing else is sent to it, or offered."""

from __future__ import annotations

from dataclasses import dataclass

from lsprotocol import types
from pygls.capabilities import get_capability


@dataclass(frozen=True, slots=True)
class Able:
    """An editor's abilities, by what we make of them."""

    documents: bool = False
    snippets: bool = False
    indents: bool = False
    tags: frozenset[types.DiagnosticTag] = frozenset()
    nested_symbols: bool = False
    action_literals: bool = False
    prepares_rename: bool = False
    versioned_edits: bool = False
    annotated_edits: bool = False
    lenses: bool = False
    lens_refresh: bool = False
    hints: bool = False
    hint_refresh: bool = False
    progress: bool = False
    watches: bool = False

    @classmethod
    def of(cls, said: types.ClientCapabilities) -> Able:
        """What these capabilities say."""

        def has(name: str) -> bool:
            return bool(get_capability(said, name, False))

        modes = get_capability(said, "text_document.completion.completion_item.insert_text_mode_support", None)
        default = get_capability(said, "text_document.completion.insert_text_mode", None)
        tags = get_capability(said, "text_document.publish_diagnostics.tag_support", None)
        adjust = types.InsertTextMode.AdjustIndentation
        return cls(
            documents=said.text_document is not None,
            snippets=has("text_document.completion.completion_item.snippet_support"),
            indents=default == adjust or (modes is not None and adjust in modes.value_set),
            tags=frozenset(tags.value_set) if tags is not None else frozenset(),
            nested_symbols=has("text_document.document_symbol.hierarchical_document_symbol_support"),
            action_literals=get_capability(said, "text_document.code_action.code_action_literal_support", None)
            is not None,
            prepares_rename=has("text_document.rename.prepare_support"),
            versioned_edits=has("workspace.workspace_edit.document_changes"),
            annotated_edits=get_capability(said, "workspace.workspace_edit.change_annotation_support", None)
            is not None,
            lenses=get_capability(said, "text_document.code_lens", None) is not None,
            lens_refresh=has("workspace.code_lens.refresh_support"),
            hints=get_capability(said, "text_document.inlay_hint", None) is not None,
            hint_refresh=has("workspace.inlay_hint.refresh_support"),
            progress=has("window.work_done_progress"),
            watches=has("workspace.did_change_watched_files.dynamic_registration"),
        )
