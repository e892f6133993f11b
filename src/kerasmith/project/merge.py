"""Let git merge: what the templates changed, into what the owner made of their files.

The merge runs in a temporary worktree of a temporary repository. That borrows the objects of the
owner's, and heeds nobody's configuration; the owner's repository sees nothing of it.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from kerasmith.errors import KerasmithError, Problem
from kerasmith.project.conflicts import BRANCH, holds_conflict
from kerasmith.project.git import Git, decoded, encoded, parts
from kerasmith.project.merge_inputs import MergeInputs
from kerasmith.project.repository import Entry, Repository
from kerasmith.spec.names import ANSWERS_FILE

_SETTINGS = (
    "core.sparseCheckout=true",  # only what is in conflict is written out
    "fastimport.unpackLimit=1000000",
    "merge.conflictStyle=diff3",
    "merge.directoryRenames=true",
    "merge.renameLimit=10000",
    "merge.renames=true",
    "rerere.enabled=false",
)

Stages = dict[int, Entry]


@dataclass(frozen=True)
class Conflict:
    """A file that the owner and the templates changed in the same place.

    `stages` are what git keeps of it until it is resolved: 1 as it was, 2 the owner's, 3 theirs.
    """

    path: str
    kind: str
    stages: Stages


@dataclass(frozen=True)
class Merged:
    """The outcome of a merge: the tree of the project's folder, and what needs a word."""

    tree: str
    entries: dict[str, Entry]
    conflicts: tuple[Conflict, ...] = ()
    kept_deleted: tuple[str, ...] = ()
    kept_edited: tuple[str, ...] = ()


@dataclass(frozen=True)
class MergeRepo:
    """The temporary repository, where merges are made and looked at."""

    git: Git

    def write(self, content: str) -> str:
        """Store a file's content; return what git knows it by."""
        return self.git("hash-object", "-w", "--stdin", input=content).strip()

    def write_as(self, repository: Repository, path: str, content: bytes) -> str:
        """Store what the owner's git would make of a file, ends of line and all, but store it here.

        Return what git knows it by.
        """
        here = str(self.git.folder / ".git" / "objects")
        git = repository.git.with_environment(GIT_OBJECT_DIRECTORY=here)
        return git("hash-object", "-w", "--stdin", "--path", path, input=decoded(content)).strip()

    def tree_with(self, tree: str, path: str, entry: Entry) -> str:
        """Return the tree in which something else is under a path."""
        with TemporaryDirectory(prefix="kerasmith-") as folder:
            git = self.git.with_environment(GIT_INDEX_FILE=str(Path(folder, "index")))
            git("read-tree", tree)
            git("update-index", "-z", "--index-info", input=index_line(path, entry))
            return git("write-tree").strip()

    def diff(self, old: str, new: str) -> str:
        """Return the difference of two trees as `git diff` shows it."""
        return self.git("diff", "--no-color", "--no-ext-diff", "--find-renames", old, new)


@contextmanager
def merge_repo(repository: Repository, *, keep: bool) -> Iterator[MergeRepo]:
    """Make a temporary repository; what it makes is kept in the owner's, or goes with it."""
    with TemporaryDirectory(prefix="kerasmith-") as folder:
        git = Git(Path(folder), isolated=True, settings=_SETTINGS)
        git("init", "--quiet", "--template=", f"--object-format={repository.hash}")
        info = Path(folder, ".git", "info")
        info.mkdir(exist_ok=True)
        (info / "sparse-checkout").write_text("/.nothing\n", "utf-8")
        if keep:
            git = git.with_environment(GIT_OBJECT_DIRECTORY=str(repository.objects))
        else:
            alternates = Path(folder, ".git", "objects", "info", "alternates")
            alternates.parent.mkdir(parents=True, exist_ok=True)
            alternates.write_text(f"{repository.objects}\n", "utf-8")
        yield MergeRepo(git)


def merge(
    repo: MergeRepo, repository: Repository, sides: MergeInputs, answers: str, version: str
) -> Merged:
    """Return what becomes of the project; `answers` is what is recorded of it from now on."""
    branch = f"{BRANCH}{version}"
    repo.git("fast-import", "--quiet", input=_commits(repository, sides, branch))
    repo.git("update-ref", "--no-deref", "HEAD", "refs/heads/yours")
    repo.git("read-tree", "-m", "-u", "HEAD")
    code, said = repo.git.run("merge", "--no-commit", "--no-ff", branch, ok=(0, 1))
    index = _index(repo.git)
    if code and all(set(stages) == {0} for stages in index.values()):
        raise KerasmithError(Problem("git could not merge.", why=said.strip()))
    merged = _Resolution(repo, repository, index, sides.moves).merged()
    entries = {**merged.entries, ANSWERS_FILE: Entry("100644", repo.write(answers))}
    gone = Entry("0", "0" * len(repository.tree))
    lines = [index_line(path, gone) for path in index if path not in entries]
    lines += [index_line(path, e) for path, e in entries.items() if index.get(path) != {0: e}]
    repo.git("update-index", "-z", "--index-info", input="".join(lines))
    return replace(merged, tree=repo.git("write-tree").strip(), entries=entries)


