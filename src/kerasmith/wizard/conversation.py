"""The conversation: which questions are asked, in which order, and what each answer leads to.

It begins with a recipe or with one's own words, goes on to inputs and outputs, what is shared and
how data flows, then asks what the model is for, what the project can do, and what it is called.
After every answer that matters it says which API the rules choose as of now.
"""

from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from typing import Any

from kerasmith.decision.apply_rules import Decision
from kerasmith.decision.rules import Api, Force
from kerasmith.decision.structure import listed
from kerasmith.errors import KerasmithError
from kerasmith.spec.recipes import load_recipe
from kerasmith.styled import style
from kerasmith.wizard import architecture, entries, entry_options, opening, project, sizes
from kerasmith.wizard.draft import Draft
from kerasmith.wizard.question import NO, YES, YES_OR_NO, Context, Prompter, Question
from kerasmith.wrapping import wrapped

MORE = {"inputs": "Does anything else go in?", "outputs": "Should it predict anything else?"}
MORE_HELP = {
    "inputs": "A model may read several things at once: a photo and its caption, say.",
    "outputs": "A model may answer several questions at once: what is in a photo, and where.",
}


def in_a_line(decision: Decision) -> str:
    """Return the decision in one line, with every rule that demands it."""
    rules = [each.rule for each in decision.reasons if each.force is Force.DECIDES]
    also = tuple(rule for rule in rules if rule != decision.rule) if not decision.linear else ()
    return f"{decision.headline}{f', also {listed(also)}' if also else ''}"


