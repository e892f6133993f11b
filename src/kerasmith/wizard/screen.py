"""A person at a terminal: questions as questionary shows them, with a line of help below.

The line below follows what is typed or pointed at: it says what an answer means, or what is wrong
with it, and is wrapped to the width that the terminal has at the moment.
"""

import os
import shutil
import textwrap
from collections.abc import Callable, Iterable, Sequence
from typing import Any

# Where the cursor is need not be known, and some terminals answer the question with a delay,
# or not at all. prompt_toolkit looks at this when its output is made.
os.environ.setdefault("PROMPT_TOOLKIT_NO_CPR", "1")

import questionary
from prompt_toolkit.filters import Condition, is_done
from prompt_toolkit.formatted_text import FormattedText, StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent, merge_key_bindings
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import (
    ConditionalContainer,
    FormattedTextControl,
    HSplit,
    Layout,
    ScrollOffsets,
    Window,
)
from prompt_toolkit.layout.containers import WindowRenderInfo
from prompt_toolkit.layout.controls import UIContent
from prompt_toolkit.layout.margins import Margin
from questionary.prompts import common

from kerasmith.errors import Problem, plain, printable
from kerasmith.wizard.question import NO, YES, YES_OR_NO, Back, Question

Below = Callable[[], list[tuple[str, str]]]
"""What is shown below a question: pieces of text, each with its style."""

STYLE = questionary.Style(
    [
        ("qmark", "fg:ansigreen bold"),
        ("question", "bold"),
        ("answer", "fg:ansicyan nobold"),
        ("pointer", "fg:ansicyan bold"),
        ("highlighted", "fg:ansicyan"),
        ("selected", ""),
        ("instruction", "fg:ansibrightblack"),
        ("separator", "fg:ansibrightblack"),
        ("disabled", "fg:ansibrightblack"),
        ("placeholder", "fg:ansibrightblack"),
        ("help", "fg:ansibrightblack"),
        ("wrong", "fg:ansired"),
        ("try", ""),
    ]
)

WIDEST = 100
CUT = "..."
ROOM = 16
"""Columns that a short answer takes behind its question."""


