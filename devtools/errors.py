# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What goes wrong on unpredictable machines, said in one line."""


class DevError(Exception):
    """A failure that the user can do something about; its text is shown as one line, no traceback.

    :param what: what went wrong, without a full stop
    :param way_on: what the user can do about it
    """

    def __init__(self, what: str, way_on: str = "") -> None:
        super().__init__(f"{what}: {way_on}" if way_on else what)