class Conversation:
    """Asks question by question; `draft` holds the answers."""

    def __init__(self, tables: dict[str, Any], context: Context, prompter: Prompter) -> None:
        self.draft = Draft(tables)
        self.context = context
        self.prompter = prompter
        self.whole = context.whole
        self.begin = context.begin
        self.declined = False
        self.spaced = False
        self.headline = ""

    def everything(self) -> None:
        """Ask for all that nothing says yet."""
        self.start()
        self.section("inputs")
        self.section("outputs")
        if self.context.again or not (self.whole or "shared" in self.draft):
            self.sharing()
        self.flows()
        if self.unsaid("purpose"):
            self.purpose()
        if self.unsaid("features") and self.unsaid("jobs"):
            self.features()
        if self.unsaid("name"):
            self.name()
        if self.unsaid("description") and not self.whole:
            self.description()

    def unsaid(self, key: str) -> bool:
        """Say whether to ask for a key of `[project]`."""
        if key == "name":
            return not (self.context.named and "name" in self.draft.project)
        return self.context.again or key not in self.draft.project

    def restart(self) -> None:
        """Forget every answer, and ask again."""
        name = self.draft.project["name"]
        self.draft = Draft({"project": {"name": name}} if self.context.named else {})
        self.whole = self.declined = False
        self.begin = self.ask(opening.RESTART)
        self.everything()

    def ask(self, question: Question) -> str:
        """Return the answer to a question."""
        self.spaced = False
        return self.prompter.ask(question)

    def say(self, *lines: str) -> None:
        """Show lines."""
        self.prompter.say(lines)
        self.spaced = lines[-1] == ""

    def space(self) -> None:
        """Leave a line empty, unless the one before is."""
        if not self.spaced:
            self.say("")

    def leave(self) -> None:
        """Say how the answers so far can be given again."""
        from kerasmith.wizard.leaving import command_so_far

        if command := command_so_far(self.draft, self.context):
            self.prompter.say(("", "Your answers so far", f"  {command}"))

    # === The model ===

    def start(self) -> None:
        """Ask whether to begin with a recipe, where nothing is said of a model."""
        if "inputs" in self.draft or "outputs" in self.draft:
            if not self.begin:
                opening.introduce(self.prompter)
        elif (self.begin or opening.begin(self.prompter)) == opening.RECIPE:
            recipe = load_recipe(self.ask(architecture.recipe_question()))
            given = {**recipe.tables["project"], **self.draft.project}
            if self.context.folder and "name" not in self.draft.project:
                del given["name"]  # the folder's is nearer
            self.draft.tables = {**recipe.tables, **self.draft.tables, "project": given}
            self.whole = True
            self.announce()

    def section(self, section: str) -> None:
        """Ask for the inputs or the outputs, one at a time."""
        there = len(self.draft.entries(section))
        if there and not self.context.again:
            for number in range(there):
                self.rest(section, number)
            return
        for number in count():
            self.entry(section, number)
            there = len(self.draft.entries(section))
            if number + 1 == there and not entries.fits_another(self.draft, section):
                return
            default = YES if number + 1 < there else NO
            more = Question(MORE[section], default, MORE_HELP[section], choices=YES_OR_NO)
            if self.ask(more) == NO:
                for last in reversed(range(number + 1, there)):
                    self.draft.remove(section, last)
                return

    def rest(self, section: str, number: int) -> None:
        """Ask for what an input or output leaves to say."""
        entry = self.draft.entries(section)[number]
        if "name" not in entry:
            self.entry(section, number)
        elif "kind" not in entry:
            self.kind(section, number)
        elif not entries.complete(self.draft, section, number):
            self.size(section, number)

    def entry(self, section: str, number: int) -> None:
        """Ask for one input or output: name, kind and size."""
        name = self.ask(entries.name_question(self.draft, section, number))
        self.draft.rename(section, number, name)
        self.kind(section, number)

    def kind(self, section: str, number: int) -> None:
        """Ask for kind and size."""
        word = self.ask(entries.kind_question(self.draft, section, number))
        entries.put_kind(self.draft, section, number, word)
        self.size(section, number)

    def size(self, section: str, number: int) -> None:
        """Ask for the size, where the kind has one, and for its options."""
        if question := sizes.size_question(self.draft, section, number):
            sizes.put_size(self.draft, section, number, self.ask(question))
        if section == "outputs":
            for option in entry_options.asked_options(self.draft, number):
                option.apply(self.draft, self.ask(option.question))
        if parted := self.draft.unshare():
            self.say(f"  {listed(parted)} are not alike any more; each has its own layers.")
        self.announce()

    def repair(self) -> None:
        """Ask again for what does not fit what was said since."""
        for section, number, problem in entries.unfit(self.draft):
            self.say("", *wrapped(f"{problem.what} {problem.why}", 2))
            if problem.where.endswith(".column"):
                del self.draft.entries(section)[number]["column"]
            else:
                self.kind(section, number)
        self.repair_data()

    def repair_data(self) -> None:
        """Leave out what is said of data that can no longer hold the inputs and outputs."""
        for problem in self.draft.at("data."):
            self.say("", *wrapped(f"{problem.what} {problem.why} It is left out.", 2))
            self.draft.tables["data"].pop(problem.where.removeprefix("data."), None)

    def sharing(self) -> None:
        """Ask what is read by the same layers, where inputs are alike."""
        for names in architecture.alike(self.draft):
            answer = self.ask(architecture.sharing_question(self.draft, names))
            members = {YES: names, NO: []}.get(answer, answer.split(",") if answer else [])
            architecture.share(self.draft, names, members)
            for number in range(len(self.draft.entries("shared"))):
                if self.draft.at(f"shared[{number}].name"):
                    question = architecture.shared_name_question(self.draft, number)
                    self.draft.entries("shared")[number]["name"] = self.ask(question)
            self.announce()
        for names in architecture.unlike(self.draft):
            self.say(*wrapped(architecture.why_not_shared(self.draft, names), 2), "")

    def flows(self) -> None:
        """Ask how data flows, input by input; inputs that share their layers are one."""
        for names in self.groups():
            entry = self.draft.entries("inputs")[self.draft.names("inputs").index(names[0])]
            if self.context.again or not (self.whole or "encoder" in entry):
                self.flow(names)

    def groups(self) -> list[list[str]]:
        """Return the names of the inputs, those that share their layers together."""
        groups: list[list[str]] = []
        for name in self.draft.names("inputs"):
            if not any(name in group for group in groups):
                groups.append(self.draft.group(name))
        return groups

    def flow(self, names: Sequence[str]) -> None:
        """Ask how data flows from these inputs, where there is a choice."""
        if question := architecture.flow_question(self.draft, names):
            architecture.let_flow(self.draft, names, self.ask(question))
            self.announce()

    # === What is around it ===

    def purpose(self) -> None:
        """Ask what it is for; advice on a plain stack can be declined."""
        architecture.set_purpose(self.draft, self.ask(architecture.purpose_question(self.draft)))
        if self.declined:
            self.draft.project.pop("api")
            self.declined = False
        self.announce()
        with suppress(KerasmithError):  # which was announced
            self.explain(self.draft.decision())

    def explain(self, decision: Decision) -> None:
        """Say which advice gave way; ask whether to follow it where nothing but advice decides."""
        for reason in decision.reasons:
            if reason.gave_way:
                advice = f"{reason.rule} advises otherwise: {reason.sentence} It gives way to "
                why = f"{reason.gave_way}: what the model is counts more than advice."
                self.say(*wrapped(advice + why, 2), "")
        advised = decision.linear and decision.api is Api.FUNCTIONAL and not decision.asked
        if advised and self.ask(architecture.FOLLOW) == NO:
            self.draft.project["api"] = Api.SEQUENTIAL.value
            self.declined = True
            self.announce()

    def backend(self) -> None:
        """Ask what Keras computes with."""
        project.set_backend(self.draft, self.ask(project.backend_question(self.draft)))

    def features(self) -> None:
        """Ask what the project can do beside its core; say what comes along with the answer."""
        answer = self.ask(project.features_question(self.draft))
        chosen = answer.split(",") if answer else []
        project.set_features(self.draft, chosen, spelled_out=self.context.again)
        if more := project.brought_along(chosen):
            self.say(*(line for each in more for line in wrapped(each, 2, hanging=2)), "")

    def name(self) -> None:
        """Ask what the project is called."""
        question = project.name_question(self.draft, self.context.folder)
        self.draft.project["name"] = self.ask(question)

    def description(self) -> None:
        """Ask for a line that says what it does."""
        answer = self.ask(project.description_question(self.draft))
        project.describe(self.draft, answer)

    # === The decision ===

    def announce(self) -> None:
        """Say which API the rules choose as of now, and why."""
        if self.declined and "api" in self.draft.project:
            self.reconsider()
        try:
            headline = in_a_line(self.draft.decision())
        except KerasmithError as error:
            headline = error.problems[0].what
        first, *rest = wrapped(f"→ {headline}", 2, hanging=2)
        new = headline != self.headline
        self.headline = headline
        self.say(
            style(first, fg="green", bold=new), *(style(line, fg="green") for line in rest), ""
        )

    def api(self) -> None:
        """Ask for the API, where one was asked for."""
        architecture.set_api(self.draft, self.ask(architecture.api_question(self.draft)))
        self.declined = False
        self.announce()

    def reconsider(self) -> None:
        """Forget that advice was declined, where the model itself needs the Functional API now."""
        free = self.draft.changed(lambda draft: draft.project.pop("api"))
        with suppress(KerasmithError):
            if not free.decision().linear:
                del self.draft.project["api"]
                self.declined = False