def _commits(repository: Repository, sides: MergeInputs, branch: str) -> str:
    """Return, as `git fast-import` reads it, a history in which both sides leave from the base."""
    lines = []
    for name, files in (("base", sides.base), (branch, sides.theirs)):
        lines += [_commit(name, "" if name == "base" else "from refs/heads/base\n"), "deleteall\n"]
        for path, text in files.items():
            size = len(encoded(text))
            lines.append(f"M 100644 inline {_quoted(path)}\ndata {size}\n{text}\n")
    lines += [
        _commit("yours", "from refs/heads/base\n"),
        "deleteall\n",
        f'M 040000 {repository.tree} ""\n',
        *(f"R {_quoted(old)} {_quoted(new)}\n" for old, new in sides.moves),
    ]
    return "".join(lines)


def _commit(name: str, parent: str) -> str:
    committer = "committer kerasmith <kerasmith@localhost> 0 +0000"
    return f"commit refs/heads/{name}\n{committer}\ndata 0\n{parent}"


def _quoted(path: str) -> str:
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _index(git: Git) -> dict[str, Stages]:
    """Return what the index holds: stage 0 of what is merged, 1 to 3 of what is in conflict."""
    found: dict[str, Stages] = defaultdict(dict)
    for line in parts(git("ls-files", "--stage", "-z")):
        about, path = line.split("\t", 1)
        mode, id_, stage = about.split(" ")
        found[path][int(stage)] = Entry(mode, id_)
    return dict(found)


def index_line(path: str, entry: Entry, stage: int = 0) -> str:
    """Return a line as `update-index -z --index-info` reads it; mode 0 removes what is there."""
    return f"{entry.mode} {entry.id} {stage}\t{path}\0"


class _Resolution:
    """Goes through what git left open, by the policies that lose nothing."""

    def __init__(
        self,
        repo: MergeRepo,
        repository: Repository,
        index: dict[str, Stages],
        moves: tuple[tuple[str, str], ...],
    ) -> None:
        self.repo = repo
        self.moves = moves
        self.repository = repository
        self.entries = {path: stages[0] for path, stages in index.items() if 0 in stages}
        self.open = {path: stages for path, stages in index.items() if 0 not in stages}
        self.conflicts: list[Conflict] = []
        self.kept_deleted: list[str] = []
        self.kept_edited: list[str] = []

    def merged(self) -> Merged:
        """Return what there is after all policies."""
        self._renamed_by_both()
        for path, stages in sorted(self.open.items()):
            match sorted(stages):
                case [1, 3]:  # the owner deleted it, and deleted it stays
                    self.kept_deleted.append(path)
                case [1, 2]:  # the templates dropped it, but it was edited
                    self.entries[path] = stages[2]
                    self.kept_edited.append(path)
                case [1]:
                    pass
                case [2] | [3]:
                    self.entries[path] = next(iter(stages.values()))
                case _:
                    self._conflict(path, stages)
        return Merged(
            tree="",
            entries=self.entries,
            conflicts=tuple(self.conflicts),
            kept_deleted=tuple(self.kept_deleted),
            kept_edited=tuple(self.kept_edited),
        )

    def _conflict(self, path: str, stages: Stages) -> None:
        """Keep the file as git wrote it, with the conflict marked in it."""
        marked = self._written(path, stages[2])
        kind = "both sides added it" if 1 not in stages else "both sides changed it"
        if marked == stages[2].id:
            kind += ", and it is binary: your version was kept"
        self.entries[path] = Entry(stages[2].mode, marked)
        self.conflicts.append(Conflict(path, kind, stages))

    def _written(self, path: str, ours: Entry) -> str:
        """Return what git wrote out of a conflict."""
        if not ours.is_file:
            return ours.id
        return self.repo.git("hash-object", "-w", "--", path).strip()

    def _renamed_by_both(self) -> None:
        """Give a file that both sides renamed the owner's name; git wrote one merge to both.

        Where the owner's side moved with its folder alone, the file has the templates' name.
        """
        theirs = {stages[3].id: path for path, stages in self.open.items() if set(stages) == {3}}
        for path, stages in list(self.open.items()):
            if set(stages) != {2} or stages[2].id not in theirs:
                continue
            other = theirs[stages[2].id]
            del self.open[path], self.open[other]
            merged, before = stages[2], self._before(path)
            name = other if set(self.open.get(before, ())) == {1} else path
            self.entries[name] = merged
            if holds_conflict(self.repo.git("cat-file", "blob", merged.id)):
                both = {2: self.repository.entries[before], 3: merged}
                self.conflicts.append(Conflict(name, "both sides changed it", both))

    def _before(self, path: str) -> str:
        """Return what the owner calls a file, which may have moved with its folder since."""
        for old, new in self.moves:
            if path == new or path.startswith(f"{new}/"):
                return old + path.removeprefix(new)
        return path
