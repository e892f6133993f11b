"""`--with` and `--without`: from the features that a project has to those that it should have."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kerasmith.catalogue.features import ALL, FEATURES, everything_on, with_needs
from kerasmith.catalogue.plugins import why_unknown
from kerasmith.errors import Problem, did_you_mean, shortened


@dataclass(frozen=True)
class FeatureFlags:
    """The words of both flags; one flag may hold several, with commas between."""

    with_: tuple[str, ...]
    without: tuple[str, ...]

    @classmethod
    def read(cls, with_: Sequence[str], without: Sequence[str]) -> "FeatureFlags":
        """Take the words apart."""
        return cls(_words(with_), _words(without))

    def chosen(self, given: Sequence[str], backend: str) -> tuple[str, ...]:
        """Return the features with those added and without those left out."""
        every = everything_on(backend) if ALL in self.with_ else ()
        asked = (*given, *every, *self.with_)
        return with_needs(word for word in asked if word not in self.without)

    def problems(self, given: Sequence[str], backend: str) -> Iterator[Problem]:
        """Yield what is wrong: unknown words, a feature in both, one that another needs."""
        for flag, words in (("--with", self.with_), ("--without", self.without)):
            for word in words:
                if word not in FEATURES and not (flag == "--with" and word == ALL):
                    yield Problem(
                        f"There is no feature {shortened(word)}.",
                        flag,
                        why_unknown(FEATURES, word),
                        did_you_mean(word, FEATURES),
                    )
        both = [word for word in self.without if word in self.with_]
        if both:
            yield Problem(
                f"{' and '.join(both)} cannot be both added and left out.",
                "--with, --without",
                try_=f"one of the two: --with {','.join(both)}",
            )
        chosen = self.chosen(given, backend)
        for word in (word for word in self.without if word in chosen and word not in both):
            needing = [name for name in chosen if word in FEATURES[name].needs]
            yield Problem(
                f"The feature {word!r} is needed by {' and '.join(needing)}.",
                f"--without {word}",
                try_=f"--without {','.join([word, *needing])}",
            )


def _words(flags: Sequence[str]) -> tuple[str, ...]:
    words = (word.strip() for flag in flags for word in flag.split(","))
    return tuple(dict.fromkeys(word for word in words if word))
