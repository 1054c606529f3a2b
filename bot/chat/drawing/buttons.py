"""The buttons below an alert, as commands. Ids alone say what a button does, so that nothing is kept for buttons."""

from bot.model.alert import Delivery
from bot.model.command import Action


def feedback_buttons(alert_id: str) -> tuple[Action, ...]:
    """Useful, Not this company and Mute...; none where nobody knows which alert it is."""
    if not alert_id:
        return ()
    return (
        Action("Useful", f"useful {alert_id}"),
        Action("Not this company", f"wrong {alert_id}"),
        Action("Mute...", f"mute this {alert_id}"),
    )


def alert_of(delivery: Delivery) -> str:
    """The id of the one alert that a message tells, "" where it tells none or several."""
    return delivery.alert_ids[0] if len(delivery.alert_ids) == 1 else ""
