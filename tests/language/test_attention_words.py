"""What a person is shown when an agent asks, and what the buttons stand for."""

from openrig_rpc.language.attention import buttons, question
from openrig_rpc.language.shapes import MOST_ASKED
from openrig_rpc.model.agent import Agent, AgentState, Choice, Evidence, Prompt, PromptKind

AT = "2026-01-01T00:00:00.000Z"
AGENT = Agent(
    id="a1",
    generation=1,
    address="dev-a@demo",
    rig="demo",
    pod="dev",
    member="a",
    runtime="codex",
    cwd="/",
    state=AgentState.NEEDS_INPUT,
    state_since=AT,
    evidence=Evidence(source="screen", at=AT, detail="a prompt"),
)


def prompt(text: str, *labels: str, kind: PromptKind = PromptKind.PERMISSION) -> Prompt:
    choices = [Choice(id=str(number), label=label) for number, label in enumerate(labels, 1)]
    return Prompt(id="p1", kind=kind, question=text, choices=choices, opened_at=AT)


def chosen(asked: Prompt) -> dict[str, str]:
    return {button: choice.id for button, choice in buttons(asked).items()}


def test_the_whole_command_is_shown_as_it_is() -> None:
    text = question(AGENT, prompt("cat <<E\n    two  spaces\nE\u202e\x1b[2J"))
    assert text == "dev-a@demo asks for permission:\ncat <<E\n    two  spaces\nE\\u202e\\x1b[2J"


def test_allow_is_the_narrowest_yes() -> None:
    asked = prompt("rm x", "Yes, proceed", "Yes, and don't ask again", "No, and tell it what to do")
    assert chosen(asked) == {"Allow": "1", "Deny": "3"}
    assert chosen(prompt("rm x", "1. Allow once", "2. Allow always", "3. Deny")) == {"Allow": "1", "Deny": "3"}


def test_words_that_only_begin_alike_are_not_meant() -> None:
    assert chosen(prompt("?", "Yesterday", "Nothing")) == {"Yesterday": "1", "Nothing": "2"}


def test_hooks_have_ids() -> None:
    asked = prompt("rm x")
    asked.choices = [Choice(id="allow", label="Erlauben"), Choice(id="deny", label="Ablehnen")]
    assert chosen(asked) == {"Allow": "allow", "Deny": "deny"}


def test_what_is_not_shown_whole_can_only_be_denied() -> None:
    asked = prompt("x" * (MOST_ASKED + 7), "Yes", "No")
    assert chosen(asked) == {"Deny": "2"}
    assert "7 characters more" in question(AGENT, asked)


def test_other_questions_have_their_own_words() -> None:
    asked = prompt("Trust this folder?", "Yes, I trust it", "No, exit", kind=PromptKind.TRUST)
    assert chosen(asked) == {"Yes, I trust it": "1", "No, exit": "2"}
    assert question(AGENT, asked).startswith("dev-a@demo asks (trust):")
