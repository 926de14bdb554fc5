"""Talking points for the talk with a partner."""

from __future__ import annotations

from collections.abc import Iterator

from kam_reports.model import Role
from kam_reports.topics import Facts, topic
from kam_reports.topics.case import Case
from kam_reports.topics.promises import missed_twice


@topic(
    "train-documents",
    "P",
    1,
    role=Role.PARTNER,
    de="Umsetzungsquote {conversion} bei Erstvollständigkeit {first_time}: Unterlagen schulen.",
    en="Conversion {conversion} with {first_time} complete at first: train the documents.",
)
def train_documents(case: Case) -> Iterator[Facts]:
    """Few applications are signed, and few are complete at first: documents cost contracts."""
    conversion, first_time = case.to_date("a_conversion"), case.to_date("a_first_time")
    if conversion.missed and first_time.missed:
        yield {
            "conversion": conversion.amount("actual"),
            "first_time": first_time.amount("actual"),
        }


@topic(
    "train-against-cancellation",
    "P",
    2,
    role=Role.PARTNER,
    de="Stornoquote {cancel} bei Schulungsabdeckung {training}: Schulung zu Beratung und Widerruf"
    " anbieten.",
    en="Cancellation rate {cancel} with training coverage {training}: offer training on advice and"
    " revocation.",
)
def train_against_cancellation(case: Case) -> Iterator[Facts]:
    """Many contracts are cancelled, and few advisers are trained."""
    cancel, training = case.to_date("a_cancel"), case.to_date("a_training")
    if cancel.missed and training.missed:
        yield {"cancel": cancel.amount("actual"), "training": training.amount("actual")}


@topic(
    "partner-agreement-missed-twice",
    "P",
    1,
    role=Role.PARTNER,
    de="Zum {count}. Mal verfehlt: {agreement}. Weg und Termin neu vereinbaren.",
    en="Missed {count} times: {agreement}. Agree on a new way and date.",
)
def partner_agreement_missed_twice(case: Case) -> Iterator[Facts]:
    """The same agreement with the partner was missed in two talks or more."""
    yield from missed_twice(case, "talks")