class Screen:
    """Asks a person; `say` shows lines."""

    def __init__(self, say: Callable[[str], None], *, unicode: bool) -> None:
        self._say = say
        self.unicode = unicode
        if not unicode:  # questionary has no setting for the boxes that are ticked
            vars(common).update(INDICATOR_SELECTED="[x]", INDICATOR_UNSELECTED="[ ]")

    def say(self, lines: Iterable[str]) -> None:
        """Show lines."""
        for line in lines:
            self._say(line)

    def ask(self, question: Question) -> str:
        """Return the answer that is typed or picked.

        Raises Back on Esc, KeyboardInterrupt on Ctrl-C, EOFError on Ctrl-D or where the terminal
        is gone.
        """
        try:
            if question.choices == YES_OR_NO:
                return self._confirm(question)
            if question.several:
                return self._several(question)
            return self._pick(question) if question.choices else self._text(question)
        except OSError as error:  # nothing can be read from it, or drawn on it, any more
            raise EOFError from error

    def shown(self, text: str) -> str:
        """Return the text as the terminal can show it."""
        return text if self.unicode else plain(text)

    def _words(self, question: Question) -> str:
        """Return the question with its example, broken so that the answer finds room behind it."""
        columns = max(2 * ROOM, min(WIDEST, shutil.get_terminal_size().columns))
        example = f"(for example {question.example})" if question.example else ""
        whole = f"{question.text} {example}".rstrip()
        parts = [whole] if len(whole) <= columns - ROOM else [question.text, example]
        lines = [line for part in parts for line in textwrap.wrap(part, columns - ROOM)]
        if not question.choices and len(lines[-1]) + len(question.default) + 4 > columns:
            lines.append("")
        return self.shown("\n  ".join(lines))

    # === The four forms ===

    def _confirm(self, question: Question) -> str:
        prompt = questionary.confirm(
            self._words(question), default=question.default == YES, style=STYLE
        )
        _finish(prompt, lambda: [("class:help", self.shown(question.help))])
        return YES if prompt.unsafe_ask() else NO

    def _text(self, question: Question) -> str:
        default = self.shown(question.default)
        prompt = questionary.text(
            self._words(question),
            style=STYLE,
            placeholder=FormattedText([("class:placeholder", default)]),
        )
        buffer = prompt.application.current_buffer
        keys = KeyBindings()
        pressed = False

        def problem() -> Problem | None:
            return question.check(buffer.text.strip()) if buffer.text.strip() else None

        def below() -> list[tuple[str, str]]:
            return self._wrong(problem(), question, loud=pressed)

        @keys.add(Keys.ControlM, eager=True)
        def _(event: KeyPressEvent) -> None:
            nonlocal pressed
            if not buffer.text.strip():
                buffer.text = question.default
            pressed = problem() is not None
            if not pressed:
                buffer.validate_and_handle()

        empty = Condition(lambda: not buffer.text)

        @keys.add(Keys.Tab, filter=empty, eager=True)
        @keys.add(Keys.Right, filter=empty, eager=True)
        def _(event: KeyPressEvent) -> None:
            buffer.insert_text(question.default)

        _finish(prompt, below, keys)
        return str(prompt.unsafe_ask()).strip()

    def _pick(self, question: Question) -> str:
        prompt = questionary.select(
            self._words(question),
            choices=self._choices(question),
            default=question.default,
            pointer="»" if self.unicode else ">",
            instruction=" ",
            show_description=False,
            style=STYLE,
        )
        control = self._control(prompt)
        labels = {each.value: each.label for each in question.choices}
        keys = KeyBindings()

        @keys.add(Keys.ControlM, eager=True)
        def _(event: KeyPressEvent) -> None:
            chosen = control.get_pointed_at()
            chosen.title = self.shown(labels[str(chosen.value)])  # what stays on the screen
            control.is_answered = True
            event.app.exit(result=chosen.value)

        _finish(prompt, self._about(question, control), keys)
        return str(prompt.unsafe_ask())

    def _several(self, question: Question) -> str:
        ticked = question.default.split(",") if question.default else []

        def problem(values: list[str]) -> Problem | None:
            return question.check(",".join(values))

        prompt = questionary.checkbox(
            self._words(question),
            choices=self._choices(question, ticked),
            pointer="»" if self.unicode else ">",
            instruction="(space ticks, Enter goes on)",
            show_description=False,
            style=STYLE,
        )
        control = self._control(prompt)
        about = self._about(question, control)
        keys = KeyBindings()

        def values() -> list[str]:
            return [str(each.value) for each in control.get_selected_values()]

        def below() -> list[tuple[str, str]]:
            found = problem(values())
            return self._wrong(found, question) if found else about()

        @keys.add(Keys.ControlM, eager=True)
        def _(event: KeyPressEvent) -> None:
            chosen = values()
            if problem(chosen) is None:
                labels = [each.label for each in question.choices if each.value in chosen]
                answer = ", ".join(labels) or "none"
                _leave_behind(control, self._behind(question, self.shown(answer)))
                event.app.exit(result=chosen)

        _finish(prompt, below, keys)
        return ",".join(prompt.unsafe_ask())

    def _behind(self, question: Question, answer: str) -> str:
        """Return the answer as it fits behind its question, or below it."""
        columns = min(WIDEST, shutil.get_terminal_size().columns)
        last = self._words(question).rpartition("\n")[2]
        if len(last) + len(answer) + 4 <= columns:
            return answer
        lines = textwrap.wrap(answer, columns - 3, break_on_hyphens=False)
        return "".join(f"\n  {line}" for line in lines)

    def _wrong(
        self, found: Problem | None, question: Question, *, loud: bool = False
    ) -> list[tuple[str, str]]:
        """Return what is said below a question: what is wrong with the answer, or the help."""
        if found is None:
            return [("class:help", self.shown(question.help))]
        wrong = "class:wrong bold" if loud else "class:wrong"
        try_ = f"Try: {found.try_}" if found.try_ else ""
        lines = [(wrong, found.what), ("class:help", found.why), ("class:try", try_)]
        return [(style, self.shown(printable(text))) for style, text in lines if text]

    # === Choices ===

    def _control(self, prompt: questionary.Question) -> common.InquirerControl:
        """Return the list of a prompt; one that is too long for the terminal scrolls."""
        for window in prompt.application.layout.find_all_windows():
            if isinstance(window.content, common.InquirerControl):
                window.right_margins = [_More("↑", "↓") if self.unicode else _More("^", "v")]
                window.scroll_offsets = ScrollOffsets(top=1, bottom=1)
                return window.content
        raise AssertionError("a prompt without a list")

    def _choices(
        self, question: Question, ticked: Sequence[str] | None = None
    ) -> list[questionary.Choice]:
        """Return the choices, each heading above its own; with boxes where some are `ticked`."""
        boxes = 0 if ticked is None else 2
        columns = min(WIDEST, shutil.get_terminal_size().columns) - 5 - boxes
        width = max(len(each.label) for each in question.choices)
        found: list[questionary.Choice] = []
        heading = ""
        for each in question.choices:
            if each.heading != heading:
                heading = each.heading
                found.append(questionary.Separator(self.shown(heading)))
            indent = "  " if heading else ""
            brief = "" if each.why_not else each.brief
            label = f"{indent}{each.label:<{width}}  {brief}".rstrip()
            if len(label) > columns:  # what does not fit is said below, where there is room
                label = _cut(indent + each.label, columns)
            found.append(
                questionary.Choice(
                    self.shown(label),
                    each.value,
                    disabled=each.why_not or None,
                    checked=each.value in (ticked or ()),
                )
            )
        return found

    def _about(self, question: Question, control: common.InquirerControl) -> Below:
        """Return what is said of the choice that is pointed at."""
        choices = {each.value: each for each in question.choices}

        def below() -> list[tuple[str, str]]:
            pointed = control.get_pointed_at()
            choice = choices[str(pointed.value)]
            label = choice.label if str(pointed.title).endswith(CUT) else ""
            brief = "" if self.shown(choice.brief) in str(pointed.title) else choice.brief
            texts = (label, brief, choice.about, question.help)
            return [("class:help", self.shown(text)) for text in texts if text]

        return below


