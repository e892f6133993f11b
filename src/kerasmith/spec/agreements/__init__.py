"""What the entries of a spec must agree on, each an agreement: the whole list."""

from kerasmith.spec.agreements.agreement import Agreement, Partial, Refusal
from kerasmith.spec.agreements.data_files import (
    BalancedAtOnce,
    FoldersHold,
    GroupsInTables,
    SeriesOfForecasts,
    SplitsInFiles,
    SplitsInFolders,
    StreamsInOrder,
)
from kerasmith.spec.agreements.fitting_encoders import (
    EncoderFits,
    EncoderOfBearableSize,
    EncoderOfItsKind,
    MergeFits,
)
from kerasmith.spec.agreements.fitting_outputs import (
    AnomalyAlone,
    ForecastAlone,
    ForecastFromWindows,
    KindNeeded,
    OwnHeads,
    PlacesOfOneInput,
)
from kerasmith.spec.agreements.naming import OneNameEach
from kerasmith.spec.agreements.project_wide import (
    FeaturesOfTheBackend,
    OneBeginning,
    OutputsOfTheBackend,
    ProbabilitiesToCalibrate,
)
from kerasmith.spec.agreements.shared_inputs import SharedAlike, SharedByName
from kerasmith.spec.agreements.table_columns import ClearValues, OneColumnEach, OwnColumnNames

__all__ = ["AGREEMENTS", "Agreement", "Partial", "Refusal"]

AGREEMENTS: tuple[Agreement, ...] = (
    OneNameEach(),
    OneColumnEach(),
    ClearValues(),
    OwnColumnNames(),
    FoldersHold(),
    SplitsInFolders(),
    SplitsInFiles(),
    GroupsInTables(),
    SeriesOfForecasts(),
    StreamsInOrder(),
    BalancedAtOnce(),
    KindNeeded(),
    PlacesOfOneInput(),
    ForecastAlone(),
    ForecastFromWindows(),
    AnomalyAlone(),
    SharedAlike(),
    SharedByName(),
    EncoderOfItsKind(),
    EncoderFits(),
    EncoderOfBearableSize(),
    MergeFits(),
    OwnHeads(),
    FeaturesOfTheBackend(),
    OutputsOfTheBackend(),
    OneBeginning(),
    ProbabilitiesToCalibrate(),
)
