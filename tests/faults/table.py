"""The figures of a fault, printed as they come: a row for docs/reliability.md."""

from __future__ import annotations

from dataclasses import asdict


def told(fault: str, figures: object) -> None:
    """One line of figures."""
    said = "; ".join(f"{name} {value}" for name, value in asdict(figures).items())  # type: ignore[call-overload]
    print(f"\n{fault}: {said}", flush=True)
