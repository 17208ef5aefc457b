"""What is promised about security, each with the tests that hold it; one whose test is renamed away fails here."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHECKS: dict[str, list[str]] = {
    "the socket is 0600 in a 0700 folder from creation on": [
        "tests/contract/test_wire_daemon.py::test_everything_is_private"
    ],
    "another user is refused before a byte is read": [
        "tests/contract/test_wire_limits.py::test_another_user_is_refused_before_a_byte_is_read",
        "tests/contract/test_wire_limits.py::test_the_kernel_names_the_peer",
    ],
    "TCP and HTTP are off, on loopback, and take a token first; wrong ones are limited": [
        "tests/contract/test_wire_limits.py::test_tcp_stays_on_loopback",
        "tests/contract/test_wire_daemon.py::test_tcp_that_others_could_reach",
        "tests/contract/test_wire_limits.py::test_strangers_may_only_say_who_they_are",
        "tests/contract/test_wire_limits.py::test_wrong_tokens_are_counted",
        "tests/contract/test_wire_limits.py::test_http_is_told_that_it_is_not_served",
        "tests/contract/test_wire_web.py::test_wrong_tokens_are_counted",
        "tests/contract/test_principals.py::test_nobody_has_nothing",
    ],
    "a foreign Host, a foreign Origin, `null`; no Origin still needs a token": [
        "tests/contract/test_wire_web.py::test_foreign_hosts",
        "tests/contract/test_wire_web.py::test_foreign_pages",
        "tests/contract/test_wire_web.py::test_a_page_with_somebody_elses_token",
        "tests/contract/test_wire_web.py::test_what_is_refused",
    ],
    "nobody sends as somebody else; tokens are 32 bytes, hashed, new for each generation": [
        "tests/contract/test_principals.py::test_a_hundred_claims",
        "tests/contract/test_principals.py::test_an_agent_is_what_it_is",
        "tests/contract/test_principals.py::test_an_old_generations_token_is_worth_nothing",
        "tests/unit/test_store_desk.py::test_a_token_is_nowhere_but_its_hash",
    ],
    "every method by every principal and tier": [
        "tests/contract/test_principals.py::test_every_method",
        "tests/unit/test_policy.py::test_the_whole_table",
    ],
    "no control byte gets through in a text": [
        "tests/unit/test_text.py::test_no_control_byte_gets_through_and_nothing_else_is_lost"
    ],
    "what is pasted is text, also in a live pane": [
        "tests/real/test_tmux_paste.py::test_hostile_texts_are_texts",
        "tests/real/test_tmux_paste.py::test_every_byte_arrives",
    ],
    "several lines go only where they are asked for": ["tests/unit/test_gate.py::test_several_lines_for_a_terminal"],
    "tmux's formats are text": [
        "tests/unit/test_tmux_quote.py::test_formats_are_made_literal",
        "tests/real/test_tmux_spawn.py::test_folders_with_any_name",
        "tests/real/test_tmux_spawn.py::test_a_title_is_only_text",
    ],
    "a name never means another that begins alike": [
        "tests/real/test_tmux_spawn.py::test_a_name_never_means_another_that_begins_alike"
    ],
    "programs are started from lists of words, here and afar": [
        "tests/unit/test_house.py::test_nobody_makes_a_shell_of_text",
        "tests/real/test_tmux_spawn.py::test_arguments_and_environment_arrive_as_they_are",
        "tests/real/test_remote.py::test_the_shell_there_gets_words_and_nothing_else",
        "tests/real/test_remote.py::test_what_is_no_host",
    ],
    "a spec sets no variable that decides what is run; values are in no argument list": [
        "tests/unit/test_spec_cases.py::test_code_is_raised_where_it_is_marked_and_mended_by_its_fix",
        "tests/unit/test_spec_cases.py::test_every_code_has_a_case",
        "tests/real/test_tmux_spawn.py::test_values_are_in_no_argument_list_and_not_in_the_session",
    ],
    "paths stay where they may be": [
        "tests/real/test_bad_input.py::test_a_bad_rig_file_is_refused_whole",
        "tests/unit/test_spec_load.py::test_a_text_without_a_place_looks_at_nothing",
    ],
    "YAML is bounded, also in what its aliases expand to": [
        "tests/unit/test_spec_document.py::test_bombs_are_refused",
        "tests/unit/test_spec_document.py::test_deep_through_aliases_counts_as_deep",
    ],
    "what a pane shows is shown as text": [
        "tests/unit/test_cli_text.py::test_no_control_character_is_left",
        "tests/unit/test_cli_text.py::test_sequences_go_however_they_are_cut",
    ],
    "no body can fake an envelope": ["tests/unit/test_text.py::test_no_body_can_fake_it"],
    "nobody reports for another": ["tests/contract/test_principals.py::test_an_agent_is_what_it_is"],
    "the log has neither secrets nor words": [
        "tests/contract/test_logs.py::test_nobodys_words_and_no_secrets_are_in_it",
        "tests/contract/test_logs.py::test_it_is_private",
    ],
    "each limit has a named error": [
        "tests/real/test_bad_input.py::test_a_bad_call_is_the_error_that_the_protocol_names",
        "tests/real/test_bad_input.py::test_a_mailbox_has_a_limit",
        "tests/unit/test_text.py::test_a_mebibyte_and_no_more",
        "tests/contract/test_wire_jsonrpc.py::test_sixty_four_levels_and_one_more",
        "tests/contract/test_wire_limits.py::test_too_long_a_line",
    ],
    "an agent doesn't take its own rig down": ["tests/contract/test_principals.py::test_an_agent_is_what_it_is"],
    "a token that is revoked cuts what it opened": [
        "tests/contract/test_wire_tokens.py::test_revoking_cuts_at_once",
        "tests/contract/test_wire_web.py::test_revoking_cuts_every_connection_of_a_token",
    ],
    "no scope and no grant makes a token": ["tests/contract/test_wire_tokens.py::test_no_scope_gives_tokens"],
}


@cache
def functions(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@pytest.mark.parametrize("promise", CHECKS)
def test_it_is_tested(promise: str) -> None:
    for test in CHECKS[promise]:
        path, _, name = test.partition("::")
        assert (ROOT / path).is_file(), test
        assert name in functions(path), test
