"""How often one address may ask: a bucket of tokens for each, refilled by time, in a table that cannot grow."""

from collections import OrderedDict

MOST_ADDRESSES = 4096
"""The address that asked longest ago is forgotten first."""


class Pace:
    """Tokens by address.

    Args:
        per_second: how fast tokens come back.
        burst: how many an address may spend at once.
    """

    def __init__(self, per_second: float, burst: int) -> None:
        self._per_second, self._burst = per_second, float(burst)
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def may_ask(self, address: str, now_seconds: float) -> bool:
        """Whether this request is within the pace; if so a token is spent.

        Args:
            address: who asks.
            now_seconds: of a clock that never runs backwards.
        """
        left, then = self._left.pop(address, (self._burst, now_seconds))
        left = min(self._burst, left + (now_seconds - then) * self._per_second)
        is_allowed = left >= 1
        self._left[address] = (left - 1 if is_allowed else left, now_seconds)
        if len(self._left) > MOST_ADDRESSES:
            self._left.popitem(last=False)
        return is_allowed