def _cut(text: str, columns: int) -> str:
    return text if len(text) <= columns else text[: columns - len(CUT)].rstrip() + CUT


def _leave_behind(control: common.InquirerControl, answer: str) -> None:
    """Let an answer remain on the screen, in place of a count of what was ticked."""
    first = control.choices[0]
    first.title = [("", answer)]
    first.disabled = None
    control.selected_options = [first.value]
    control.is_answered = True


class _More(Margin):
    """Arrows at the right of a list, where it goes on above or below what is shown."""

    def __init__(self, up: str, down: str) -> None:
        self._up, self._down = up, down

    def get_width(self, get_ui_content: Callable[[], UIContent]) -> int:
        return 1

    def create_margin(
        self, window_render_info: WindowRenderInfo, width: int, height: int
    ) -> StyleAndTextTuples:
        first, last = (
            window_render_info.first_visible_line(),
            window_render_info.last_visible_line(),
        )
        arrows = [" "] * height
        if last + 1 < window_render_info.content_height:
            arrows[-1] = self._down
        if first > 0:
            arrows[0] = self._up
        return [("class:pointer", "\n".join(arrows))]


def _finish(prompt: questionary.Question, below: Below, keys: KeyBindings | None = None) -> None:
    """Add the line below, the keys, and Ctrl-D and signals as a way to leave."""
    application: Any = prompt.application
    leave = KeyBindings()
    typing = Condition(lambda: bool(application.current_buffer.text))

    @leave.add(Keys.ControlD, filter=~typing, eager=True)
    def _(event: KeyPressEvent) -> None:
        event.app.exit(exception=EOFError, style="class:aborting")

    @leave.add(Keys.Escape, eager=True)
    def _(event: KeyPressEvent) -> None:
        event.app.exit(exception=Back, style="class:aborting")

    application.ttimeoutlen = 0.05  # seconds after which Esc is that key, and no part of another

    @leave.add(Keys.SIGINT)
    def _(event: KeyPressEvent) -> None:
        event.app.exit(exception=KeyboardInterrupt, style="class:aborting")

    def lines() -> FormattedText:
        columns = min(WIDEST, application.output.get_size().columns) - 3
        return FormattedText(
            (style, f"\n  {line}" if number else f"  {line}")
            for number, (style, line) in enumerate(
                (style, line)
                for style, text in below()
                for line in textwrap.wrap(
                    text, columns, break_on_hyphens=False, break_long_words=False
                )
            )
        )

    application.key_bindings = merge_key_bindings(
        [application.key_bindings, leave, *([keys] if keys else [])]
    )
    window = Window(FormattedTextControl(lines), dont_extend_height=True, wrap_lines=True)
    application.layout = Layout(
        HSplit([application.layout.container, ConditionalContainer(window, filter=~is_done)]),
        focused_element=application.layout.current_window,
    )
