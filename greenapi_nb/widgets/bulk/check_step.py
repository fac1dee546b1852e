"""The third step of the bulk form: how it is sent, and what that would do."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ipywidgets import HTML, Box, Button, Checkbox, VBox

from greenapi_nb.widgets.boxes import StepBox, classed, note_for, row, visible
from greenapi_nb.widgets.bulk.panels import check_html
from greenapi_nb.widgets.bulk.words import time_note
from greenapi_nb.widgets.fields import LineField, TextField
from greenapi_nb.widgets.live import LiveHtml
from greenapi_nb.widgets.press import PressButton

if TYPE_CHECKING:
    from greenapi_nb.widgets.bulk.checks import Check

__all__ = ["CheckStep"]

_CAMPAIGN = "Under one name, each message goes at most once, however often you send."
_RATE = "Slow is safe: fast senders get banned."


class CheckStep:
    """Name the campaign, set rate and limits, see the numbers, send one row to oneself.

    Examples
    --------
    >>> CheckStep().campaign.description
    'Name of this campaign'
    """

    def __init__(self) -> None:
        self.campaign = LineField("Name of this campaign", name="greenapi-campaign")
        self.campaign_note = note_for("greenapi-campaign")
        self.rate = LineField("Messages a second", name="greenapi-rate")
        self.rate_note = note_for("greenapi-rate")
        self.limit = LineField("Send at most", name="greenapi-limit", placeholder="all")
        self.limit_note = note_for("greenapi-limit")
        self.region = LineField("Country of local numbers", name="greenapi-region", placeholder="none")
        self.region_note = note_for("greenapi-region")
        self.suppress = TextField("Do not write to", name="greenapi-suppress", placeholder="One number a line")
        self.suppress_note = note_for("greenapi-suppress")
        self.repeats = Checkbox(description="Send the same text to the same person more than once", indent=False)

        self.earlier = LiveHtml()
        self.carry_on = Button(description="Continue that campaign")
        self.warning = classed(VBox([self.earlier, self.carry_on]), "greenapi-notice")
        self.state = classed(LiveHtml(attributes={"role": "status"}), "greenapi-said")
        self.counts = classed(LiveHtml(), "greenapi-check")

        self.own = LineField("Your own number", name="greenapi-own", placeholder="79001234567")
        self.own_note = note_for("greenapi-own")
        self.test = PressButton("Send this row to me", carries={"own": "greenapi-own", "template": "greenapi-template"})
        self.test_note = classed(LiveHtml(attributes={"role": "status"}), "greenapi-said")

        fields = [
            (self.campaign, self.campaign_note, "greenapi-wide"),
            (self.rate, self.rate_note, "greenapi-narrow"),
            (self.limit, self.limit_note, "greenapi-narrow"),
            (self.region, self.region_note, "greenapi-narrow"),
            (self.suppress, self.suppress_note, "greenapi-wide"),
        ]
        settings = classed(Box([classed(VBox([field, note]), name) for field, note, name in fields]), "greenapi-fields")
        trial = [
            HTML('<h4>Try it on yourself</h4><p class="greenapi-quiet">The message shown above goes to you alone.</p>'),
            row(self.own, self.test, name="greenapi-trial"),
            self.own_note,
            self.test_note,
        ]
        content = [settings, self.repeats, self.warning, self.state, self.counts, classed(VBox(trial), "greenapi-sub")]
        self.box = StepBox(3, "Check", content, waits_for="Comes when there is a table.")
        self.box.reached = False
        self.show_notes({})
        visible(self.warning, when=False)

    def show_notes(self, problems: dict[str, str]) -> None:
        """Say what is wrong with each field, by name; what the field is for where nothing is."""
        for name, note, usual in (
            ("campaign", self.campaign_note, _CAMPAIGN),
            ("rate", self.rate_note, _RATE),
            ("limit", self.limit_note, "The rest stays for another run."),
            ("region", self.region_note, "Two letters, like RU, where numbers have no country code."),
            ("suppress", self.suppress_note, "People who asked not to be written to."),
        ):
            wrong = problems.get(name)
            note.show(escape(wrong or usual), "bad" if wrong else "", invalid=wrong is not None)

    def show_check(self, check: Check) -> None:
        """Show what the order would do."""
        visible(self.warning, when=check.earlier is not None)
        if check.earlier is not None:
            earlier = check.earlier
            self.earlier.show(
                f"<p><strong>{earlier.count:,} of these messages went, or may have gone, in the last 24 hours</strong> "
                f"under the name “{escape(earlier.campaign)}”. Under another name they would go a second time.</p>",
                "doubt",
            )
            self.carry_on.description = f"Continue “{earlier.campaign}”"
        self.state.show(f"<p>{escape(time_note(check))}</p>")
        self.counts.show(check_html(check))

    def lock(self, *, locked: bool) -> None:
        """Take the fields away while messages go."""
        for widget in (
            *(self.campaign, self.rate, self.limit, self.region, self.suppress, self.repeats),
            self.carry_on,
        ):
            widget.disabled = locked
